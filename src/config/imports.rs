//! The `[imports]` section: how large files of users may be, and how much work the password hashes in them may ask for.

use serde::{Deserialize, Serialize};

/// The `[imports]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ImportsConfig {
    /// The largest CSV file of an import job in megabytes. It is kept, encrypted, in the data directory until the job
    /// ends. (AWS takes 100 MB.)
    pub max_file_mb: u64,
    /// The largest parameters of hashes that import jobs take. They are AWS's by default, since anyone who knows a
    /// username can ask for the work of one check.
    pub hashes: HashLimits,
}

/// `[imports.hashes]`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HashLimits {
    /// Cost of bcrypt hashes, at most 16.
    pub bcrypt_cost: u32,
    /// Logarithm of scrypt's N, at most 18: 16 stands for 65,536.
    pub scrypt_log_n: u8,
    /// Block size of scrypt hashes, at most 32.
    pub scrypt_r: u32,
    /// Parallelism of scrypt hashes, at most 16.
    pub scrypt_p: u32,
    /// Memory of Argon2id hashes in KiB, at most 262,144.
    pub argon2_memory_kib: u32,
    /// Passes of Argon2id hashes, at most 16.
    pub argon2_passes: u32,
    /// Lanes of Argon2id hashes, at most 16.
    pub argon2_lanes: u32,
    /// Iterations of PBKDF2 hashes, at most 5,000,000.
    pub pbkdf2_iterations: u32,
}

impl Default for ImportsConfig {
    fn default() -> Self {
        Self { max_file_mb: 1024, hashes: HashLimits::default() }
    }
}

impl Default for HashLimits {
    fn default() -> Self {
        Self {
            bcrypt_cost: 12,
            scrypt_log_n: 16,
            scrypt_r: 8,
            scrypt_p: 1,
            argon2_memory_kib: 19_456,
            argon2_passes: 2,
            argon2_lanes: 1,
            pbkdf2_iterations: 600_000,
        }
    }
}

impl ImportsConfig {
    /// The faults, one sentence each: `section.key: what is wrong; what to do`.
    pub fn validate(&self) -> Vec<String> {
        let HashLimits {
            bcrypt_cost,
            scrypt_log_n,
            scrypt_r,
            scrypt_p,
            argon2_memory_kib,
            argon2_passes,
            argon2_lanes,
            pbkdf2_iterations,
        } = self.hashes;
        let bounds = [
            ("max_file_mb", self.max_file_mb, 1, 102_400),
            ("hashes.bcrypt_cost", bcrypt_cost.into(), 4, 16),
            ("hashes.scrypt_log_n", scrypt_log_n.into(), 1, 18),
            ("hashes.scrypt_r", scrypt_r.into(), 1, 32),
            ("hashes.scrypt_p", scrypt_p.into(), 1, 16),
            ("hashes.argon2_memory_kib", argon2_memory_kib.into(), 8, 262_144),
            ("hashes.argon2_passes", argon2_passes.into(), 1, 16),
            ("hashes.argon2_lanes", argon2_lanes.into(), 1, 16),
            ("hashes.pbkdf2_iterations", pbkdf2_iterations.into(), 1, 5_000_000),
        ];
        let out = bounds.into_iter().filter(|(_, value, least, most)| !(least..=most).contains(&value));
        out.map(|(name, _, least, most)| format!("imports.{name}: must be from {least} to {most}")).collect()
    }
}
