//! Renders messages from a pool's template or the standard words. Placeholders are filled in one pass from left to
//! right, so that a filled-in value is never read as a placeholder.

use super::html;
use super::message::Content;
use std::borrow::Cow;

/// The kind of a template: says which placeholder must be present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TemplateKind {
    /// A code that verifies an address or resets a password.
    Code,
    /// A link that verifies an address (`CONFIRM_WITH_LINK`).
    Link,
    /// The username and temporary password of a new user.
    Invitation,
    /// A code for signing in.
    Authentication,
}

/// The values of the placeholders.
#[derive(Debug, Clone, Copy, Default)]
pub struct Values<'a> {
    /// For `{username}`.
    pub username: &'a str,
    /// For `{####}`: the code or the temporary password.
    pub code: &'a str,
    /// For `{##Text##}`: the address of the link.
    pub link: Option<&'a str>,
}

/// The words of a message.
#[derive(Debug, Clone, Copy)]
pub struct Wording<'a> {
    pub kind: TemplateKind,
    /// The pool's own words, where it has any.
    pub own: Template<'a>,
    /// Those in their place.
    pub standard: Template<'a>,
}

/// A subject and a text with placeholders; `None` where there is none.
#[derive(Debug, Clone, Copy, Default)]
pub struct Template<'a> {
    pub subject: Option<&'a str>,
    pub body: Option<&'a str>,
}

impl Wording<'_> {
    /// Whether the pool's own text is used: it has what the message is for.
    pub fn is_own(&self) -> bool {
        self.own.body.is_some_and(|own| self.kind.fits(own))
    }

    fn body(&self) -> Cow<'_, str> {
        let text = if self.is_own() { self.own.body } else { self.standard.body }.unwrap_or_default();
        let place = if self.kind == TemplateKind::Link { "{## ##}" } else { CODE };
        // Whatever an operator's catalogue says, nobody waits for a code that is not in the message.
        if self.kind.fits(text) { text.into() } else { format!("{text} {place}").trim_start().to_owned().into() }
    }

    fn subject(&self) -> &str {
        let own = self.own.subject.filter(|subject| !subject.trim().is_empty());
        own.or(self.standard.subject).unwrap_or_default()
    }
}

impl TemplateKind {
    /// Whether a template contains the placeholder that this kind of message needs: the code or the link.
    pub fn fits(self, template: &str) -> bool {
        pieces(template).iter().any(|piece| match (self, piece) {
            (Self::Link, Piece::Link(_)) => true,
            (Self::Link, _) => false,
            (_, Piece::Code) => true,
            _ => false,
        })
    }
}

/// Renders a mail. A template without the required placeholder (see [`TemplateKind::fits`]) is replaced by the standard
/// one. Templates with markup and mails with a link also get an HTML body, in which filled-in values are escaped.
pub fn email(wording: &Wording<'_>, values: &Values<'_>) -> Content {
    let (template, is_link) = (wording.body(), wording.kind == TemplateKind::Link);
    let filled = |markup: bool| fill(&template, values, markup, is_link);
    let html = (is_link || html::is_markup(&template)).then(|| filled(true));
    let text = html.as_deref().map_or_else(|| filled(false), html::to_text);
    Content { subject: one_line(&fill(wording.subject(), values, false, false)), text, html }
}

/// Renders an SMS.
pub fn sms(wording: &Wording<'_>, values: &Values<'_>) -> Content {
    let text = fill(&wording.body(), values, false, wording.kind == TemplateKind::Link);
    Content { subject: String::new(), text, html: None }
}

#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    Text(&'a str),
    Username,
    Code,
    Link(&'a str),
}

const USERNAME: &str = "{username}";
const CODE: &str = "{####}";

/// Splits a template at its placeholders. `{####}` is the code, or a link without a text where a link is expected.
fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        let (before, tail) = rest.split_at(start);
        let found = if let Some(after) = tail.strip_prefix(USERNAME) {
            Some((Piece::Username, after))
        } else if let Some(after) = tail.strip_prefix(CODE) {
            Some((Piece::Code, after))
        } else {
            tail.strip_prefix("{##")
                .and_then(|inner| inner.split_once("##}"))
                .filter(|(words, _)| !words.contains("{##"))
                .map(|(words, after)| (Piece::Link(words), after))
        };
        let (piece, after) = found.unwrap_or_else(|| {
            let (brace, after) = tail.split_at(1);
            (Piece::Text(brace), after)
        });
        if !before.is_empty() {
            out.push(Piece::Text(before));
        }
        out.push(piece);
        rest = after;
    }
    if !rest.is_empty() {
        out.push(Piece::Text(rest));
    }
    out
}

