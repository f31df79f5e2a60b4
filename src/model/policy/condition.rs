//! `Condition` of a statement: IAM's operators with `IfExists`, `ForAnyValue:` and `ForAllValues:`.

use super::pattern::Pattern;
use super::{Facts, PolicyError, wrong};
use crate::config::Cidr;
use crate::model::wildcard::{Token, matches_tokens};
use serde_json::Value;
use std::cmp::Ordering;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The most keys, and values of all of them, in a statement's conditions.
const MAX_VALUES: usize = 500;

/// One key of one operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    test: Test,
    /// `NotEquals` and the like.
    negated: bool,
    if_exists: bool,
    quantifier: Option<Quantifier>,
    pub(super) key: String,
    values: Vec<Pattern>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quantifier {
    AnyValue,
    AllValues,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Test {
    Equals,
    EqualsIgnoreCase,
    Like,
    Arn,
    Numeric(Order),
    Date(Order),
    Bool,
    Address,
    Null,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    fn holds(self, found: Ordering) -> bool {
        match self {
            Self::Equal => found.is_eq(),
            Self::Less => found.is_lt(),
            Self::LessOrEqual => found.is_le(),
            Self::Greater => found.is_gt(),
            Self::GreaterOrEqual => found.is_ge(),
        }
    }
}

fn test(name: &str) -> Option<(Test, bool)> {
    let ordered = |rest: &str| {
        Some(match rest {
            "Equals" => (Order::Equal, false),
            "NotEquals" => (Order::Equal, true),
            "LessThan" => (Order::Less, false),
            "LessThanEquals" => (Order::LessOrEqual, false),
            "GreaterThan" => (Order::Greater, false),
            "GreaterThanEquals" => (Order::GreaterOrEqual, false),
            _ => return None,
        })
    };
    Some(match name {
        "StringEquals" => (Test::Equals, false),
        "StringNotEquals" => (Test::Equals, true),
        "StringEqualsIgnoreCase" => (Test::EqualsIgnoreCase, false),
        "StringNotEqualsIgnoreCase" => (Test::EqualsIgnoreCase, true),
        "StringLike" => (Test::Like, false),
        "StringNotLike" => (Test::Like, true),
        "ArnEquals" | "ArnLike" => (Test::Arn, false),
        "ArnNotEquals" | "ArnNotLike" => (Test::Arn, true),
        "Bool" => (Test::Bool, false),
        "IpAddress" => (Test::Address, false),
        "NotIpAddress" => (Test::Address, true),
        "Null" => (Test::Null, false),
        _ => {
            if let Some(rest) = name.strip_prefix("Numeric") {
                ordered(rest).map(|(order, negated)| (Test::Numeric(order), negated))?
            } else {
                ordered(name.strip_prefix("Date")?).map(|(order, negated)| (Test::Date(order), negated))?
            }
        }
    })
}

impl Condition {
    /// The conditions of a statement.
    pub fn read(value: &Value, place: &str) -> Result<Vec<Self>, PolicyError> {
        let Value::Object(operators) = value else { return wrong(format!("{place}: Condition must be an object")) };
        let mut conditions = Vec::new();
        for (operator, keys) in operators {
            let Value::Object(keys) = keys else {
                return wrong(format!("{place}: `{}` must be an object of keys", operator.escape_debug()));
            };
            for (key, values) in keys {
                conditions.push(Self::of(operator, key, (values, place))?);
            }
        }
        if conditions.iter().map(|condition| condition.values.len()).sum::<usize>() > MAX_VALUES {
            return wrong(format!("{place}: its conditions have more than {MAX_VALUES} values"));
        }
        Ok(conditions)
    }

    fn of(operator: &str, key: &str, (values, place): (&Value, &str)) -> Result<Self, PolicyError> {
        let (quantifier, rest) = match operator.split_once(':') {
            Some(("ForAnyValue", rest)) => (Some(Quantifier::AnyValue), rest),
            Some(("ForAllValues", rest)) => (Some(Quantifier::AllValues), rest),
            _ => (None, operator),
        };
        let (if_exists, name) = rest.strip_suffix("IfExists").map_or((false, rest), |name| (true, name));
        let Some((test, negated)) = test(name).filter(|(test, _)| *test != Test::Null || !if_exists) else {
            return wrong(format!("{place}: `{}` is no condition operator that is known", operator.escape_debug()));
        };
        if !key.contains(':') {
            return wrong(format!("{place}: `{}` is no condition key", key.escape_debug()));
        }
        let wildcards = matches!(test, Test::Like | Test::Arn);
        let list = match values {
            Value::Array(list) => list.iter().collect(),
            one => vec![one],
        };
        let mut patterns = Vec::new();
        for value in list {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Bool(flag) => flag.to_string(),
                Value::Number(number) => number.to_string(),
                _ => return wrong(format!("{place}: the values of `{}` must be texts", key.escape_debug())),
            };
            if !(text.contains("${") || test.takes(&text)) {
                return wrong(format!(
                    "{place}: `{}` cannot be compared by `{}`",
                    text.escape_debug(),
                    operator.escape_debug()
                ));
            }
            patterns.push(Pattern::with_variables(&text, wildcards, place)?);
        }
        if patterns.is_empty() {
            return wrong(format!("{place}: `{}` has no values", key.escape_debug()));
        }
        Ok(Self { test, negated, if_exists, quantifier, key: key.to_owned(), values: patterns })
    }

    /// Whether it compares a key for equality or likeness, so that it says what the key must be.
    pub fn requires(&self, key: &str) -> bool {
        let says = matches!(self.test, Test::Equals | Test::EqualsIgnoreCase | Test::Like | Test::Arn);
        let any_text = |pattern: &Pattern| *pattern == Pattern::plain("*");
        says && !self.negated
            && !self.if_exists
            && self.quantifier != Some(Quantifier::AllValues)
            && self.key.eq_ignore_ascii_case(key)
            && !(self.test == Test::Like && self.values.iter().any(any_text))
    }

    pub fn holds(&self, facts: &Facts) -> bool {
        let found = facts.all(&self.key);
        if self.test == Test::Null {
            let absent = found.is_none_or(<[String]>::is_empty);
            return self
                .values
                .iter()
                .any(|value| value.text(facts).as_deref() == Some(if absent { "true" } else { "false" }));
        }
        let one =
            |value: &String| self.values.iter().any(|pattern| self.test.holds(value, pattern, facts)) != self.negated;
        match (found, self.quantifier) {
            (Some(values), Some(Quantifier::AllValues)) => values.iter().all(one),
            (None, Some(Quantifier::AllValues)) => true,
            (Some(values), Some(Quantifier::AnyValue)) => values.iter().any(one),
            (None, Some(Quantifier::AnyValue)) => self.if_exists,
            // Of several values, a negated test must hold for each: none of them may be what is named.
            (Some(values), None) if self.negated => values.iter().all(one),
            (Some(values), None) => values.iter().any(one),
            (None, None) => self.negated || self.if_exists,
        }
    }
}

