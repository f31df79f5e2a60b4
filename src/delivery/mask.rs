//! Masks mail addresses and phone numbers, so that only their owner recognises them.

/// `first@example.com` becomes `f***@e***`. Text without an `@` becomes `***`.
pub fn email(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{}***@{}***", first(local), first(domain)),
        None => "***".into(),
    }
}

/// `+12065551234` becomes `+*******1234`. Numbers of fewer than eight digits show none of them.
pub fn phone(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    let shown = if digits.len() >= 8 { 4 } else { 0 };
    let hidden = digits.len().saturating_sub(shown).min(16);
    let tail: String = digits.iter().skip(digits.len() - shown).collect();
    format!("+{}{tail}", "*".repeat(hidden.max(1)))
}

fn first(text: &str) -> String {
    text.chars().next().filter(|c| !c.is_control()).map(String::from).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn masks_look_like_cognitos() {
        assert_eq!(email("first@example.com"), "f***@e***");
        assert_eq!(email("nobody"), "***");
        assert_eq!(email("@"), "***@***");
        assert_eq!(phone("+12065551234"), "+*******1234");
        assert_eq!(phone("+1234"), "+****");
        assert_eq!(phone(""), "+*");
    }

    proptest! {
        #[test]
        fn a_mask_never_panics_and_never_shows_more_than_its_share(local in ".{0,80}", domain in ".{0,80}", any in ".{0,120}") {
            let masked = email(&format!("{local}@{domain}"));
            prop_assert!(masked.chars().count() <= 9);
            email(&any);
            let shown = phone(&any).chars().filter(char::is_ascii_digit).count();
            let had = any.chars().filter(char::is_ascii_digit).count();
            prop_assert!(shown <= 4 && shown * 2 <= had);
        }
    }
}
