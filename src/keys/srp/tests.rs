#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
use super::client::{Challenge, Client};
use super::*;
use crate::keys::hex;
use crate::keys::seal::test_sealer;
use proptest::prelude::*;

const GROUP: &str = "Ab12Cd34E";
const SIGNATURE: &str = "W1MkDdms1L78vlBwYrLZH6V6rlAIqgyig/iMHy9x6pg=";
const CLAIM: Claim<'_> = Claim {
    group: GROUP,
    user: "alice",
    secret_block: b"demo-secret-block",
    timestamp: "Sun Nov 22 23:07:24 UTC 2026",
};

fn vector() -> (Verifier, Client, Ephemeral) {
    let salt = hex::decode("8f00112233445566778899aabbccddee").unwrap();
    let verifier = Verifier::with_salt(&salt, GROUP, "alice", "Passw0rd!");
    (verifier, Client::from_secret([0xa1; 32]).unwrap(), Ephemeral::from_secret([0xb2; 32]).unwrap())
}

fn digest_of(text: &str) -> String {
    hex::encode(&sha256(&[text.as_bytes()]))
}

#[test]
fn the_reference_vector_step_by_step() {
    let (verifier, client, ephemeral) = vector();
    let salt = hex::decode("8f00112233445566778899aabbccddee").unwrap();
    assert_eq!(
        hex::encode(&private_exponent(&salt, GROUP, "alice", "Passw0rd!")),
        "ae4c982a740827dcffcee656934258bacadc3b958555e04816ed943b3167e940"
    );
    let a = client.srp_a();
    assert!(a.starts_with("78604b754341df90") && a.ends_with("8128a67cc4688292") && a.len() == 768);
    assert_eq!(digest_of(&a), "299c2f400d99ae3ff78f767386c848b117f511335ca7f006c4e0c3f4ca59b01a");
    let (exchange, b) = Exchange::begin(&verifier, &ephemeral, &a).unwrap();
    assert!(b.starts_with("ecb5e340f7597553") && b.ends_with("9824d9156018601c"));
    assert_eq!(digest_of(&b), "1bc86eec5f1cc092afc15e47e82d3e5c39d6433691c8718668bdd81652617a8e");
    let (a_bytes, b_bytes) = (hex::decode(&a).unwrap(), hex::decode(&b).unwrap());
    assert_eq!(
        hex::encode(&scramble(&a_bytes, &b_bytes)),
        "4fb303756c05b3a59c5ccf9a3c8ff571a6010d9fc6aad5c52c31b395e8d205e1"
    );
    assert_eq!(hex::encode(&exchange.key(&verifier).unwrap()), "f133e12df227cabf882fb63950433b64");
    let challenge = Challenge { srp_b: &b, salt: &verifier.salt_hex() };
    assert_eq!(client.answer(challenge, &CLAIM, "Passw0rd!").unwrap(), SIGNATURE);
    assert!(exchange.verify(&verifier, &CLAIM, SIGNATURE).unwrap());
}

#[test]
fn the_proof_covers_everything() {
    let (verifier, client, ephemeral) = vector();
    let (exchange, b) = Exchange::begin(&verifier, &ephemeral, &client.srp_a()).unwrap();
    let refused = |claim: Claim<'_>, signature: &str| !exchange.verify(&verifier, &claim, signature).unwrap();
    assert!(refused(Claim { user: "alicf", ..CLAIM }, SIGNATURE));
    assert!(refused(Claim { group: "other", ..CLAIM }, SIGNATURE));
    assert!(refused(Claim { secret_block: b"x", ..CLAIM }, SIGNATURE));
    assert!(refused(Claim { timestamp: "Sun Nov 22 23:07:25 UTC 2026", ..CLAIM }, SIGNATURE));
    for signature in ["", "!", &SIGNATURE[1..], &SIGNATURE.replace('W', "X"), &"A".repeat(100_000)] {
        assert!(refused(CLAIM, signature));
    }
    let challenge = Challenge { srp_b: &b, salt: &verifier.salt_hex() };
    assert!(refused(CLAIM, &client.answer(challenge, &CLAIM, "passw0rd!").unwrap()));
    let other = Verifier::make(GROUP, "alice", "Passw0rd!").unwrap();
    assert!(!exchange.verify(&other, &CLAIM, SIGNATURE).unwrap(), "the password was set anew meanwhile");
}

