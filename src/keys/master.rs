//! The master key: 32 bytes from which all other keys are derived.

use super::error::KeysError;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::hkdf;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;
use zeroize::Zeroizing;

/// The environment variable that may contain the master key.
pub const ENV: &str = "POOLHOUSE_MASTER_KEY";
/// The name of the key file in the data directory.
pub const FILE: &str = "master.key";
/// A longer file is not a key file.
const MAX_FILE: u64 = 1024;

/// The key, wiped from memory when dropped.
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    /// Finds the master key. The order is: `from_env` (the value of [`ENV`]), `named` (the file in the configuration),
    /// `master.key` in the data directory, which is created if it does not exist.
    pub fn find(data_dir: &Path, from_env: Option<&str>, named: Option<&Path>) -> Result<Self, KeysError> {
        if let Some(text) = from_env {
            return Self::parse(text).ok_or(KeysError::Malformed { place: format!("the environment variable {ENV}") });
        }
        if let Some(path) = named {
            return Self::read(path)?.ok_or_else(|| KeysError::Missing { path: path.into() });
        }
        let path = data_dir.join(FILE);
        match Self::read(&path)? {
            Some(key) => Ok(key),
            None => Self::create(data_dir, &path),
        }
    }

    /// The root of all derived keys.
    pub fn root(&self) -> hkdf::Prk {
        hkdf::Salt::new(hkdf::HKDF_SHA256, b"poolhouse master key 1").extract(self.0.as_slice())
    }

    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let bytes = match text.len() {
            64 => Zeroizing::new(super::hex::decode(text)?),
            44 => Zeroizing::new(
                STANDARD.decode(text).or_else(|_| base64::engine::general_purpose::URL_SAFE.decode(text)).ok()?,
            ),
            43 => Zeroizing::new(URL_SAFE_NO_PAD.decode(text.replace('+', "-").replace('/', "_")).ok()?),
            _ => return None,
        };
        let bytes: [u8; 32] = bytes.as_slice().try_into().ok()?;
        Some(Self(Zeroizing::new(bytes)))
    }

    fn read(path: &Path) -> Result<Option<Self>, KeysError> {
        let failed = |source| KeysError::File { doing: "read", path: path.into(), source };
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let mode = file.metadata().map_err(failed)?.mode();
        if mode & 0o077 != 0 {
            return Err(KeysError::OpenToOthers { path: path.into(), mode: mode & 0o777 });
        }
        let mut text = Zeroizing::new(String::new());
        file.take(MAX_FILE).read_to_string(&mut text).map_err(failed)?;
        Self::parse(&text).map(Some).ok_or_else(|| KeysError::Malformed { place: path.display().to_string() })
    }

    fn create(data_dir: &Path, path: &Path) -> Result<Self, KeysError> {
        let failed = |source| KeysError::File { doing: "create", path: path.into(), source };
        let key = Self(Zeroizing::new(crate::rng::bytes()?));
        let text = Zeroizing::new(format!("{}\n", STANDARD.encode(key.0.as_slice())));
        DirBuilder::new().recursive(true).mode(0o700).create(data_dir).map_err(failed)?;
        // Written to another name and renamed, so that after a crash the file is complete or does not exist.
        let aside = path.with_extension("key.new");
        match fs::remove_file(&aside) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside).map_err(failed)?;
        file.write_all(text.as_bytes()).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        fs::rename(&aside, path).map_err(failed)?;
        File::open(data_dir).and_then(|dir| dir.sync_all()).map_err(failed)?;
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn made_once_and_found_again() {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        let first = MasterKey::find(&data, None, None).unwrap();
        assert_eq!(fs::metadata(data.join(FILE)).unwrap().mode() & 0o777, 0o600);
        let second = MasterKey::find(&data, None, None).unwrap();
        assert_eq!(*first.0, *second.0);
        assert_eq!(fs::read_dir(&data).unwrap().count(), 1, "nothing is left aside");
    }

    #[test]
    fn a_crash_while_making_it_is_harmless() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("master.key.new"), "half").unwrap();
        MasterKey::find(dir.path(), None, None).unwrap();
    }

    #[test]
    fn a_file_that_others_can_read_is_refused_with_the_cure() {
        let dir = tempfile::tempdir().unwrap();
        MasterKey::find(dir.path(), None, None).unwrap();
        let path = dir.path().join(FILE);
        for mode in [0o640, 0o604, 0o620, 0o666] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let error = MasterKey::find(dir.path(), None, None).err().unwrap().to_string();
            assert!(error.contains(&format!("chmod 600 {}", path.display())), "{error}");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
        MasterKey::find(dir.path(), None, None).unwrap();
    }

    #[test]
    fn given_by_environment_or_file_in_base64_or_hex() {
        let dir = tempfile::tempdir().unwrap();
        let bytes: Vec<u8> = (200..232).collect();
        let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
        for text in [
            hex.clone(),
            hex.to_uppercase(),
            STANDARD.encode(&bytes),
            URL_SAFE_NO_PAD.encode(&bytes),
            format!(" {hex}\n"),
        ] {
            assert_eq!(MasterKey::find(dir.path(), Some(&text), None).unwrap().0.as_slice(), bytes);
        }
        assert!(!dir.path().join(FILE).exists(), "a given key makes no file");
        let named = dir.path().join("other");
        assert!(matches!(MasterKey::find(dir.path(), None, Some(&named)), Err(KeysError::Missing { .. })));
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&named)
            .unwrap()
            .write_all(hex.as_bytes())
            .unwrap();
        assert_eq!(MasterKey::find(dir.path(), None, Some(&named)).unwrap().0.as_slice(), bytes);
        for bad in ["", "abc", &hex.replace('c', "g"), &"é".repeat(22), &"A".repeat(64_000)] {
            assert!(
                matches!(MasterKey::find(dir.path(), Some(bad), None), Err(KeysError::Malformed { .. })),
                "{bad:.80}"
            );
        }
    }
}
