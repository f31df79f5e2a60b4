//! Every constraint of the model, for every request of the JSON services: just inside it nothing is said, just outside
//! the constraint is named in AWS's words, at its place.

use crate::sampling::{Dice, fits, fitting, matches, of_length};
use poolhouse::fault::Fault;
use poolhouse::wire::model::{Kind, Operation, Service, Shape};
use poolhouse::wire::{self, Request};
use serde_json::{Map, Value, json};

/// What must be said of a value.
#[derive(Clone)]
enum Verdict {
    /// Nothing.
    Fits,
    /// This constraint, at this place below the value.
    Breaks { place: Vec<String>, constraint: String },
    /// That its JSON type is wrong.
    WrongType,
}

type Case = (Value, Verdict);

fn breaks(constraint: impl Into<String>) -> Verdict {
    Verdict::Breaks { place: Vec::new(), constraint: constraint.into() }
}

/// A verdict as seen from one step further out.
fn below(step: &str, verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Breaks { mut place, constraint } => {
            place.insert(0, step.to_owned());
            Verdict::Breaks { place, constraint }
        }
        other => other,
    }
}

/// How AWS writes a member's name in a path.
fn camel(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(chars).collect()
}

fn is_nested(shape: &Shape) -> bool {
    matches!(shape.kind, Kind::Structure(_) | Kind::List(_) | Kind::Map(..))
}

/// Values for a shape: at both ends of every bound and beside them, in and out of patterns and enumerations, of every
/// wrong type.
fn cases(shape: &'static Shape, dice: &mut Dice) -> Vec<Case> {
    let mut found = match &shape.kind {
        Kind::Structure(members) => structures(members, dice),
        Kind::List(member) => lists(shape, member, dice),
        Kind::Map(key, member) => maps(shape, key, member, dice),
        Kind::Text => texts(shape),
        Kind::Enum(values) => enums(values),
        Kind::Integer | Kind::Long => numbers(shape),
        Kind::Blob => blobs(shape),
        Kind::Boolean => vec![(json!(true), Verdict::Fits), (json!(false), Verdict::Fits)],
        Kind::Timestamp => {
            vec![(json!(0), Verdict::Fits), (json!(1.5), Verdict::Fits), (json!("2026-01-01T00:00:00Z"), Verdict::Fits)]
        }
        Kind::Document => vec![(json!({}), Verdict::Fits)],
    };
    found.extend(wrong_types(shape).into_iter().map(|value| (value, Verdict::WrongType)));
    found
}

fn wrong_types(shape: &Shape) -> Vec<Value> {
    let all = [json!("text"), json!(7), json!(7.5), json!(1e300), json!(true), json!([]), json!({})];
    let right = |value: &Value| match &shape.kind {
        Kind::Structure(_) | Kind::Map(..) => value.is_object(),
        Kind::List(_) => value.is_array(),
        Kind::Text | Kind::Enum(_) => value.is_string(),
        Kind::Integer | Kind::Long => value.is_i64(),
        Kind::Boolean => value.is_boolean(),
        Kind::Timestamp => value.is_number(),
        // This text is base64 by chance.
        Kind::Blob => value == &json!("text"),
        Kind::Document => true,
    };
    all.into_iter().filter(|value| !right(value)).collect()
}

fn structures(members: &'static [poolhouse::wire::model::Member], dice: &mut Dice) -> Vec<Case> {
    let base = |dice: &mut Dice| {
        let required = members.iter().filter(|member| member.required);
        required.map(|member| (member.name.to_owned(), fitting(member.shape, dice, 0))).collect::<Map<String, Value>>()
    };
    let mut found = vec![(Value::Object(base(dice)), Verdict::Fits)];
    for member in members {
        let step = camel(member.name);
        for (value, verdict) in cases(member.shape, dice) {
            let mut object = base(dice);
            object.insert(member.name.to_owned(), value);
            found.push((Value::Object(object), below(&step, verdict)));
        }
        for absent in [None, Some(Value::Null)] {
            let mut object = base(dice);
            object.remove(member.name);
            object.extend(absent.map(|null| (member.name.to_owned(), null)));
            let verdict = if member.required { below(&step, breaks("Member must not be null")) } else { Verdict::Fits };
            found.push((Value::Object(object), verdict));
        }
    }
    found
}

fn lists(shape: &'static Shape, member: &'static Shape, dice: &mut Dice) -> Vec<Case> {
    let mut found: Vec<Case> = Vec::new();
    let entry = fitting(member, dice, 0);
    for (count, verdict) in sizes(shape, "length", true) {
        found.push((vec![entry.clone(); count].into(), verdict));
    }
    let room = shape.min.unwrap_or(0).max(1) as usize;
    if shape.max == Some(0) {
        return found;
    }
    for (value, verdict) in cases(member, dice) {
        // A list of as many entries as it must have, the last of which is this one.
        let mut entries = vec![entry.clone(); room];
        entries[room - 1] = value;
        let verdict = match verdict {
            Verdict::Breaks { .. } if !is_nested(member) => {
                breaks(format!("Member must satisfy constraint: [{}]", rules(member)))
            }
            Verdict::Breaks { .. } => below(&format!("{room}.member"), verdict),
            other => other,
        };
        found.push((entries.into(), verdict));
    }
    found
}

