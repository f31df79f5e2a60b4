//! Queries and forms.

pub(super) use crate::model::percent::{decode, encode};

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
    fn empty_pairs_are_skipped() {
        assert_eq!(pairs("a=1&b&&c=%3D", true).count(), 3);
    }
}