fn fill(template: &str, values: &Values<'_>, markup: bool, links: bool) -> String {
    let safe = |value: &str| if markup { html::escape(value) } else { value.to_string() };
    let mut out = String::with_capacity(template.len() + 32);
    for piece in pieces(template) {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Username => out.push_str(&safe(values.username)),
            Piece::Code => out.push_str(&safe(values.code)),
            // The text of a link comes from the pool's template and may contain markup.
            Piece::Link(words) => match values.link.filter(|_| links) {
                Some(link) if markup => out.push_str(&format!("<a href=\"{}\">{words}</a>", html::escape(link))),
                Some(link) => out.push_str(&format!("{words}: {link}")),
                None => out.push_str(words),
            },
        }
    }
    out
}

/// Replaces control characters in a subject: a line break would start another header.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect::<String>()
        .trim()
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const VALUES: Values<'static> =
        Values { username: "a<b>", code: "123456", link: Some("https://d/confirm?a=1&b=2") };

    fn wording<'a>(kind: TemplateKind, subject: Option<&'a str>, body: Option<&'a str>) -> Wording<'a> {
        let standard = match kind {
            TemplateKind::Link => "Please follow the link. {##Verify Email##}",
            _ => "Your code is {####}",
        };
        Wording {
            kind,
            own: Template { subject, body },
            standard: Template { subject: Some("Your code"), body: Some(standard) },
        }
    }

    #[test]
    fn without_own_words_there_are_the_standard_ones_with_the_code_in_any_case() {
        let mail = email(&wording(TemplateKind::Code, None, None), &VALUES);
        assert_eq!((mail.subject.as_str(), mail.text.as_str(), mail.html), ("Your code", "Your code is 123456", None));
        let mut forgetful = wording(TemplateKind::Code, None, Some("no place"));
        forgetful.standard.body = Some("Hello!");
        assert_eq!(sms(&forgetful, &VALUES).text, "Hello! 123456");
        forgetful.kind = TemplateKind::Link;
        assert!(email(&forgetful, &VALUES).text.contains("https://d/confirm?a=1&b=2"));
    }

    #[test]
    fn markup_gets_both_forms_and_escapes_what_is_filled_in() {
        let mail = email(
            &wording(
                TemplateKind::Invitation,
                Some("For {username}\r\nBcc: x@y"),
                Some("<p>Hi {username}</p><b>{####}</b>"),
            ),
            &VALUES,
        );
        assert_eq!(mail.html.as_deref(), Some("<p>Hi a&lt;b&gt;</p><b>123456</b>"));
        assert_eq!(mail.text, "Hi a<b>\n123456");
        assert_eq!(mail.subject, "For a<b>  Bcc: x@y");
    }

    #[test]
    fn links_become_anchors_and_stay_readable_as_text() {
        let mail = email(&wording(TemplateKind::Link, None, Some("Please {##Click Here##}.")), &VALUES);
        assert_eq!(mail.html.as_deref(), Some("Please <a href=\"https://d/confirm?a=1&amp;b=2\">Click Here</a>."));
        assert_eq!(mail.text, "Please Click Here (https://d/confirm?a=1&b=2).");
        let lost = wording(TemplateKind::Link, None, Some("no place"));
        assert!(email(&lost, &VALUES).text.contains("https://d/confirm?a=1&b=2"));
    }

    #[test]
    fn a_template_that_lost_its_code_gives_way_to_the_default() {
        assert_eq!(sms(&wording(TemplateKind::Code, None, Some("Welcome!")), &VALUES).text, "Your code is 123456");
        assert!(
            TemplateKind::Code.fits("x {####}")
                && !TemplateKind::Code.fits("x {## ##}")
                && TemplateKind::Link.fits("{##x##}")
        );
    }

    proptest! {
        #[test]
        fn rendering_never_panics_keeps_the_code_and_never_breaks_a_header(
            subject in ".{0,60}", body in "[a{}#<>&\\r\\n u]{0,80}", username in "\\PC{0,40}|\\{####\\}"
        ) {
            let values = Values { username: &username, code: "907214", link: Some("https://h/x") };
            use TemplateKind::{Authentication, Code, Invitation, Link};
            for kind in [Code, Link, Invitation, Authentication] {
                let wording = wording(kind, Some(&subject), Some(&body));
                let mail = email(&wording, &values);
                prop_assert!(!mail.subject.contains(['\r', '\n']));
                let wanted = if kind == TemplateKind::Link { "https://h/x" } else { "907214" };
                prop_assert!(mail.html.as_deref().unwrap_or(&mail.text).contains(wanted));
                prop_assert!(sms(&wording, &values).text.contains(wanted));
            }
        }

        #[test]
        fn what_is_filled_in_is_never_a_placeholder_again(body in "[a{}# ]{0,40}") {
            let values = Values { username: "{####}", code: "907214", link: None };
            let template = format!("{body}|{{username}}|{{####}}");
            let text = sms(&wording(TemplateKind::Code, None, Some(&template)), &values).text;
            let as_given = text.contains(CODE) && text.ends_with("907214");
            prop_assert!(as_given, "{}", text);
        }
    }
}
