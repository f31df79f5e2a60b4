//! Which language somebody gets of those that there are.

use super::catalogue::Catalogue;

/// The most languages of a browser's list that are looked at.
const MAX_ACCEPTED: usize = 32;

impl Catalogue {
    /// The language for a tag as browsers and users have it (`de-AT`, `zh-Hant-HK`, `pt_PT`), if there is one.
    pub fn choose(&self, wanted: &str) -> Option<&str> {
        let wanted = wanted.trim().replace('_', "-").to_ascii_lowercase();
        let known = |tag: &str| self.tags().find(|known| known.eq_ignore_ascii_case(tag));
        if let Some(exact) = known(&wanted) {
            return Some(exact);
        }
        let mut parts = wanted.split('-');
        let language = match parts.next().unwrap_or_default() {
            // Codes of before ISO 639:1989, which programs still use.
            "iw" => "he",
            "in" => "id",
            other => other,
        };
        if language == "zh" {
            let traditional = parts.any(|part| matches!(part, "hant" | "tw" | "hk" | "mo"));
            return known(if traditional { "zh-tw" } else { "zh-cn" });
        }
        known(language).or_else(|| {
            self.tags().find(|tag| {
                tag.split_once('-').is_some_and(|(own, _)| own.eq_ignore_ascii_case(language) && !own.is_empty())
            })
        })
    }

    /// The best language for a browser's list (RFC 9110 section 12.5.4).
    pub fn accept(&self, header: &str) -> Option<&str> {
        let mut listed: Vec<(u32, &str)> = header
            .split(',')
            .take(MAX_ACCEPTED)
            .filter_map(|item| {
                let (tag, weight) = item.split_once(';').unwrap_or((item, "q=1"));
                let weight: f32 = weight.trim().strip_prefix("q=")?.trim().parse().ok()?;
                (weight > 0.0 && weight <= 1.0).then_some(((weight * 1000.0) as u32, tag.trim()))
            })
            .collect();
        // Stable: of equal ones, the first.
        listed.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
        listed.into_iter().find_map(|(_, tag)| self.choose(tag))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn tags_find_their_language() {
        let all = Catalogue::new(None).unwrap();
        assert_eq!(all.choose("DE-at"), Some("de"));
        assert_eq!(all.choose("de_DE"), Some("de"));
        assert_eq!(all.choose("tlh"), None);
        assert_eq!(all.choose(""), None);
        assert_eq!(all.accept("tlh, de;q=0.5, en;q=0.9"), Some("en"));
        assert_eq!(all.accept("de;q=0, *"), None);
        assert_eq!(all.accept("de-CH, en;q=1"), Some("de"));
    }
}
