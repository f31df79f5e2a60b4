//! Keys: a tag byte for the table, then components. Each component has an end mark, so that keys sort like tuples and
//! no component can be mistaken for another.

/// A key, or a prefix of keys.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Vec<u8>);

impl Key {
    /// Starts a key of the table `tag`.
    pub fn new(tag: u8) -> Self {
        Self(vec![tag])
    }

    /// A key or prefix in its encoded form.
    pub fn raw(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Adds a component. Zero bytes are escaped as `00 FF` and the component ends with `00 01`, which keeps the order.
    pub fn part(mut self, bytes: impl AsRef<[u8]>) -> Self {
        for byte in bytes.as_ref() {
            self.0.push(*byte);
            if *byte == 0 {
                self.0.push(0xFF);
            }
        }
        self.0.extend_from_slice(&[0, 1]);
        self
    }

    /// Adds the beginning of a component: the prefix of all keys whose next component starts with `bytes`.
    pub fn partial(mut self, bytes: impl AsRef<[u8]>) -> Self {
        for byte in bytes.as_ref() {
            self.0.push(*byte);
            if *byte == 0 {
                self.0.push(0xFF);
            }
        }
        self
    }

    /// Adds a number that sorts by value.
    pub fn number(mut self, n: i64) -> Self {
        self.0.extend_from_slice(&((n as u64) ^ (1 << 63)).to_be_bytes());
        self
    }

    /// A key in its encoded form.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// The last component of an encoded key, as text.
    pub fn last_part(key: &[u8]) -> Option<String> {
        Self::split(key)?.pop().and_then(|part| String::from_utf8(part).ok())
    }

    /// The components of an encoded key after its tag, for keys without numbers; `None` if it is malformed.
    pub fn split(key: &[u8]) -> Option<Vec<Vec<u8>>> {
        let mut parts = Vec::new();
        let mut part = Vec::new();
        let mut bytes = key.iter().skip(1);
        while let Some(byte) = bytes.next() {
            if *byte != 0 {
                part.push(*byte);
                continue;
            }
            match bytes.next() {
                Some(0xFF) => part.push(0),
                Some(1) => parts.push(std::mem::take(&mut part)),
                _ => return None,
            }
        }
        part.is_empty().then_some(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_come_back_and_keep_their_order() {
        let key = Key::new(b'u').part("pool").part(b"a\0b");
        assert_eq!(Key::split(key.bytes()), Some(vec![b"pool".to_vec(), b"a\0b".to_vec()]));
        assert!(Key::new(b'u').part("a").part("z") < Key::new(b'u').part("ab").part("a"));
        assert!(Key::new(b'u').part("a\0") > Key::new(b'u').part("a"));
    }
}
