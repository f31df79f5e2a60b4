//! Parameters of queries and forms (`application/x-www-form-urlencoded`, WHATWG URL standard).

use crate::model::percent;

/// The most parameters that are read; a form has far fewer.
const MAX_PARAMETERS: usize = 200;

/// Names and values, decoded, in the order in which they were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads a query or form. `None` if it has more than 200 parameters, or one of them is no UTF-8.
    pub fn parse(text: &str) -> Option<Self> {
        let mut found = Vec::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            if found.len() == MAX_PARAMETERS {
                return None;
            }
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let decode = |part| String::from_utf8(percent::decode(part, true)).ok();
            found.push((decode(name)?, decode(value)?));
        }
        Some(Self(found))
    }

    /// The first value of a parameter that is not empty: RFC 6749 section 3.1 treats an empty one as left out.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, value)| other == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// The first value of a parameter, empty or not.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// Whether a parameter was sent more than once, which RFC 6749 section 3.1 forbids.
    pub fn is_repeated(&self, name: &str) -> bool {
        self.0.iter().filter(|(other, _)| other == name).count() > 1
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// With one more at the end.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.push((name.into(), value.into()));
        self
    }

    /// Without a parameter.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|(other, _)| other != name);
        self
    }

    /// As a query or form: spaces as `+`.
    pub fn encode(&self) -> String {
        let mut out = String::new();
        for (name, value) in &self.0 {
            if !out.is_empty() {
                out.push('&');
            }
            out.push_str(&encode(name));
            out.push('=');
            out.push_str(&encode(value));
        }
        out
    }
}

fn encode(text: &str) -> String {
    percent::encode(text.as_bytes(), Some(b' ')).replace(' ', "+")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn queries_are_read_as_browsers_write_them() {
        let read = Parameters::parse("a=1&b=x+y%20z&a=2&c&=d&e=&&f=%C3%BC%2").unwrap();
        assert_eq!((read.get("a"), read.is_repeated("a"), read.is_repeated("b")), (Some("1"), true, false));
        assert_eq!((read.get("b"), read.get("c"), read.raw("c")), (Some("x y z"), None, Some("")));
        assert_eq!((read.get("e"), read.get("f")), (None, Some("ü%2")));
        assert_eq!(Parameters::parse("a=%FF"), None);
        assert_eq!(Parameters::parse(&"a&".repeat(201)), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(pairs in proptest::collection::vec((".{1,8}", ".{0,12}"), 0..8)) {
            let written = pairs.iter().fold(Parameters::default(), |all, (name, value)| all.with(name, value));
            prop_assert_eq!(Parameters::parse(&written.encode()).unwrap(), written);
        }

        #[test]
        fn anything_can_be_read(text in ".{0,200}") {
            let _ = Parameters::parse(&text);
        }
    }
}