impl Test {
    /// Whether a literal value is of the kind that is compared.
    fn takes(self, text: &str) -> bool {
        match self {
            Self::Equals | Self::EqualsIgnoreCase | Self::Like | Self::Arn => true,
            Self::Numeric(_) => number(text).is_some(),
            Self::Date(_) => moment(text).is_some(),
            Self::Bool | Self::Null => matches!(text, "true" | "false"),
            Self::Address => network(text).is_some(),
        }
    }

    fn holds(self, value: &str, pattern: &Pattern, facts: &Facts) -> bool {
        let text = || pattern.text(facts);
        match self {
            Self::Equals | Self::Like => pattern.matches(value, facts),
            Self::EqualsIgnoreCase => text().is_some_and(|text| text.to_lowercase() == value.to_lowercase()),
            Self::Arn => pattern.filled(facts).is_some_and(|tokens| arn_matches(&tokens, value)),
            Self::Numeric(order) => {
                let both = text().and_then(|text| number(value)?.partial_cmp(&number(&text)?));
                both.is_some_and(|found| order.holds(found))
            }
            Self::Date(order) => {
                let both = text().and_then(|text| Some(moment(value)?.cmp(&moment(&text)?)));
                both.is_some_and(|found| order.holds(found))
            }
            Self::Bool => text().is_some_and(|text| text.eq_ignore_ascii_case(value)),
            Self::Address => {
                text().and_then(|text| Some(network(&text)?.contains(value.parse().ok()?))).unwrap_or(false)
            }
            // Answered before there is a value.
            Self::Null => false,
        }
    }
}

