//! A style of managed login as CSS: the members of the settings document that have a value become the variables that
//! the style sheet of the pages is written with.

use super::look::{Images, Scheme};
use crate::domain::branding::managed_login::Document;
use crate::shapes::idp::AssetCategoryType as Category;
use serde_json::Value;
use std::fmt::Write;

/// Where the sheet begins what is for dark pages alone.
const DARK: &str = "@media (prefers-color-scheme: dark)";

/// Colours: where they stand in the document, below `lightMode` or `darkMode` of their component, and the variables.
const COLORS: &[(&str, &str, &str)] = &[
    ("/componentClasses/divider", "/borderColor", "divider"),
    ("/componentClasses/dropDown", "/defaults/itemBackgroundColor", "item"),
    ("/componentClasses/dropDown", "/defaults/itemBorderColor", "item-edge"),
    ("/componentClasses/dropDown", "/defaults/itemTextColor", "on-item"),
    ("/componentClasses/dropDown", "/hover/itemBackgroundColor", "item-hover"),
    ("/componentClasses/dropDown", "/hover/itemBorderColor", "item-hover-edge"),
    ("/componentClasses/dropDown", "/hover/itemTextColor", "on-item-hover"),
    ("/componentClasses/dropDown", "/match/itemBackgroundColor", "item-match"),
    ("/componentClasses/dropDown", "/match/itemTextColor", "on-item-match"),
    ("/componentClasses/focusState", "/borderColor", "focus"),
    ("/componentClasses/input", "/defaults/backgroundColor", "field"),
    ("/componentClasses/input", "/defaults/borderColor", "field-edge"),
    ("/componentClasses/input", "/placeholderColor", "placeholder"),
    ("/componentClasses/inputDescription", "/textColor", "hint"),
    ("/componentClasses/inputLabel", "/textColor", "label"),
    ("/componentClasses/link", "/defaults/textColor", "link"),
    ("/componentClasses/link", "/hover/textColor", "link-hover"),
    ("/componentClasses/optionControls", "/defaults/backgroundColor", "option"),
    ("/componentClasses/optionControls", "/defaults/borderColor", "option-edge"),
    ("/componentClasses/optionControls", "/selected/backgroundColor", "option-on"),
    ("/componentClasses/optionControls", "/selected/foregroundColor", "on-option"),
    ("/componentClasses/statusIndicator", "/error/backgroundColor", "invalid"),
    ("/componentClasses/statusIndicator", "/error/borderColor", "invalid-edge"),
    ("/componentClasses/statusIndicator", "/error/indicatorColor", "bad-mark"),
    ("/componentClasses/statusIndicator", "/pending/indicatorColor", "pending-mark"),
    ("/componentClasses/statusIndicator", "/success/backgroundColor", "good"),
    ("/componentClasses/statusIndicator", "/success/borderColor", "good-edge"),
    ("/componentClasses/statusIndicator", "/success/indicatorColor", "good-mark"),
    ("/componentClasses/statusIndicator", "/warning/backgroundColor", "warn"),
    ("/componentClasses/statusIndicator", "/warning/borderColor", "warn-edge"),
    ("/componentClasses/statusIndicator", "/warning/indicatorColor", "warn-mark"),
    ("/components/alert", "/error/backgroundColor", "bad"),
    ("/components/alert", "/error/borderColor", "bad-edge"),
    ("/components/form", "/backgroundColor", "card"),
    ("/components/form", "/borderColor", "edge"),
    ("/components/pageBackground", "/color", "page"),
    ("/components/pageFooter", "/background/color", "footer"),
    ("/components/pageFooter", "/borderColor", "footer-edge"),
    ("/components/pageHeader", "/background/color", "header"),
    ("/components/pageHeader", "/borderColor", "header-edge"),
    ("/components/pageText", "/bodyColor", "text"),
    ("/components/pageText", "/descriptionColor", "quiet"),
    ("/components/pageText", "/headingColor", "heading"),
];
/// Buttons: where they stand, and what their variables begin with.
const BUTTONS: &[(&str, &str)] = &[
    ("/components/primaryButton", "primary"),
    ("/components/secondaryButton", "second"),
    ("/components/idpButton/standard", "idp"),
];
/// The states of a button, and what they add to a variable's name.
const STATES: &[(&str, &str)] = &[("defaults", ""), ("hover", "-hover"), ("active", "-active"), ("disabled", "-off")];
/// Lengths in pixels.
const RADII: &[(&str, &str)] = &[
    ("/componentClasses/buttons/borderRadius", "button-radius"),
    ("/componentClasses/dropDown/borderRadius", "item-radius"),
    ("/componentClasses/input/borderRadius", "field-radius"),
    ("/components/alert/borderRadius", "alert-radius"),
    ("/components/form/borderRadius", "card-radius"),
];
/// Places along a line.
const PLACES: &[(&str, &str)] = &[
    ("/categories/form/location/horizontal", "across"),
    ("/categories/form/location/vertical", "down"),
    ("/components/form/logo/location", "logo-at"),
    ("/components/pageHeader/logo/location", "header-logo-at"),
    ("/components/pageFooter/logo/location", "footer-logo-at"),
];
/// Images behind something: what turns them on, what they are, and their variables.
const BACKGROUNDS: &[(&str, Category, &str)] = &[
    ("/components/pageBackground/image/enabled", Category::PageBackground, "page-image"),
    ("/components/form/backgroundImage/enabled", Category::FormBackground, "card-image"),
    ("/components/pageHeader/backgroundImage/enabled", Category::PageHeaderBackground, "header-image"),
    ("/components/pageFooter/backgroundImage/enabled", Category::PageFooterBackground, "footer-image"),
];

