//! Whether people can read a style: the contrast of its colours (WCAG 2.2, success criteria 1.4.3 and 1.4.11).

use serde_json::Value;

/// What is written on something, or must be seen on it: a name for people, the two colours below `lightMode` or
/// `darkMode`, each as component and member, and the least contrast.
const PAIRS: &[(&str, Place, Place, f64)] = &[
    ("headings on the form", ("/components/pageText", "/headingColor"), FORM, TEXT),
    ("text on the form", ("/components/pageText", "/bodyColor"), FORM, TEXT),
    ("descriptions on the form", ("/components/pageText", "/descriptionColor"), FORM, TEXT),
    ("labels on the form", ("/componentClasses/inputLabel", "/textColor"), FORM, TEXT),
    ("hints on the form", ("/componentClasses/inputDescription", "/textColor"), FORM, TEXT),
    ("links on the form", ("/componentClasses/link", "/defaults/textColor"), FORM, TEXT),
    ("links under the pointer", ("/componentClasses/link", "/hover/textColor"), FORM, TEXT),
    ("placeholders in fields", ("/componentClasses/input", "/placeholderColor"), FIELD, TEXT),
    ("borders of fields", ("/componentClasses/input", "/defaults/borderColor"), FORM, SHAPE),
    ("the mark of the focus", ("/componentClasses/focusState", "/borderColor"), FORM, SHAPE),
    ("borders of options", ("/componentClasses/optionControls", "/defaults/borderColor"), FORM, SHAPE),
];
/// Buttons, whose texts stand on themselves.
const BUTTONS: &[(&str, &str)] = &[
    ("primary buttons", "/components/primaryButton"),
    ("secondary buttons", "/components/secondaryButton"),
    ("buttons of providers", "/components/idpButton/standard"),
];

type Place = (&'static str, &'static str);

const FORM: Place = ("/components/form", "/backgroundColor");
const FIELD: Place = ("/componentClasses/input", "/defaults/backgroundColor");
/// The least contrast of text.
const TEXT: f64 = 4.5;
/// The least contrast of what shows where something is.
const SHAPE: f64 = 3.0;

/// What is hard to read in a whole settings document, one sentence each.
pub fn warnings(settings: &Value) -> Vec<String> {
    let modes: &[&str] = match settings.pointer("/categories/global/colorSchemeMode").and_then(Value::as_str) {
        Some("LIGHT") => &["lightMode"],
        Some("DARK") => &["darkMode"],
        _ => &["lightMode", "darkMode"],
    };
    let mut found = Vec::new();
    for mode in modes {
        let color = |(component, member): (&str, &str)| {
            settings.pointer(&format!("{component}/{mode}{member}")).and_then(Value::as_str).and_then(Color::parse)
        };
        let page = color(("/components/pageBackground", "/color")).unwrap_or(Color::WHITE);
        let mut look = |name: &str, (over, under): (Option<Color>, Option<Color>), least: f64| {
            let (Some(over), Some(under)) = (over, under) else { return };
            let under = under.over(page);
            let ratio = over.over(under).contrast(under);
            if ratio < least {
                found.push(format!("{name} ({mode}) have {ratio:.1}:1, and need {least}:1"));
            }
        };
        for (name, over, under, least) in PAIRS {
            look(name, (color(*over), color(*under)), *least);
        }
        for (name, component) in BUTTONS {
            for state in ["defaults", "hover", "active"] {
                let of = |member: &str| color((component, &format!("/{state}{member}")));
                look(&format!("{name}, {state},"), (of("/textColor"), of("/backgroundColor")), TEXT);
            }
        }
    }
    found
}

/// A colour: red, green, blue and opacity, 0 to 1 each.
#[derive(Debug, Clone, Copy)]
struct Color {
    rgb: [f64; 3],
    opacity: f64,
}

impl Color {
    const WHITE: Self = Self { rgb: [1.0; 3], opacity: 1.0 };

    /// RRGGBBAA.
    fn parse(text: &str) -> Option<Self> {
        let part = |at: usize| {
            text.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok()).map(|n| f64::from(n) / 255.0)
        };
        Some(Self { rgb: [part(0)?, part(2)?, part(4)?], opacity: part(6)? })
    }

    /// This on top of another that is opaque.
    fn over(self, under: Self) -> Self {
        let [r, g, b] = self.rgb;
        let [ur, ug, ub] = under.rgb;
        let mix = |over: f64, under: f64| over * self.opacity + under * (1.0 - self.opacity);
        Self { rgb: [mix(r, ur), mix(g, ug), mix(b, ub)], opacity: 1.0 }
    }

    /// WCAG's relative luminance.
    fn luminance(self) -> f64 {
        let [r, g, b] = self.rgb.map(|c| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use serde_json::json;

    #[test]
    fn contrast_is_wcags() {
        let ratio = |a: &str, b: &str| Color::parse(a).unwrap().contrast(Color::parse(b).unwrap());
        assert!((ratio("000000ff", "ffffffff") - 21.0).abs() < 0.01);
        assert!((ratio("767676ff", "ffffffff") - 4.54).abs() < 0.01);
    }

    #[test]
    fn what_is_hard_to_read_is_told_and_the_default_look_is_not() {
        let whole = crate::domain::branding::document::default_settings().unwrap();
        assert_eq!(warnings(&whole), Vec::<String>::new());
        let mut pale = whole;
        pale["components"]["primaryButton"]["lightMode"]["defaults"] =
            json!({"backgroundColor": "ffee00ff", "textColor": "ffffffff"});
        pale["componentClasses"]["inputLabel"]["lightMode"]["textColor"] = json!("00071640");
        let told = warnings(&pale);
        assert!(told.len() == 2 && told[0].contains("labels") && told[1].contains("primary buttons"), "{told:?}");
    }
}
