//! Values that need more than serde's own types, and the shared half of the generated deserialisers.

use crate::clock::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::{Serialize, Serializer};
use std::fmt;
use std::marker::PhantomData;

/// Bytes; standard base64 with padding in JSON.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Blob(pub Vec<u8>);

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() { s.serialize_str(&STANDARD.encode(&self.0)) } else { s.serialize_bytes(&self.0) }
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        if d.is_human_readable() {
            let text = std::borrow::Cow::<str>::deserialize(d)?;
            STANDARD.decode(text.as_bytes()).map(Self).map_err(de::Error::custom)
        } else {
            serde_bytes::ByteBuf::deserialize(d).map(|bytes| Self(bytes.into_vec()))
        }
    }
}

/// A timestamp on its way through serde: epoch seconds with milliseconds as fraction in JSON, milliseconds elsewhere.
pub(super) struct Moment(pub(super) Timestamp);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let millis = self.0.millis();
        match s.is_human_readable() {
            true if millis % 1000 == 0 => s.serialize_i64(millis / 1000),
            true => s.serialize_f64(millis as f64 / 1000.0),
            false => s.serialize_i64(millis),
        }
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        if d.is_human_readable() {
            d.deserialize_any(Seconds)
        } else {
            i64::deserialize(d).map(|millis| Self(Timestamp(millis)))
        }
    }
}

struct Seconds;

impl Visitor<'_> for Seconds {
    type Value = Moment;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a timestamp")
    }

    fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<Moment, E> {
        Ok(Moment(Timestamp::from_secs(seconds)))
    }

    fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<Moment, E> {
        Ok(Moment(Timestamp::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX))))
    }

    fn visit_f64<E: de::Error>(self, seconds: f64) -> Result<Moment, E> {
        // `as` saturates and turns NaN into 0.
        Ok(Moment(Timestamp((seconds * 1000.0).round() as i64)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Moment, E> {
        parse_timestamp(text).map(Moment).ok_or_else(|| E::custom("not a timestamp"))
    }
}

/// A timestamp written as ISO 8601 (RFC 3339) or as a number of epoch seconds.
pub(crate) fn parse_timestamp(text: &str) -> Option<Timestamp> {
    if let Ok(at) = time::OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339) {
        return i64::try_from(at.unix_timestamp_nanos() / 1_000_000).ok().map(Timestamp);
    }
    let seconds: f64 = text.parse().ok()?;
    seconds.is_finite().then(|| Timestamp((seconds * 1000.0).round() as i64))
}

/// What the generator writes for each structure: its members' wire names, and how to read one.
pub(super) trait Members: Default {
    /// The structure's name.
    const NAME: &'static str;
    /// The members' wire names.
    const FIELDS: &'static [&'static str];
    /// Reads the value of the `member`-th field.
    fn read<'de, A: MapAccess<'de>>(&mut self, member: usize, map: &mut A) -> Result<(), A::Error>;
}

/// Reads a structure; unknown members are skipped, missing ones keep their default.
pub(super) fn members<'de, T: Members, D: Deserializer<'de>>(d: D) -> Result<T, D::Error> {
    d.deserialize_struct(T::NAME, T::FIELDS, Structure(PhantomData))
}

/// Skips one value.
pub(super) fn skip<'de, A: MapAccess<'de>>(map: &mut A) -> Result<(), A::Error> {
    map.next_value::<IgnoredAny>().map(|_| ())
}

struct Structure<T>(PhantomData<T>);

impl<'de, T: Members> Visitor<'de> for Structure<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the members of {}", T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut value = T::default();
        while let Some(member) = map.next_key_seed(Position(T::FIELDS))? {
            value.read(member, &mut map)?;
        }
        Ok(value)
    }
}

/// Reads a name as its place in a list; past the end if it is not there.
struct Position(&'static [&'static str]);

impl<'de> de::DeserializeSeed<'de> for Position {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<usize, D::Error> {
        d.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Position {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<usize, E> {
        Ok(self.0.iter().position(|field| *field == name).unwrap_or(self.0.len()))
    }
}

/// Reads an enum's value by its wire name.
pub(super) fn one_of<'de, T, D: Deserializer<'de>>(
    d: D,
    name: &'static str,
    parse: fn(&str) -> Option<T>,
) -> Result<T, D::Error> {
    d.deserialize_str(OneOf { name, parse })
}

struct OneOf<T> {
    name: &'static str,
    parse: fn(&str) -> Option<T>,
}

impl<T> Visitor<'_> for OneOf<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value of {}", self.name)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        (self.parse)(text).ok_or_else(|| E::custom(format_args!("not a value of {}", self.name)))
    }
}
