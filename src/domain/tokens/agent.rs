//! What a `User-Agent` header says of the program and the system, in a few words for people.

/// Longest name of a program that is taken over.
const MAX: usize = 64;

/// Systems by what their user agents hold; the first that fits wins, since newer ones mention older ones.
const SYSTEMS: [(&str, &str); 8] = [
    ("windows", "Windows"),
    ("android", "Android"),
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("mac os x", "macOS"),
    ("os/macos", "macOS"),
    ("cros ", "ChromeOS"),
    ("linux", "Linux"),
];

/// Browsers, likewise.
const BROWSERS: [(&str, &str); 8] = [
    ("edg", "Edge"),
    ("opr/", "Opera"),
    ("samsungbrowser/", "Samsung Internet"),
    ("firefox/", "Firefox"),
    ("fxios/", "Firefox"),
    ("crios/", "Chrome"),
    ("chrome/", "Chrome"),
    ("safari/", "Safari"),
];

/// `Firefox on Linux`, `curl`, or `unknown`.
pub fn describe(user_agent: Option<&str>) -> String {
    let given = user_agent.unwrap_or_default();
    let lower = given.to_ascii_lowercase();
    let named =
        |table: &[(&str, &'static str)]| table.iter().find(|(mark, _)| lower.contains(mark)).map(|(_, name)| *name);
    let program = if lower.starts_with("mozilla/") { named(&BROWSERS).map(str::to_owned) } else { product(given) };
    match (program, named(&SYSTEMS)) {
        (Some(program), Some(system)) => format!("{program} on {system}"),
        (Some(program), None) => program,
        (None, Some(system)) => system.to_owned(),
        (None, None) => "unknown".to_owned(),
    }
}

/// The first product of a program that is no browser.
fn product(user_agent: &str) -> Option<String> {
    let name = user_agent.split(['/', ' ', '(']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).take(MAX).collect();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_and_systems_have_their_names() {
        let cases = [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Safari/537.36 Edg/150.0",
                "Edge on Windows",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) Version/19 Safari/604",
                "Safari on iPhone",
            ),
            ("Boto3/1.43.11 md/Botocore#1.43.11 os/linux#6.1", "Boto3 on Linux"),
            ("curl/8.9", "curl"),
            ("Mozilla/5.0", "unknown"),
            ("", "unknown"),
            ("<script>alert(1)</script>", "scriptalert"),
        ];
        for (agent, name) in cases {
            assert_eq!(describe(Some(agent)), name, "{agent}");
        }
        assert_eq!(describe(None), "unknown");
        assert!(describe(Some(&"x".repeat(10_000))).len() <= MAX);
    }
}
