//! The bare cryptography of sign-ins, straight from the libraries: what the server's own figures are held against, in
//! the same run.

#![expect(clippy::expect_used, reason = "a bench that cannot make its numbers has nothing to measure")]

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use openssl::bn::{BigNum, BigNumContext, MsbOption};
use openssl::ec::{EcGroup, EcKey};
use openssl::ecdsa::EcdsaSig;
use openssl::nid::Nid;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Runs `job` on `threads` threads for `window` and gives the seconds of a core that one call takes. (On every core at
/// once: cores that share their silicon are slower then, and so is a server that uses all of them.) Counts what the
/// threads really got of their cores, where the system tells it, so that other programs on the machine do not count.
pub fn seconds<F: FnMut()>(threads: usize, window: Duration, job: impl Fn() -> F + Sync) -> f64 {
    let shares: Vec<(f64, u64)> = std::thread::scope(|scope| {
        let run = || {
            let mut call = job();
            call();
            let (start, used, mut calls) = (Instant::now(), on_core(), 0);
            while start.elapsed() < window {
                call();
                calls += 1;
            }
            let used = used.zip(on_core()).map(|(before, after)| after - before);
            (used.unwrap_or_else(|| start.elapsed().as_secs_f64()), calls)
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        running.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    let (used, calls) = shares.into_iter().fold((0.0, 0), |sum, share| (sum.0 + share.0, sum.1 + share.1));
    used / calls.max(1) as f64
}

/// The seconds that this thread has run on a core (Linux).
fn on_core() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split_whitespace().next()?.parse::<f64>().ok()? / 1e9)
}

/// Seconds of one core.
#[derive(Debug, Clone, Copy)]
pub struct Bare {
    /// One RSA-2048 signature (PKCS#1 v1.5, SHA-256).
    pub sign: f64,
    /// One exponentiation modulo the 3072-bit prime with a 256-bit secret exponent.
    pub power: f64,
    /// One verification of an ECDSA signature (P-256, SHA-256).
    pub verify: f64,
}

impl Bare {
    /// Measures for about two windows.
    pub fn measure(threads: usize, window: Duration) -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).expect("RSA");
        let message = [7; 600];
        let sign = seconds(threads, window, || {
            let (pair, mut signature) = (&pair, vec![0; 256]);
            move || {
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), black_box(&message), &mut signature)
                    .expect("signature")
            }
        });
        let prime = BigNum::get_rfc3526_prime_3072().expect("prime");
        let power = seconds(threads, window, || {
            let mut base = BigNum::new().expect("number");
            prime.rand_range(&mut base).expect("number");
            let mut exponent = BigNum::new().expect("number");
            exponent.rand(256, MsbOption::ONE, false).expect("number");
            exponent.set_const_time();
            let (mut out, mut context, prime) =
                (BigNum::new().expect("number"), BigNumContext::new().expect("context"), &prime);
            move || out.mod_exp(black_box(&base), &exponent, prime, &mut context).expect("power")
        });
        let verify = seconds(threads, window, verification);
        Self { sign, power, verify }
    }

    /// A sign-in by password against an SRP verifier: `g^x`, and the signatures of two tokens.
    pub fn password_sign_in(&self) -> f64 {
        self.power + 2.0 * self.sign
    }

    /// A sign-in by SRP: `g^b`, `v^u`, the shared number, and the signatures of two tokens.
    pub fn srp_sign_in(&self) -> f64 {
        3.0 * self.power + 2.0 * self.sign
    }

    /// A sign-in by password with a remembered device: `g^x`, SRP for the device, and the signatures of two tokens.
    pub fn device_sign_in(&self) -> f64 {
        self.power + self.srp_sign_in()
    }

    /// A sign-in by passkey: its signature verified, and the signatures of two tokens.
    pub fn passkey_sign_in(&self) -> f64 {
        self.verify + 2.0 * self.sign
    }

    /// A refresh: the signatures of two tokens.
    pub fn refresh(&self) -> f64 {
        2.0 * self.sign
    }
}

/// A job that verifies one signature again and again.
fn verification() -> impl FnMut() {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).expect("curve");
    let key = EcKey::generate(&group).expect("key");
    let hash = [7; 32];
    let signature = EcdsaSig::sign(&hash, &key).expect("signature");
    move || assert!(signature.verify(black_box(&hash), &key).expect("verification"), "a good signature")
}
