//! Users one by one out of JSON of any size: objects one after the other, or a list in a member of one object.

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt;
use std::io::BufRead;

/// The members that hold a list of users: Keycloak's and Firebase's, SCIM's.
const LISTS: [&str; 2] = ["users", "Resources"];

/// Calls `each` with every user.
pub(super) fn each_user(input: impl BufRead, by_lines: bool, mut each: impl FnMut(Value)) -> serde_json::Result<()> {
    if by_lines {
        for user in serde_json::Deserializer::from_reader(input).into_iter::<Value>() {
            each(user?);
        }
        return Ok(());
    }
    let mut json = serde_json::Deserializer::from_reader(input);
    json.deserialize_map(Document(&mut each))?;
    json.end()
}

struct Document<'a, F>(&'a mut F);

impl<'de, F: FnMut(Value)> Visitor<'de> for Document<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a list of users")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if LISTS.contains(&name.as_str()) {
                map.next_value_seed(Users(&mut *self.0))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Users<'a, F>(&'a mut F);

impl<'de, F: FnMut(Value)> DeserializeSeed<'de> for Users<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(Value)> Visitor<'de> for Users<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of users")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(user) = list.next_element::<Value>()? {
            (self.0)(user);
        }
        Ok(())
    }
}