#[test]
fn a_whole_exchange_with_random_numbers_and_sealed_state() {
    let sealer = test_sealer(3);
    for round in 0..12 {
        let password = format!("pässword {round}");
        let verifier = Verifier::make(GROUP, "alice", &password).unwrap();
        assert!(verifier.check(GROUP, "alice", &password).unwrap());
        assert!(!verifier.check(GROUP, "alice", "password").unwrap());
        let client = Client::begin().unwrap();
        // Clients differ: some use capitals, some add leading zeros.
        let srp_a = ["", "0", "00"][round % 3].to_owned()
            + &if round % 2 == 0 { client.srp_a() } else { client.srp_a().to_uppercase() };
        let (exchange, b) = Exchange::begin(&verifier, &Ephemeral::make().unwrap(), &srp_a).unwrap();
        let block = sealer.seal_value(crate::keys::seal::Purpose::SecretBlock, b"alice", &exchange).unwrap();
        assert!(block.len() < 520, "{}", block.len());
        let claim = Claim { secret_block: &block, ..CLAIM };
        let signature = client.answer(Challenge { srp_b: &b, salt: &verifier.salt_hex() }, &claim, &password).unwrap();
        let exchange: Exchange = sealer.open_value(crate::keys::seal::Purpose::SecretBlock, b"alice", &block).unwrap();
        assert!(exchange.verify(&verifier, &claim, &signature).unwrap());
    }
}

#[test]
fn public_values_that_would_void_the_proof_are_refused() {
    let (verifier, _, ephemeral) = vector();
    let n = group::Group::get().unwrap().n.to_hex_str().unwrap().to_string();
    let mut above = n.clone();
    above.replace_range(n.len() - 1.., "e");
    assert!(Exchange::begin(&verifier, &ephemeral, &above).is_ok(), "N - 1 is a number like others");
    let double = "1FFFFFFFFFFFFFFFF".to_owned() + &n[16..];
    for bad in
        ["", "0", "0000", &n, &n.to_lowercase(), &double, "xyz", "-1", "é", &"1".repeat(785), &"f".repeat(1_000_000)]
    {
        assert!(matches!(Exchange::begin(&verifier, &ephemeral, bad), Err(SrpError::BadPublicValue)), "{bad:.20}");
    }
}

#[test]
fn numbers_are_written_as_java_does() {
    assert_eq!(pad(&[]), [0]);
    assert_eq!(pad(&[0, 0]), [0]);
    assert_eq!(pad(&[0, 0x7f]), [0x7f]);
    assert_eq!(pad(&[0x80]), [0, 0x80]);
}

#[test]
fn devices_bring_their_own_verifier() {
    let (group, device) = ("-abc12XyZ", "eu-west-1_0b0b0b0b-0000-4000-8000-000000000000");
    let made = Verifier::with_salt(&[0x8f; 16], group, device, "device password");
    let mut v = made.v.clone();
    v.insert(0, 0);
    let verifier = Verifier::from_device(&[&[0], [0x8f; 16].as_slice()].concat(), &v).unwrap();
    let client = Client::begin().unwrap();
    let (exchange, b) = Exchange::begin(&verifier, &Ephemeral::make().unwrap(), &client.srp_a()).unwrap();
    let claim = Claim { group, user: device, ..CLAIM };
    let signature =
        client.answer(Challenge { srp_b: &b, salt: &verifier.salt_hex() }, &claim, "device password").unwrap();
    assert!(exchange.verify(&verifier, &claim, &signature).unwrap());

    let n = group::Group::get().unwrap().n.to_vec();
    for bad in [vec![], vec![0], vec![1], n, vec![0xff; 385], vec![2; 386]] {
        assert!(Verifier::from_device(&[1; 16], &bad).is_none());
    }
    assert!(Verifier::from_device(&[], &v).is_none());
    assert!(Verifier::from_device(&[1; 65], &v).is_none());
}

#[test]
fn nobody_has_a_stable_verifier_that_looks_real() {
    let (sealer, other) = (test_sealer(1), test_sealer(2));
    let fake = Verifier::decoy(&sealer, GROUP, "nobody").unwrap();
    assert_eq!(fake.salt_hex(), Verifier::decoy(&sealer, GROUP, "nobody").unwrap().salt_hex());
    assert_ne!(fake.salt_hex(), Verifier::decoy(&other, GROUP, "nobody").unwrap().salt_hex());
    assert_ne!(fake.v, Verifier::decoy(&sealer, GROUP, "nobody2").unwrap().v);
    let real = Verifier::make(GROUP, "nobody", "x").unwrap();
    assert_eq!((fake.salt_hex().len(), fake.v.len()), (real.salt_hex().len(), real.v.len()));
    assert!(!fake.check(GROUP, "nobody", "").unwrap());
    assert!(Exchange::begin(&fake, &Ephemeral::make().unwrap(), &Client::begin().unwrap().srp_a()).is_ok());
}

#[test]
fn only_the_name_of_a_pool_is_hashed() {
    assert_eq!(pool_name("us-east-1_Ab12Cd34E"), GROUP);
    assert_eq!(pool_name("odd"), "odd");
}

#[test]
fn secrets_are_not_printed() {
    let (verifier, client, ephemeral) = vector();
    let (exchange, _) = Exchange::begin(&verifier, &ephemeral, &client.srp_a()).unwrap();
    assert_eq!(format!("{verifier:?} {exchange:?}"), "Verifier([secret]) Exchange([secret])");
}

proptest! {
    #[test]
    fn any_srp_a_is_taken_or_refused(text in "([0-9a-fA-F]{0,790}|.{0,80})") {
        let (verifier, _, ephemeral) = vector();
        let _ = Exchange::begin(&verifier, &ephemeral, &text);
    }
}
