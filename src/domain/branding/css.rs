//! The CSS of the classic pages: rules for the classes that Cognito lets administrators style, and nothing that loads
//! or runs.

use crate::fault::Fault;
use lightningcss::printer::PrinterOptions;
use lightningcss::rules::CssRule;
use lightningcss::stylesheet::{ParserOptions, StyleSheet};
use lightningcss::traits::ToCss;

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

/// Functions and properties that load or run.
const LOADING: [&str; 8] =
    ["url(", "image(", "image-set(", "src(", "expression(", "javascript:", "behavior:", "-moz-binding:"];

/// Checks a style sheet.
pub(super) fn check(css: &str) -> Result<(), Fault> {
    minified(css).map(drop)
}

/// A style sheet as pages have it: what the parser understood of it, and nothing else.
pub fn minified(css: &str) -> Result<String, Fault> {
    // Also in comments: a page has the sheet between tags.
    if css.contains('<') {
        return Err(refused("the character < is not allowed"));
    }
    let sheet = StyleSheet::parse(css, ParserOptions::default()).map_err(|error| refused(&cut(&error.to_string())))?;
    for rule in &sheet.rules.0 {
        let CssRule::Style(style) = rule else { return Err(refused("only rules for classes are allowed")) };
        if !style.rules.0.is_empty() {
            return Err(refused("rules inside rules are not allowed"));
        }
        for selector in &style.selectors.0 {
            let selector = selector.to_css_string(PrinterOptions::default()).map_err(|e| refused(&e.to_string()))?;
            check_selector(&selector)?;
        }
    }
    let printed = sheet.to_css(PrinterOptions { minify: true, ..PrinterOptions::default() });
    let printed = printed.map_err(|error| refused(&error.to_string()))?.code;
    let plain = printed.to_ascii_lowercase();
    match LOADING.into_iter().find(|word| plain.contains(word)) {
        Some(word) => Err(refused(&format!("{word} is not allowed"))),
        None if plain.contains(['@', '\\', '<']) => Err(refused("the characters @, \\ and < are not allowed")),
        None => Ok(printed),
    }
}

fn refused(why: &str) -> Fault {
    Fault::invalid(format!("Invalid CSS: {why}."))
}

/// A text as messages show it.
fn cut(text: &str) -> String {
    text.chars().take(64).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_classes_are_styled_and_nothing_loads() {
        let good = "/* logo */ .logo-customizable { max-width: 60%; }\n.submitButton-customizable:hover, \
            .label-customizable {color:#fff;font-family: 'Open Sans', sans-serif; /* it's bold */ \
            font-weight: bold !important}";
        assert!(check(good).is_ok() && check("").is_ok());
        for bad in [
            ".other { color: red }",
            "body { color: red }",
            ".logo-customizable .x { color: red }",
            ".logo-customizable { background: url(https://evil.example) }",
            ".logo-customizable { background: URL (x) }{",
            ".logo-customizable color: red }",
            "@import 'x';",
            ".logo-customizable { color: red } </style><script>",
            ".logo-customizable { behavior: x }",
            ".logo-customizable { background: u\\72l(x) }",
            "/* </style><script> */",
            ".logo-customizable { content: \"/*\"; background: url(https://evil.example) /*\"*/ }",
            ".logo-customizable { content: '/*' } body { color: red } .logo-customizable { content: '*/' }",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_left_open_is_closed_or_refused() {
        let open = [
            ".logo-customizable { color: red",
            ".logo-customizable { color: rgb(1 }",
            ".logo-customizable { content: 'open }",
            "/* open",
        ];
        for css in open {
            let Ok(printed) = minified(css) else { continue };
            assert!(printed.is_empty() || printed.ends_with('}'), "{css}: {printed}");
            assert!(minified(&printed).is_ok_and(|again| again == printed), "{css}: {printed}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_passes_loads_nothing_and_ends_no_sheet(
            css in "[.:;{}()/*@<\\\\ a-z-]{0,60}|\\.logo-customizable ?\\{[a-z:;(/*) -]{0,40}\\}",
        ) {
            if let Ok(printed) = minified(&css) {
                let plain = printed.to_ascii_lowercase();
                proptest::prop_assert!(!plain.contains(['<', '@']) && !plain.contains("url("));
                proptest::prop_assert!(minified(&printed).is_ok(), "{}", printed);
            }
        }
    }
}