fn maps(shape: &'static Shape, key: &'static Shape, member: &'static Shape, dice: &mut Dice) -> Vec<Case> {
    let mut found: Vec<Case> = Vec::new();
    let (name, entry) = (crate::sampling::text(key, dice), fitting(member, dice, 0));
    let one = |name: &str, value: Value| Value::Object([(name.to_owned(), value)].into_iter().collect());
    let bounded = shape.min.is_some_and(|min| min > 1);
    for (value, verdict) in cases(member, dice) {
        if bounded {
            break;
        }
        let verdict = match verdict {
            Verdict::Breaks { .. } if !is_nested(member) => {
                breaks(format!("Map value must satisfy constraint: [{}]", rules(member)))
            }
            Verdict::Breaks { .. } => below(&format!("{name}.member"), verdict),
            other => other,
        };
        found.push((one(&name, value), verdict));
    }
    for (value, verdict) in scalar_cases(key) {
        if bounded {
            break;
        }
        let Value::String(name) = value else { continue };
        let verdict = match verdict {
            Verdict::Breaks { .. } => breaks(format!("Map keys must satisfy constraint: [{}]", rules(key))),
            other => other,
        };
        found.push((one(&name, entry.clone()), verdict));
    }
    // Keys that differ: as many as there are numbers, where the pattern takes numbers.
    for (count, verdict) in sizes(shape, "length", true) {
        let names: Vec<String> = (0..count)
            .map(|n| if matches!(key.kind, Kind::Enum(_)) { String::new() } else { format!("k{n}") })
            .collect();
        if names.iter().all(|name| fits(key, name) && !name.is_empty()) {
            found.push((
                names.into_iter().map(|name| (name, entry.clone())).collect::<Map<String, Value>>().into(),
                verdict,
            ));
        }
    }
    found
}

fn scalar_cases(shape: &'static Shape) -> Vec<Case> {
    match &shape.kind {
        Kind::Enum(values) => enums(values),
        _ => texts(shape),
    }
}

/// Sizes at and beside the bounds. Nobody sends more than a few thousand entries for a test of one number more.
fn sizes(shape: &Shape, measure: &str, entries: bool) -> Vec<(usize, Verdict)> {
    let mut found = Vec::new();
    if let Some(min) = shape.min.filter(|min| *min > 0) {
        found.push((min as usize, Verdict::Fits));
        found.push((min as usize - 1, breaks(format!("Member must have {measure} greater than or equal to {min}"))));
    }
    if let Some(max) = shape.max.filter(|max| !entries || *max <= 2000) {
        found.push((max as usize, Verdict::Fits));
        found.push((max as usize + 1, breaks(format!("Member must have {measure} less than or equal to {max}"))));
    }
    found
}

fn texts(shape: &'static Shape) -> Vec<Case> {
    let mut found: Vec<Case> = Vec::new();
    for (length, verdict) in sizes(shape, "length", false) {
        // A text of the wrong length may break the pattern too; the length must be told all the same.
        let plain = || matches!(verdict, Verdict::Breaks { .. }).then(|| "a".repeat(length));
        if let Some(text) = of_length(shape, length).or_else(plain) {
            found.push((text.into(), verdict));
        }
    }
    for seed in 0..4 {
        found.push((crate::sampling::text(shape, &mut Dice(seed)).into(), Verdict::Fits));
    }
    if let Some(pattern) = shape.pattern {
        let told = format!("Member must satisfy regular expression pattern: {}", pattern.source);
        let strange =
            ["", " ", "a b", "é", "#", "A", "\u{7}\u{7}\u{7}\u{7}\u{7}\u{7}", "_", "arn:", "a\nb", "{####", "\u{2028}"];
        let outside = strange.into_iter().filter(|text| !matches(shape, text));
        found.extend(outside.map(|text| (text.into(), breaks(told.clone()))));
    }
    found
}

fn enums(values: &'static [&'static str]) -> Vec<Case> {
    let told = format!("Member must satisfy enum value set: [{}]", values.join(", "));
    let mut found: Vec<Case> = values.iter().map(|value| ((*value).into(), Verdict::Fits)).collect();
    let first = values[0];
    for other in [String::new(), "no such value".into(), format!("{first} "), format!("{first}{first}"), swapped(first)]
    {
        if !values.contains(&other.as_str()) {
            found.push((other.into(), breaks(told.clone())));
        }
    }
    found
}

fn swapped(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_uppercase() { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() }).collect()
}

