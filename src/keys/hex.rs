//! Hexadecimal text, as SRP and key files use it.

/// Lower-case hex, two digits for each byte.
pub fn encode(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |n: u8| DIGITS.get(usize::from(n & 15)).copied().unwrap_or('0');
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(*b)]).collect()
}

/// The bytes of a hexadecimal number. An odd number of digits is read with a leading zero. `None` if the text contains
/// anything but hex digits.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let digit = |c: u8| char::from(c).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let (first, pairs) = text.as_bytes().split_at_checked(text.len() % 2)?;
    let mut out = Vec::with_capacity(text.len().div_ceil(2));
    if let [c] = first {
        out.push(digit(*c)?);
    }
    for pair in pairs.chunks_exact(2) {
        let [high, low] = pair else { return None };
        out.push((digit(*high)? << 4) | digit(*low)?);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        assert_eq!(encode(&[0, 0xab, 0x5c]), "00ab5c");
        assert_eq!(decode("00ab5C"), Some(vec![0, 0xab, 0x5c]));
        assert_eq!(decode("f00"), Some(vec![0x0f, 0]));
        assert_eq!(decode(""), Some(vec![]));
        for bad in ["0x", "g0", " 1", "+1", "é", "1 "] {
            assert_eq!(decode(bad), None);
        }
    }
}
