//! Percent-encoding (RFC 3986).

use std::fmt::Write;

/// Encodes everything but the unreserved characters; `keep` is one more byte that stays as it is.
pub fn encode(bytes: &[u8], keep: Option<u8>) -> String {
    let mut out = String::with_capacity(bytes.len());
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(byte) || Some(*byte) == keep {
            out.push(char::from(*byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Decodes escapes once; malformed ones stay as they are. `plus` reads `+` as a space, as in forms.
pub fn decode(text: &str, plus: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.as_bytes();
    while let Some((byte, rest)) = bytes.split_first() {
        bytes = rest;
        let hex = |at: usize| rest.get(at).and_then(|b| char::from(*b).to_digit(16)).and_then(|n| u8::try_from(n).ok());
        match (byte, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => {
                out.push(high << 4 | low);
                bytes = rest.get(2..).unwrap_or_default();
            }
            (b'+', ..) if plus => out.push(b' '),
            _ => out.push(*byte),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        assert_eq!(encode("a b/ü~".as_bytes(), Some(b'/')), "a%20b/%C3%BC~");
        assert_eq!(decode("us-east-1%3Aabc+%zz%4", false), b"us-east-1:abc+%zz%4");
        assert_eq!(decode("a+b", true), b"a b");
    }
}
