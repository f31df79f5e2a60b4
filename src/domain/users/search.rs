//! ListUsers' filter: `<attribute> <= or ^=> "<value>"`, answered from indexes.

use crate::context::Context;
use crate::fault::Fault;
use crate::model::{Pool, User};
use crate::shapes::idp::UserStatusType as Status;
use crate::store::users::{self, Lookup, UserPage};

/// Rounds that one call may take through users who do not match, before it answers a short page with a token.
const MAX_ROUNDS: usize = 20;

/// How values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// The whole value.
    Equals,
    /// The beginning.
    StartsWith,
}

/// A filter as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// The attribute.
    pub attribute: String,
    /// The comparison.
    pub operator: Operator,
    /// The value.
    pub value: String,
}

fn unreadable() -> Fault {
    Fault::invalid("Error while parsing filter.")
}

/// Reads a filter; empty text is none.
pub fn parse(text: &str) -> Result<Option<Filter>, Fault> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let end = text.find(|c: char| c == '=' || c == '^' || c.is_whitespace()).ok_or_else(unreadable)?;
    let (attribute, rest) = text.split_at(end);
    let rest = rest.trim_start();
    let (operator, rest) = if let Some(rest) = rest.strip_prefix("^=") {
        (Operator::StartsWith, rest)
    } else if let Some(rest) = rest.strip_prefix('=') {
        (Operator::Equals, rest)
    } else {
        return Err(unreadable());
    };
    let attribute = attribute.trim_matches('"');
    if attribute.is_empty() {
        return Err(unreadable());
    }
    Ok(Some(Filter { attribute: attribute.to_owned(), operator, value: quoted(rest.trim())? }))
}

/// The text between double quotes; `\"` and `\\` stand for themselves.
fn quoted(text: &str) -> Result<String, Fault> {
    let mut chars = text.strip_prefix('"').ok_or_else(unreadable)?.chars();
    let mut value = String::new();
    while let Some(c) = chars.next() {
        match c {
            '"' => return if chars.next().is_none() { Ok(value) } else { Err(unreadable()) },
            '\\' => value.push(chars.next().ok_or_else(unreadable)?),
            c => value.push(c),
        }
    }
    Err(unreadable())
}

/// What a filter means: an index, and a test that its entries must pass still.
struct Plan {
    lookup: Lookup,
    test: Box<dyn Fn(&User) -> bool>,
}

fn plan(pool: &Pool, filter: Option<Filter>) -> Result<Plan, Fault> {
    let Some(Filter { attribute, operator, value }) = filter else {
        return Ok(Plan { lookup: Lookup::All, test: Box::new(|_| true) });
    };
    let begins = operator == Operator::StartsWith;
    match attribute.as_str() {
        "username" => {
            let wanted = users::fold(pool, &value);
            let fold = {
                let sensitive = pool.is_case_sensitive();
                move |s: &str| if sensitive { s.to_owned() } else { s.to_lowercase() }
            };
            let test = {
                let wanted = wanted.clone();
                move |u: &User| begins || fold(&u.username) == wanted
            };
            Ok(Plan { lookup: Lookup::Username(wanted, begins), test: Box::new(test) })
        }
        "sub" => {
            Ok(Plan { lookup: Lookup::Sub(value.clone(), begins), test: Box::new(move |u| begins || u.sub == value) })
        }
        "status" => match value.to_ascii_lowercase().as_str() {
            "disabled" => Ok(Plan {
                lookup: Lookup::Attribute(users::DISABLED, String::new(), false),
                test: Box::new(|u| !u.enabled),
            }),
            "enabled" => Ok(Plan { lookup: Lookup::All, test: Box::new(|u| u.enabled) }),
            _ => {
                Ok(Plan { lookup: Lookup::Attribute(users::DISABLED, "none".into(), false), test: Box::new(|_| false) })
            }
        },
        users::STATUS => {
            // Nearly all users are CONFIRMED: they are found by going through all, the others by their index.
            let common = matches(Status::Confirmed.as_str(), &value, begins);
            let lookup = if common { Lookup::All } else { Lookup::Attribute(users::STATUS, value.clone(), begins) };
            Ok(Plan { lookup, test: Box::new(move |u: &User| matches(u.status.as_str(), &value, begins)) })
        }
        name => {
            let Some(name) = users::SEARCHABLE.into_iter().find(|s| *s == name) else {
                return Err(Fault::invalid(format!("Invalid search attribute: {name}")));
            };
            let test = {
                let value = value.clone();
                move |u: &User| u.attributes.get(name).is_some_and(|v| matches(v, &value, begins))
            };
            Ok(Plan { lookup: Lookup::Attribute(name, value, begins), test: Box::new(test) })
        }
    }
}

