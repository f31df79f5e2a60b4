//! Percent-encoding and forms.

use std::fmt::Write;

/// Percent-encodes everything but RFC 3986's unreserved characters; `keep` lets `/` through.
pub(super) fn encode(bytes: &[u8], keep: Option<u8>) -> String {
    let mut out = String::with_capacity(bytes.len());
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(byte) || Some(*byte) == keep {
            out.push(char::from(*byte));
        } else {
            // Writing into a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Decodes percent-escapes once; malformed escapes stay as they are. `plus` reads `+` as a space.
pub(super) fn decode(text: &str, plus: bool) -> Vec<u8> {
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

/// The pairs of a query or form, decoded. `plus` reads `+` as a space.
pub(super) fn pairs(text: &str, plus: bool) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
    text.split('&').filter(|pair| !pair.is_empty()).map(move |pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name, plus), decode(value, plus))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        assert_eq!(encode("a b/ü~".as_bytes(), Some(b'/')), "a%20b/%C3%BC~");
        assert_eq!(decode("us-east-1%3Aabc+%zz%4", false), b"us-east-1:abc+%zz%4");
        assert_eq!(decode("a+b", true), b"a b");
        assert_eq!(pairs("a=1&b&&c=%3D", true).count(), 3);
    }
}