fn numbers(shape: &Shape) -> Vec<Case> {
    let mut found: Vec<Case> = Vec::new();
    if let Some(min) = shape.min {
        found.push((min.into(), Verdict::Fits));
        found.push(((min - 1).into(), breaks(format!("Member must have value greater than or equal to {min}"))));
    }
    if let Some(max) = shape.max {
        found.push((max.into(), Verdict::Fits));
        // An encoder's whole float is that number.
        found.push(((max as f64).into(), Verdict::Fits));
        if max < i64::from(i32::MAX) {
            found.push(((max + 1).into(), breaks(format!("Member must have value less than or equal to {max}"))));
        }
    }
    if matches!(shape.kind, Kind::Integer) {
        found.extend([i64::from(i32::MAX) + 1, i64::from(i32::MIN) - 1].map(|n| (n.into(), Verdict::WrongType)));
    }
    found
}

fn blobs(shape: &Shape) -> Vec<Case> {
    use base64::Engine as _;
    let encoded = |length: usize| Value::from(base64::engine::general_purpose::STANDARD.encode(vec![7; length]));
    let mut found: Vec<Case> =
        sizes(shape, "length", false).into_iter().map(|(length, verdict)| (encoded(length), verdict)).collect();
    found.push((json!("%"), Verdict::WrongType));
    found
}

/// All constraints of a shape, as AWS lists them for the entries of lists and maps.
fn rules(shape: &Shape) -> String {
    let most = shape.max.map(|max| format!("Member must have length less than or equal to {max}"));
    let least = shape.min.map(|min| format!("Member must have length greater than or equal to {min}"));
    let form = match (&shape.kind, shape.pattern) {
        (Kind::Enum(values), _) => Some(format!("Member must satisfy enum value set: [{}]", values.join(", "))),
        (_, pattern) => {
            pattern.map(|pattern| format!("Member must satisfy regular expression pattern: {}", pattern.source))
        }
    };
    [most, least, form].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn json_operations() -> impl Iterator<Item = (Service, &'static Operation)> {
    let services = [Service::Idp, Service::Identity].into_iter();
    services.flat_map(|service| service.model().operations.iter().map(move |operation| (service, operation)))
}

fn told(service: Service, operation: &'static Operation, body: &Value) -> Result<(), Fault> {
    let request =
        Request { method: "POST".into(), path: "/".into(), body: body.to_string().into_bytes(), ..Default::default() };
    wire::decode(service, operation, &request).map(|_| ())
}

/// Why an answer is not what the case asks for.
fn complaint(service: Service, answer: &Result<(), Fault>, verdict: &Verdict) -> Option<String> {
    let name = if service == Service::Identity { "ValidationException" } else { "InvalidParameterException" };
    match (verdict, answer) {
        (Verdict::Fits, Ok(())) => None,
        (Verdict::WrongType, Err(fault)) if fault.name() == "SerializationException" => None,
        (Verdict::Breaks { place, constraint }, Err(fault)) if fault.name() == name => {
            let text = fault.message();
            let count = text.split_once(' ').and_then(|(count, _)| count.parse::<usize>().ok()).unwrap_or(0);
            let plural = if count == 1 { "" } else { "s" };
            let head = format!("{count} validation error{plural} detected: Value ");
            let wanted = format!("at '{}' failed to satisfy constraint: {constraint}", place.join("."));
            let said = text.matches("failed to satisfy constraint: ").count();
            (count == 0 || said != count || !text.starts_with(&head) || !text.contains(&wanted))
                .then(|| format!("{text:?} lacks {wanted:?}"))
        }
        (Verdict::Fits, Err(fault)) => Some(format!("refused: {fault}")),
        (_, Err(fault)) => Some(format!("another fault: {fault}")),
        (_, Ok(())) => Some("accepted".into()),
    }
}

#[test]
fn every_constraint_of_every_request_holds_just_where_the_model_says() {
    let (mut count, mut outside) = (0, 0);
    for (service, operation) in json_operations() {
        for (body, verdict) in cases(operation.input.unwrap(), &mut Dice(7)) {
            if !body.is_object() {
                continue;
            }
            count += 1;
            outside += usize::from(!matches!(verdict, Verdict::Fits));
            let answer = told(service, operation, &body);
            if let Some(complaint) = complaint(service, &answer, &verdict) {
                let shown: String = body.to_string().chars().take(600).collect();
                panic!("{}: {complaint}\n{shown}", operation.name);
            }
        }
    }
    assert!(count > 10_000 && outside > 5_000, "only {count} requests, {outside} of them outside");
}

#[test]
fn whole_requests_inside_every_bound_are_never_refused_for_their_form() {
    for seed in 0..24 {
        let mut dice = Dice(seed);
        for (service, operation) in json_operations() {
            let body = fitting(operation.input.unwrap(), &mut dice, seed as usize % 9);
            if let Err(fault) = told(service, operation, &body) {
                panic!("{} (seed {seed}): {fault}\n{body}", operation.name);
            }
        }
    }
}
