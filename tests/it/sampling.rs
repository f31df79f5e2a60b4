//! Values that fit the shapes of the API's model, made from the model alone and the same in every run.

use poolhouse::wire::model::{Kind, Shape};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};
use std::cell::RefCell;
use std::collections::HashMap;

/// Texts that fit the stricter patterns, which chance would take long to find.
const KNOWN: &[&str] = &[
    "a",
    "a1b2c3",
    "123456",
    "us-east-1_AbCdEf123",
    "us-east-1_0a1b2c3d-0a1b",
    "us-east-1:0a1b2c3d-0a1b",
    "arn:aws:iam::123456789012:role/guest",
    "arn:aws:s3:::bucket/folder",
    "arn:aws:sns:eu-west-1:123456789012:app/GCM/name",
    "the {####} code",
    "the {##link##} here",
    "ann@example.com",
    "cognito:default",
    "terms-of-use",
    "Level1",
    "import-1",
    "tkn0123456789abcdefghijklmno",
    "8f0e8f0e-7c52-4c55-9a53-6d8f0a0f2f11",
    "authenticated",
];

/// A small generator of numbers (splitmix64), so that a sample is a function of its seed.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % sides as u64) as usize
    }

    pub fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.roll(choices.len())]
    }
}

pub fn fits(shape: &Shape, text: &str) -> bool {
    let length = text.chars().count() as i64;
    shape.min.is_none_or(|min| length >= min) && shape.max.is_none_or(|max| length <= max) && matches(shape, text)
}

pub fn matches(shape: &Shape, text: &str) -> bool {
    shape.pattern.is_none_or(|pattern| pattern.matches(text))
}

thread_local! {
    static SEEDS: RefCell<HashMap<&'static str, Vec<String>>> = RefCell::default();
}

/// Texts of various lengths that match a shape's pattern, whatever its bounds.
fn seeds(shape: &Shape) -> Vec<String> {
    let Some(pattern) = shape.pattern else { return vec!["a".into(), "Ünïcödé ☂".into(), "two words".into()] };
    SEEDS.with_borrow_mut(|kept| {
        let made = kept.entry(pattern.source).or_insert_with(|| {
            let mut found: Vec<String> = KNOWN.iter().map(|text| (*text).to_owned()).collect();
            if let Ok(strategy) =
                proptest::string::string_regex(pattern.source.trim_start_matches('^').trim_end_matches('$'))
            {
                let mut runner = TestRunner::deterministic();
                found.extend((0..24).filter_map(|_| strategy.new_tree(&mut runner).ok().map(|tree| tree.current())));
            }
            found.retain(|text| pattern.matches(text));
            found
        });
        made.clone()
    })
}

/// A text of exactly this length that matches the shape's pattern: one that is there, cut or drawn out at some place.
pub fn of_length(shape: &Shape, length: usize) -> Option<String> {
    if length == 0 {
        return matches(shape, "").then(String::new);
    }
    seeds(shape).iter().find_map(|seed| {
        let chars: Vec<char> = seed.chars().collect();
        (0..chars.len()).rev().find_map(|at| {
            let missing = length as i64 - chars.len() as i64;
            let mut longer = chars.clone();
            if missing >= 0 {
                longer.splice(at..at, std::iter::repeat_n(chars[at], missing as usize));
            } else {
                let end = at + missing.unsigned_abs() as usize;
                if end > chars.len() {
                    return None;
                }
                longer.drain(at..end);
            }
            let text: String = longer.into_iter().collect();
            matches(shape, &text).then_some(text)
        })
    })
}

/// A fitting text: one of the seeds, or one drawn out to fit.
pub fn text(shape: &Shape, dice: &mut Dice) -> String {
    let fitting: Vec<String> = seeds(shape).into_iter().filter(|text| fits(shape, text)).collect();
    if !fitting.is_empty() {
        return dice.of(&fitting).clone();
    }
    let length = shape.min.unwrap_or(1).max(1) as usize;
    of_length(shape, length).unwrap_or_else(|| panic!("no text fits {shape:?}"))
}

/// A fitting value: all required members, and of the others those that the dice let in (`optional` of 8).
pub fn fitting(shape: &'static Shape, dice: &mut Dice, optional: usize) -> Value {
    match &shape.kind {
        Kind::Structure(members) => {
            let mut object = Map::new();
            for member in *members {
                if member.required || dice.roll(8) < optional {
                    object.insert(member.name.to_owned(), fitting(member.shape, dice, optional));
                }
            }
            Value::Object(object)
        }
        Kind::List(member) => {
            let most = shape.max.unwrap_or(3).clamp(0, 3);
            let count = shape.min.unwrap_or(0).max(1).min(most.max(shape.min.unwrap_or(0))) as usize;
            (0..count).map(|_| fitting(member, dice, optional)).collect()
        }
        Kind::Map(key, member) => {
            [(text(key, dice), fitting(member, dice, optional))].into_iter().collect::<Map<String, Value>>().into()
        }
        Kind::Enum(values) => (*dice.of(values)).into(),
        Kind::Text => text(shape, dice).into(),
        Kind::Integer | Kind::Long => {
            let least = shape.min.unwrap_or(0);
            let room = shape.max.map_or(100, |max| max - least).clamp(0, 100) as usize;
            (least + dice.roll(room + 1) as i64).into()
        }
        Kind::Boolean => (dice.roll(2) == 0).into(),
        Kind::Timestamp => json!(1_767_225_600.5),
        Kind::Blob => "AP8=".into(),
        Kind::Document => json!({"any": [1, null, {"thing": 1.5}]}),
    }
}