/// Wildcards in an ARN do not reach over its colons, but in its last part.
fn arn_matches(pattern: &[Token], value: &str) -> bool {
    let parts: Vec<&[Token]> = pattern.splitn(6, |token| *token == Token::Char(':')).collect();
    let values: Vec<&str> = value.splitn(6, ':').collect();
    parts.len() == values.len()
        && parts.iter().zip(values).all(|(part, value)| matches_tokens(part.iter().copied(), value))
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// Seconds since 1970, or a date as RFC 3339 has it.
fn moment(text: &str) -> Option<i64> {
    let date = || OffsetDateTime::parse(text, &Rfc3339).ok().map(OffsetDateTime::unix_timestamp);
    text.parse().ok().or_else(date)
}

fn network(text: &str) -> Option<Cidr> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use serde_json::json;

    fn holds(condition: Value) -> bool {
        let mut facts = Facts::default();
        facts.put("a:text", "Gold");
        facts.put("a:arn", "arn:aws:iam::1:role/x/y");
        facts.put("a:number", "7");
        facts.put("a:date", "2026-01-01T00:00:00Z");
        facts.put("aws:SourceIp", "192.0.2.7");
        facts.put_all("a:many", vec!["x".into(), "y".into()]);
        facts.put_all("a:none", Vec::new());
        Condition::read(&condition, "here").unwrap().iter().all(|condition| condition.holds(&facts))
    }

    #[test]
    fn operators_are_iams() {
        for (holds_, condition) in [
            (true, json!({"StringEquals": {"a:text": ["Silver", "Gold"]}})),
            (true, json!({"StringEquals": {"A:Text": "Gold"}})),
            (false, json!({"StringEquals": {"a:text": "G*"}})),
            (false, json!({"StringEquals": {"a:text": "gold"}})),
            (true, json!({"StringEqualsIgnoreCase": {"a:text": "gold"}})),
            (true, json!({"StringLike": {"a:text": "G?l*"}})),
            (false, json!({"StringNotLike": {"a:text": ["x", "G*"]}})),
            (true, json!({"StringNotEquals": {"a:absent": "x"}})),
            (false, json!({"StringEquals": {"a:absent": "x"}})),
            (true, json!({"StringEqualsIfExists": {"a:absent": "x"}})),
            (false, json!({"StringEqualsIfExists": {"a:text": "x"}})),
            (true, json!({"Null": {"a:absent": true, "a:text": "false"}})),
            (true, json!({"ForAnyValue:StringLike": {"a:many": "y*"}})),
            (false, json!({"ForAnyValue:StringLike": {"a:none": "*"}})),
            (false, json!({"ForAllValues:StringEquals": {"a:many": "y"}})),
            (true, json!({"ForAllValues:StringEquals": {"a:many": ["x", "y", "z"], "a:none": "q", "a:absent": "q"}})),
            (true, json!({"ForAnyValue:StringNotEquals": {"a:many": "x"}})),
            (true, json!({"NumericLessThan": {"a:number": 8}, "NumericGreaterThanEquals": {"a:number": "7"}})),
            (false, json!({"NumericEquals": {"a:text": 8}})),
            (true, json!({"DateLessThan": {"a:date": "2026-06-01T00:00:00Z"}})),
            (true, json!({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.0.2.0/24"]}})),
            (false, json!({"NotIpAddress": {"aws:SourceIp": "192.0.2.7/32"}})),
            (true, json!({"ArnLike": {"a:arn": "arn:aws:*::*:role/*"}})),
            (false, json!({"ArnLike": {"a:arn": "arn:*:role/*"}})),
            (true, json!({"StringEquals": {"a:text": "${a:text}"}})),
            (false, json!({"StringEquals": {"a:text": "${a:many}"}})),
        ] {
            assert_eq!(holds(condition.clone()), holds_, "{condition}");
        }
    }

    #[test]
    fn what_cannot_be_evaluated_is_refused() {
        for bad in [
            json!({"BinaryEquals": {"a:b": "eA=="}}),
            json!({"StringMatches": {"a:b": "x"}}),
            json!({"Some:StringEquals": {"a:b": "x"}}),
            json!({"StringEquals": {"b": "x"}}),
            json!({"StringEquals": {"a:b": []}}),
            json!({"StringEquals": {"a:b": {}}}),
            json!({"StringEquals": "x"}),
            json!({"NumericEquals": {"a:b": "many"}}),
            json!({"DateEquals": {"a:b": "soon"}}),
            json!({"Bool": {"a:b": "maybe"}}),
            json!({"NullIfExists": {"a:b": "true"}}),
            json!({"IpAddress": {"a:b": "everywhere"}}),
            json!([]),
        ] {
            assert!(Condition::read(&bad, "here").is_err(), "{bad}");
        }
    }
}
