//! What the server's cryptography costs, as multiples of one bare RSA-2048 signature measured in the same run.
//!
//! `cargo bench --bench crypto` (add `-- SECONDS` for a longer look at each line; the default is 0.5).

#![expect(clippy::expect_used, reason = "a bench that cannot make its keys has nothing to measure")]

mod bare;

use bare::{Bare, seconds};
use poolhouse::config::keys::KeysConfig;
use poolhouse::keys::password::{OtherForms, Owner};
use poolhouse::keys::seal::{Purpose, bound};
use poolhouse::keys::srp::client::{Challenge, Client};
use poolhouse::keys::srp::{Claim, Ephemeral, Exchange, Verifier};
use poolhouse::keys::{Keys, jwt, secret_hash};
use poolhouse::model::{Credential, PasswordScheme as Kind};
use poolhouse::secret::Secret;
use std::hint::black_box;
use std::time::Duration;

const OWNER: Owner<'_> = Owner { pool_id: "us-east-1_Ab12Cd34E", user: "alice" };
const GROUP: &str = "Ab12Cd34E";
const PASSWORD: &str = "Passw0rd!";

struct Bench {
    unit: f64,
    threads: usize,
    window: Duration,
}

impl Bench {
    fn line(&self, what: &str, seconds: f64) {
        println!("{what:<46} {:>9.1} us {:>9.3}", seconds * 1e6, seconds / self.unit);
    }

    fn run<T>(&self, what: &str, job: impl Fn() -> T + Sync) {
        self.line(what, seconds(self.threads, self.window, || || drop(black_box(job()))));
    }
}

fn main() {
    let window = std::env::args().find_map(|text| text.parse().ok()).unwrap_or(0.5);
    let (window, threads) =
        (Duration::from_secs_f64(window), std::thread::available_parallelism().map_or(1, usize::from));
    let bare = Bare::measure(threads, window);
    let bench = Bench { unit: bare.sign, threads, window };
    println!("{threads} threads; one core's time, and as a multiple of one RSA-2048 signature\n");
    bench.line("bare RSA-2048 signature", bare.sign);
    bench.line("bare exponentiation (3072 bits, exponent 256)", bare.power);
    bench.line("bare password sign-in", bare.password_sign_in());
    bench.line("bare SRP sign-in", bare.srp_sign_in());
    bench.line("bare refresh", bare.refresh());
    bench.line("bare P-256 verification", bare.verify);
    bench.line("bare device sign-in", bare.device_sign_in());
    bench.line("bare passkey sign-in", bare.passkey_sign_in());
    println!();

    let dir = tempfile::tempdir().expect("directory");
    let config = KeysConfig { signing_pool: 0, srp_ready: 0, ..KeysConfig::default() };
    let keys = Keys::open(dir.path(), &config).expect("keys");
    srp(&bench);
    passwords(&bench, &keys);
    tokens(&bench);
    sealing(&bench, &keys);
}

fn srp(bench: &Bench) {
    let verifier = Verifier::make(GROUP, "alice", PASSWORD).expect("verifier");
    let client = Client::begin().expect("client");
    let (exchange, srp_b) =
        Exchange::begin(&verifier, &Ephemeral::make().expect("b"), &client.srp_a()).expect("exchange");
    let claim =
        Claim { group: GROUP, user: "alice", secret_block: &[1; 500], timestamp: "Sun Nov 22 23:07:24 UTC 2026" };
    let salt = verifier.salt_hex();
    let challenge = Challenge { srp_b: &srp_b, salt: &salt };
    let signature = client.answer(challenge, &claim, PASSWORD).expect("signature");
    let (srp_a, ready) = (client.srp_a(), Ephemeral::make().expect("b"));
    bench.run("SRP server: g^b (made ahead)", Ephemeral::make);
    bench.run("SRP server: first answer", || Exchange::begin(&verifier, &ready, &srp_a));
    bench.run("SRP server: check of the proof", || exchange.verify(&verifier, &claim, &signature));
    bench.run("SRP client: all", || {
        let client = Client::begin().expect("client");
        client.answer(challenge, &claim, PASSWORD)
    });
}

fn passwords(bench: &Bench, keys: &Keys) {
    for kind in [Kind::Srp, Kind::Argon2id] {
        let others = OtherForms { argon2id: kind == Kind::Argon2id, ..OtherForms::default() };
        let credential: Credential = keys.passwords.make(kind, &OWNER, PASSWORD).expect("credential");
        bench.run(&format!("password check, {kind:?}"), || {
            keys.passwords.check(Some(&credential), &others, &OWNER, PASSWORD)
        });
        bench.run(&format!("password check, {kind:?}, no such user"), || {
            keys.passwords.check(None, &others, &OWNER, PASSWORD)
        });
    }
    let secret = Secret::new("0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdef");
    bench.run("SECRET_HASH", || secret_hash::make(&secret, "alice", "1h57kf5cpq17m0eml12example"));
}

fn tokens(bench: &Bench) {
    let key = poolhouse::keys::signing::SigningKey::generate().expect("RSA");
    let claims = serde_json::json!({
        "sub": "34c84488-e0e1-70ae-d2ee-991ad1a898c8", "aud": "1h57kf5cpq17m0eml12example", "token_use": "id", "auth_time": 1767225600,
        "iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Ab12Cd34E", "iat": 1767225600, "exp": 1767229200,
        "cognito:username": "alice", "event_id": "34c84488-e0e1-70ae-d2ee-991ad1a898c9", "email": "alice@example.com"
    });
    let token = jwt::sign(&key, &claims).expect("token");
    bench.run("token: sign", || jwt::sign(&key, &claims));
    bench.run("token: verify", || jwt::verify(&token, |_| Some(key.public().clone())));
    let der = key.to_pkcs8().expect("DER");
    bench.run("RSA-2048 pair: open", || poolhouse::keys::signing::SigningKey::from_pkcs8(&der));
    bench.run("RSA-2048 pair: make", poolhouse::keys::signing::SigningKey::generate);
}

fn sealing(bench: &Bench, keys: &Keys) {
    let (sealer, place) = (&keys.sealer, bound(&[OWNER.pool_id, OWNER.user]));
    let plain = [7_u8; 300];
    let sealed = sealer.seal(Purpose::PasswordVerifier, &place, &plain).expect("sealed");
    bench.run("seal 300 bytes", || sealer.seal(Purpose::PasswordVerifier, &place, &plain));
    bench.run("open 300 bytes", || sealer.open(Purpose::PasswordVerifier, &place, &sealed));
    let value = serde_json::json!({"user": "34c84488-e0e1-70ae-d2ee-991ad1a898c8", "origin": "34c84488-e0e1-70ae-d2ee-991ad1a898c9", "at": 1767225600});
    let token = sealer.seal_token(Purpose::RefreshToken, &place, &value).expect("token");
    bench.run("refresh token: seal", || sealer.seal_token(Purpose::RefreshToken, &place, &value));
    bench.run("refresh token: open", || sealer.open_token::<serde_json::Value>(Purpose::RefreshToken, &place, &token));
    bench.run("keyed hash", || sealer.mac(Purpose::Code, &[&place, b"123456"]));
}
