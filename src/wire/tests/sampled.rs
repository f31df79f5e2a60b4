//! Inputs drawn from the model itself: whatever passes the checks must fit the types, and come back from them unbroken.

use super::*;
use proptest::prelude::*;
use serde_json::Map;

include!(concat!(env!("OUT_DIR"), "/round_trip_idp.rs"));
include!(concat!(env!("OUT_DIR"), "/round_trip_identity.rs"));
include!(concat!(env!("OUT_DIR"), "/round_trip_sync.rs"));
include!(concat!(env!("OUT_DIR"), "/round_trip_sts.rs"));
include!(concat!(env!("OUT_DIR"), "/round_trip_admin.rs"));

/// A small generator of numbers (splitmix64), so that a sample is a function of its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides
    }
}

/// A value for a shape: mostly fitting; `wild` of 20 are not.
fn sample(shape: &'static Shape, dice: &mut Dice, wild: u64) -> Value {
    if dice.roll(20) < wild {
        return [Value::Null, json!(1), json!(-1.5), json!("x"), json!(true), json!([null]), json!({"a": {}})]
            [dice.roll(7) as usize]
            .clone();
    }
    match &shape.kind {
        Kind::Structure(members) => {
            let mut object = Map::new();
            for member in *members {
                if member.required || dice.roll(3) > 0 {
                    object.insert(member.name.to_owned(), sample(member.shape, dice, wild));
                }
            }
            Value::Object(object)
        }
        Kind::List(member) => (0..1 + dice.roll(2)).map(|_| sample(member, dice, wild)).collect(),
        Kind::Map(key, member) => (0..1 + dice.roll(2))
            .map(|_| (text(key, dice), sample(member, dice, wild)))
            .collect::<Map<String, Value>>()
            .into(),
        Kind::Enum(values) => values[dice.roll(values.len() as u64) as usize].into(),
        Kind::Text => text(shape, dice).into(),
        Kind::Integer | Kind::Long => (shape.min.unwrap_or(0) + dice.roll(2) as i64).into(),
        Kind::Boolean => (dice.roll(2) == 0).into(),
        Kind::Timestamp => {
            [json!(1), json!(1767225600.5), json!("2026-01-01T00:00:00Z"), json!(-1e300)][dice.roll(4) as usize].clone()
        }
        Kind::Blob => "AP8=".into(),
        Kind::Document => json!({"any": [1, null, {"thing": 1.5}]}),
    }
}

fn text(shape: &Shape, dice: &mut Dice) -> String {
    let known = [
        "a",
        "abcdefgh",
        "us-east-1_AbCdEf123",
        "us-east-1:0-a",
        "arn:aws:iam::123456789012:role/x",
        "arn:aws:lambda:us-east-1:123456789012:function:f",
        "123456",
        "import-1",
        "{####}",
        "{##x##}",
        "x@example.com",
        "cognito:default",
        "terms-of-use",
        "us-east-1_0-a",
        "Level1",
        "SUCCESS",
        "8f0e8f0e-7c52-4c55-9a53-6d8f0a0f2f11",
        "a23456789012345678901234567890",
    ];
    let fitting: Vec<&str> = known.into_iter().filter(|text| check_text(shape, text)).collect();
    if fitting.is_empty() { "?".into() } else { fitting[dice.roll(fitting.len() as u64) as usize].into() }
}

fn check_text(shape: &Shape, text: &str) -> bool {
    let length = text.chars().count() as i64;
    shape.min.is_none_or(|min| length >= min)
        && shape.max.is_none_or(|max| length <= max)
        && shape.pattern.is_none_or(|p| p.matches(text))
}

fn back(service: Service, operation: &str, input: Value) -> serde_json::Result<Value> {
    match service {
        Service::Idp => idp(operation, input),
        Service::Identity => identity(operation, input),
        Service::Sync => sync(operation, input),
        Service::Sts => sts(operation, input),
        Service::Admin => admin(operation, input),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_passes_the_checks_fits_the_types(seed: u64, wild in 0u64..3) {
        let mut passed = 0;
        for service in Service::ALL {
            for operation in service.model().operations {
                let shape = operation.input.unwrap();
                let mut input = sample(shape, &mut Dice(seed), wild);
                let Ok(violations) = check(shape, &mut input) else { continue };
                if !violations.is_empty() || !input.is_object() {
                    continue;
                }
                passed += 1;
                let mut output = back(service, operation.name, input.clone())
                    .map_err(|e| TestCaseError::fail(format!("{}: {e}: {input}", operation.name)))?;
                prop_assert_eq!(check(shape, &mut output).unwrap(), Vec::<String>::new(), "{}", operation.name);
            }
        }
        prop_assert!(wild > 0 || passed > 100, "only {} operations were reached", passed);
    }
}