/// The style sheet of a client: that of all pages, and the variables of the client's style.
pub fn sheet(base: &str, document: &Document, images: &Images<'_>) -> String {
    let (settings, scheme) = (&document.own, Scheme::of(&document.whole));
    let (shown, words) = match scheme {
        Scheme::Light => ("@media not all", "light"),
        Scheme::Dark => ("@media all", "dark"),
        Scheme::Dynamic => (DARK, "light dark"),
    };
    let mut css = base.replacen(DARK, shown, 1);
    let light = format!("{}{}", variables(settings, "lightMode"), backgrounds(&document.whole, images, false));
    let _ = write!(css, "\n:root {{ color-scheme: {words}; {}{light} }}", shape(settings));
    let dark = format!("{}{}", variables(settings, "darkMode"), backgrounds(&document.whole, images, true));
    if scheme != Scheme::Light {
        let _ = write!(css, "\n{shown} {{ :root {{ {dark} }} }}");
    }
    css.push_str(&providers(settings, "lightMode", None));
    if scheme != Scheme::Light {
        css.push_str(&providers(settings, "darkMode", Some(shown)));
    }
    css.push('\n');
    css
}

/// A colour of the document (RRGGBBAA) in CSS.
fn color(value: Option<&Value>) -> Option<String> {
    let text = value?.as_str()?;
    (text.len() == 8 && text.bytes().all(|b| b.is_ascii_hexdigit())).then(|| format!("#{}", text.to_ascii_lowercase()))
}

/// What does not depend on the colour scheme.
fn shape(settings: &Value) -> String {
    let mut out = String::new();
    for (path, name) in RADII {
        if let Some(pixels) = settings.pointer(path).and_then(Value::as_f64) {
            let _ = write!(out, "--{name}: {}px; ", pixels.clamp(0.0, 100.0));
        }
    }
    for (path, name) in PLACES {
        let place = match settings.pointer(path).and_then(Value::as_str) {
            Some("START") => "flex-start",
            Some("END") => "flex-end",
            Some(_) => "center",
            None => continue,
        };
        let _ = write!(out, "--{name}: {place}; ");
    }
    if settings.pointer("/categories/global/spacingDensity").and_then(Value::as_str) == Some("COMPACT") {
        out.push_str("--gap: 12px; --pad: 20px; --target: 40px; ");
    }
    out
}

fn variables(settings: &Value, mode: &str) -> String {
    let mut out = String::new();
    for (component, member, name) in COLORS {
        if let Some(color) = color(settings.pointer(&format!("{component}/{mode}{member}"))) {
            let _ = write!(out, "--{name}: {color}; ");
        }
    }
    for (component, name) in BUTTONS {
        for (state, suffix) in STATES {
            let at = |member: &str| color(settings.pointer(&format!("{component}/{mode}/{state}/{member}")));
            let ground = at("backgroundColor");
            // Without a border of its own, a button has one of its own colour.
            if let Some(edge) = at("borderColor").or_else(|| ground.clone()) {
                let _ = write!(out, "--{name}{suffix}-edge: {edge}; ");
            }
            if let Some(ground) = ground {
                let _ = write!(out, "--{name}{suffix}: {ground}; ");
            }
            if let Some(text) = at("textColor") {
                let _ = write!(out, "--on-{name}{suffix}: {text}; ");
            }
        }
    }
    out
}