fn matches(value: &str, wanted: &str, begins: bool) -> bool {
    let (value, wanted) = (value.to_lowercase(), wanted.to_lowercase());
    if begins { value.starts_with(&wanted) } else { value == wanted }
}

/// A page of the pool's users that the filter lets through (Cognito: ListUsers).
pub async fn list(
    cx: &Context,
    pool: &Pool,
    filter: Option<Filter>,
    after: Option<Vec<u8>>,
    limit: usize,
) -> Result<UserPage, Fault> {
    let plan = plan(pool, filter)?;
    collect(cx, pool, &plan, after, limit).await
}

/// A page of a group's members (Cognito: ListUsersInGroup).
pub async fn members(
    cx: &Context,
    pool: &Pool,
    group: &crate::model::Group,
    after: Option<Vec<u8>>,
    limit: usize,
) -> Result<UserPage, Fault> {
    let (name, created) = (group.name.clone(), group.created);
    let plan = Plan {
        lookup: Lookup::Group(name.clone(), created.millis()),
        test: Box::new(move |u| u.groups.get(&name) == Some(&created)),
    };
    collect(cx, pool, &plan, after, limit).await
}

async fn collect(
    cx: &Context,
    pool: &Pool,
    plan: &Plan,
    mut after: Option<Vec<u8>>,
    limit: usize,
) -> Result<UserPage, Fault> {
    let mut out = UserPage::default();
    for _ in 0..MAX_ROUNDS {
        let wanted = limit.saturating_sub(out.users.len());
        let page = users::find(&cx.services.store, pool, &plan.lookup, after.as_deref(), wanted).await?;
        out.users.extend(page.users.into_iter().filter(|user| (plan.test)(user)));
        out.last = page.last;
        if out.users.len() >= limit || out.last.is_none() {
            break;
        }
        after.clone_from(&out.last);
    }
    Ok(out)
}

/// Whether every name is an attribute of the pool (AttributesToGet).
pub fn check_names(pool: &Pool, names: &[String]) -> Result<(), Fault> {
    if names.iter().all(|name| pool.attribute(name).is_some()) {
        Ok(())
    } else {
        Err(Fault::invalid("One or more requested attributes do not exist."))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn filter(text: &str) -> Filter {
        parse(text).unwrap().unwrap()
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,300}") {
            let _ = parse(&text);
        }

        #[test]
        fn what_is_quoted_comes_back(value in ".{0,100}", begins: bool) {
            let quoted = value.replace('\\', "\\\\").replace('"', "\\\"");
            let read = filter(&format!("email {} \"{quoted}\"", if begins { "^=" } else { "=" }));
            proptest::prop_assert_eq!(read.value, value);
        }
    }

    #[test]
    fn the_grammar() {
        assert_eq!(parse("").unwrap(), None);
        let plain = filter("email = \"a@example.com\"");
        assert_eq!(
            (plain.attribute.as_str(), plain.operator, plain.value.as_str()),
            ("email", Operator::Equals, "a@example.com")
        );
        assert_eq!(filter("name^=\"Jo\\\"e\"").value, "Jo\"e");
        assert_eq!(filter("cognito:user_status=\"CONFIRMED\"").attribute, "cognito:user_status");
        for bad in [
            "email",
            "email =",
            "email = a",
            "email = \"a",
            "email ~ \"a\"",
            "= \"a\"",
            "email = \"a\" or",
            "\\",
            "^=\"\"",
        ] {
            assert_eq!(parse(bad).unwrap_err().message(), "Error while parsing filter.", "{bad}");
        }
    }
}
