//! What a user agent calls itself, in two words: the browser or program, and the system.

/// Browsers by the mark they carry; the first that is found counts, since the later ones are also in others' names.
const PROGRAMS: [(&str, &str); 12] = [
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
    ("aws-sdk", "AWS SDK"),
    ("aws-cli", "AWS CLI"),
    ("Boto3", "AWS SDK"),
    ("okhttp", "OkHttp"),
];

/// Systems by their mark.
const SYSTEMS: [(&str, &str); 9] = [
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("macos", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
    ("linux", "Linux"),
];

/// `Chrome, Windows`; `Other, Other` where nothing is told.
pub fn name(agent: Option<&str>) -> String {
    let agent = agent.unwrap_or_default();
    let find = |marks: &[(&str, &'static str)]| {
        marks.iter().find(|(mark, _)| agent.contains(mark)).map_or("Other", |(_, name)| name)
    };
    format!("{}, {}", find(&PROGRAMS), find(&SYSTEMS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_have_short_names() {
        let agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
        assert_eq!(name(Some(agent)), "Chrome, Windows");
        assert_eq!(name(Some(&format!("{agent} Edg/126.0"))), "Edge, Windows");
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148";
        assert_eq!(name(Some(phone)), "Safari, iOS");
        assert_eq!(name(None), "Other, Other");
    }
}