fn backgrounds(settings: &Value, images: &Images<'_>, dark: bool) -> String {
    let mut out = String::new();
    for (enabled, category, name) in BACKGROUNDS {
        let on = settings.pointer(enabled).and_then(Value::as_bool) == Some(true);
        if let Some(url) = images.url(*category, dark).filter(|_| on) {
            let _ = write!(out, "--{name}: url(\"{url}\"); ");
        }
    }
    out
}

/// Buttons of single providers (`idpButton.custom`), by the provider's name.
fn providers(settings: &Value, mode: &str, media: Option<&str>) -> String {
    let mut out = String::new();
    let custom = settings.pointer("/components/idpButton/custom").and_then(Value::as_object);
    for (provider, looks) in custom.into_iter().flatten() {
        let plain = provider.chars().all(|c| c.is_alphanumeric() || " -_+=.@".contains(c));
        if !plain {
            continue;
        }
        for (state, pseudo) in [("defaults", ""), ("hover", ":hover"), ("active", ":active")] {
            let at = |member: &str| color(looks.pointer(&format!("/{mode}/{state}/{member}")));
            let mut rule = String::new();
            for (member, property) in
                [("backgroundColor", "background-color"), ("borderColor", "border-color"), ("textColor", "color")]
            {
                if let Some(color) = at(member) {
                    let _ = write!(rule, "{property}: {color}; ");
                }
            }
            if !rule.is_empty() {
                let _ = write!(out, "\n.button.provider[data-provider=\"{provider}\"]{pseudo} {{ {rule}}}");
            }
        }
    }
    match media {
        Some(media) if !out.is_empty() => format!("\n{media} {{{out}\n}}"),
        _ => out,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const BASE: &str = ":root { --page: white } @media (prefers-color-scheme: dark) { :root { --page: black } }";

    fn all(own: Value) -> Document {
        Document { whole: own.clone(), own }
    }

    #[test]
    fn members_become_variables_of_their_scheme() {
        let none = Images::none();
        let settings = json!({
            "categories": {"global": {"colorSchemeMode": "DYNAMIC"}, "form": {"location": {"horizontal": "START"}}},
            "componentClasses": {"buttons": {"borderRadius": 2.5}},
            "components": {
                "pageBackground": {"lightMode": {"color": "AABBCCFF"}, "darkMode": {"color": "010203ff"}},
                "primaryButton": {"lightMode": {"defaults": {"backgroundColor": "112233ff"}}},
            },
        });
        let css = sheet(BASE, &all(settings), &none);
        for part in
            ["--page: #aabbccff; ", "--button-radius: 2.5px; ", "--across: flex-start; ", "--primary-edge: #112233ff; "]
        {
            assert!(css.contains(part), "{part} in {css}");
        }
        let dark = css.rsplit(DARK).next().unwrap_or_default();
        assert!(dark.contains("--page: #010203ff; ") && !dark.contains("aabbcc"), "{dark}");
    }

    #[test]
    fn one_scheme_alone_leaves_the_other_out() {
        let of = |mode: &str| {
            sheet(BASE, &all(json!({"categories": {"global": {"colorSchemeMode": mode}}})), &Images::none())
        };
        assert!(of("LIGHT").contains("@media not all { :root { --page: black } }") && !of("LIGHT").contains(DARK));
        assert!(
            of("DARK").contains("@media all { :root { --page: black } }") && of("DARK").contains("color-scheme: dark;")
        );
    }

    #[test]
    fn nothing_but_colours_and_numbers_gets_into_the_sheet() {
        let evil = "red;} body{background:url(https://evil.example)}";
        let settings = json!({
            "components": {
                "pageBackground": {"lightMode": {"color": evil}},
                "idpButton": {"custom": {"a\"]{}*{": {"lightMode": {"defaults": {"textColor": "112233ff"}}}}},
            },
            "categories": {"form": {"location": {"vertical": evil}}},
        });
        let css = sheet(BASE, &all(settings), &Images::none());
        assert!(!css.contains("evil") && !css.contains("*{"), "{css}");
    }
}
