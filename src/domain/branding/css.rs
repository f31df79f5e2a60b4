//! The CSS of the classic pages: rules for the classes that Cognito lets administrators style, and nothing that loads
//! or runs.

use crate::fault::Fault;

/// The classes, as Cognito's documentation lists them.
const CLASSES: [&str; 15] = [
    "background-customizable",
    "banner-customizable",
    "errorMessage-customizable",
    "idpButton-customizable",
    "idpDescription-customizable",
    "inputField-customizable",
    "label-customizable",
    "legalText-customizable",
    "logo-customizable",
    "passwordCheck-notValid-customizable",
    "passwordCheck-valid-customizable",
    "redirect-customizable",
    "socialButton-customizable",
    "submitButton-customizable",
    "textDescription-customizable",
];
/// States of elements that can be styled.
const STATES: [&str; 4] = ["hover", "focus", "active", "disabled"];

/// Checks a style sheet.
pub(super) fn check(css: &str) -> Result<(), Fault> {
    // Also in comments: a page has the sheet between tags.
    if css.contains('<') {
        return Err(refused("the character < is not allowed"));
    }
    let plain = without_comments(css).ok_or_else(|| {
        refused("a comment or a string does not end, or a string has characters that are not allowed")
    })?;
    if let Some(bad) =
        plain.chars().find(|c| matches!(c, '@' | '\\' | '[' | ']') || (c.is_control() && !c.is_whitespace()))
    {
        return Err(refused(&format!("the character {} is not allowed", bad.escape_default())));
    }
    let mut rest = plain.trim();
    while !rest.is_empty() {
        let (selectors, body) = rest.split_once('{').ok_or_else(|| refused("a rule has no body"))?;
        let (body, after) = body.split_once('}').ok_or_else(|| refused("a rule does not end"))?;
        selectors.split(',').try_for_each(|selector| check_selector(selector.trim()))?;
        body.split(';').map(str::trim).filter(|line| !line.is_empty()).try_for_each(check_declaration)?;
        rest = after.trim_start();
    }
    Ok(())
}

fn refused(why: &str) -> Fault {
    Fault::invalid(format!("Invalid CSS: {why}."))
}

/// A text as messages show it.
fn cut(text: &str) -> String {
    text.chars().take(64).collect()
}

/// The sheet without its comments; `None` if a comment or a string does not end, or a string has what could hide a rule
/// from this check.
fn without_comments(css: &str) -> Option<String> {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(at) = rest.find(['"', '\'', '/']) {
        let (before, after) = rest.split_at_checked(at)?;
        out.push_str(before);
        if let Some(comment) = after.strip_prefix("/*") {
            out.push(' ');
            rest = comment.split_once("*/")?.1;
            continue;
        }
        let mut chars = after.chars();
        let first = chars.next()?;
        out.push(first);
        rest = chars.as_str();
        if first != '/' {
            let (text, after) = rest.split_once(first)?;
            if text.contains(['{', '}', '(', ')', ';', ':', '/', '*', '\n', '\r', '\u{c}']) {
                return None;
            }
            out.push_str(text);
            out.push(first);
            rest = after;
        }
    }
    out.push_str(rest);
    Some(out)
}

fn check_selector(selector: &str) -> Result<(), Fault> {
    let (class, state) = match selector.split_once(':') {
        Some((class, state)) => (class, Some(state)),
        None => (selector, None),
    };
    let known = class.strip_prefix('.').is_some_and(|class| CLASSES.contains(&class))
        && state.is_none_or(|state| STATES.contains(&state));
    if known { Ok(()) } else { Err(refused(&format!("{} is not a class that can be customized", cut(selector)))) }
}

fn check_declaration(line: &str) -> Result<(), Fault> {
    let wrong = || refused(&format!("{} is not a declaration that is allowed", cut(line)));
    let (property, value) = line.split_once(':').ok_or_else(wrong)?;
    let property = property.trim_end().to_ascii_lowercase();
    let value = value.to_ascii_lowercase();
    let named =
        !property.is_empty() && property.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let loads = matches!(property.as_str(), "behavior" | "-moz-binding")
        || ["url(", "image(", "image-set(", "expression(", "javascript:", "src("]
            .iter()
            .any(|word| value.contains(word));
    let open = value.matches('(').count() != value.matches(')').count();
    if !named || loads || open || value.trim().is_empty() || value.contains('{') { Err(wrong()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_classes_are_styled_and_nothing_loads() {
        let good = "/* logo */ .logo-customizable { max-width: 60%; }\n.submitButton-customizable:hover, .label-customizable {color:#fff;font-family: 'Open Sans', sans-serif; /* it's bold */ font-weight: bold !important}";
        assert!(check(good).is_ok() && check("").is_ok());
        for bad in [
            ".other { color: red }",
            "body { color: red }",
            ".logo-customizable .x { color: red }",
            ".logo-customizable { background: url(https://evil.example) }",
            ".logo-customizable { background: URL (x) }{",
            ".logo-customizable { color: red",
            ".logo-customizable color: red }",
            "@import 'x';",
            ".logo-customizable { color: red } </style><script>",
            ".logo-customizable { behavior: x }",
            ".logo-customizable { background: u\\72l(x) }",
            "/* open",
            "/* </style><script> */",
            ".logo-customizable { color: rgb(1 }",
            ".logo-customizable { content: \"/*\"; background: url(https://evil.example) /*\"*/ }",
            ".logo-customizable { content: '/*' } body { color: red } .logo-customizable { content: '*/' }",
            ".logo-customizable { content: '}' }",
            ".logo-customizable { content: 'open }",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_passes_ends_no_sheet_and_loads_nothing(css in "[.:;{}()/*@<\\\\ a-z-]{0,60}|\\.logo-customizable ?\\{[a-z:;(/*) -]{0,40}\\}") {
            if check(&css).is_ok() {
                let plain = without_comments(&css).unwrap_or_default().to_ascii_lowercase();
                proptest::prop_assert!(!plain.contains('<') && !plain.contains('@') && !plain.contains("url("));
            }
        }
    }
}
