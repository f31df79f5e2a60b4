//! What a `User-Agent` header says of the program and the system, in a few words for people.

/// Longest name of a program, in characters.
const MAX_PROGRAM: usize = 64;

/// Systems by a mark in lower case. The first that fits wins, since user agents of newer systems also name older ones.
const SYSTEMS: [(&str, &str); 8] = [
    ("windows", "Windows"),
    ("android", "Android"),
    ("iphone", "iOS"),
    ("ipad", "iPadOS"),
    ("mac os x", "macOS"),
    ("os/macos", "macOS"),
    ("cros ", "ChromeOS"),
    ("linux", "Linux"),
];

/// Browsers by a mark in lower case, in the same order. Web views on Apple's systems name no browser but `applewebkit`.
const BROWSERS: [(&str, &str); 9] = [
    ("edg", "Edge"),
    ("opr/", "Opera"),
    ("samsungbrowser/", "Samsung Internet"),
    ("firefox/", "Firefox"),
    ("fxios/", "Firefox"),
    ("crios/", "Chrome"),
    ("chrome/", "Chrome"),
    ("safari/", "Safari"),
    ("version/", "Safari"),
];

/// A parsed `User-Agent` header.
#[derive(Debug, PartialEq, Eq)]
pub struct UserAgent {
    /// The browser, or the first product of a program that is no browser.
    pub program: Option<String>,
    /// The operating system.
    pub system: Option<&'static str>,
}

impl UserAgent {
    /// Never fails: what is not recognised is `None`.
    pub fn parse(header: Option<&str>) -> Self {
        let header = header.unwrap_or_default();
        let lower = header.to_ascii_lowercase();
        let find =
            |table: &[(&str, &'static str)]| table.iter().find(|(mark, _)| lower.contains(mark)).map(|(_, name)| *name);
        let program = if lower.starts_with("mozilla/") { find(&BROWSERS).map(str::to_owned) } else { product(header) };
        Self { program, system: find(&SYSTEMS) }
    }

    /// `Firefox on Linux`, `curl`, or `unknown`: the device of a tracked session.
    pub fn description(&self) -> String {
        match (&self.program, self.system) {
            (Some(program), Some(system)) => format!("{program} on {system}"),
            (Some(program), None) => program.clone(),
            (None, Some(system)) => system.to_owned(),
            (None, None) => "unknown".to_owned(),
        }
    }

    /// `Chrome, Windows`, with `Other` for what is not known: `DeviceName` of auth events, in Cognito's form.
    pub fn device_name(&self) -> String {
        format!("{}, {}", self.program.as_deref().unwrap_or("Other"), self.system.unwrap_or("Other"))
    }
}

/// The first product of a program that is no browser.
fn product(header: &str) -> Option<String> {
    let name = header.split(['/', ' ', '(']).next().unwrap_or_default();
    let allowed = |c: &char| c.is_ascii_alphanumeric() || "-_.".contains(*c);
    let name: String = name.chars().filter(allowed).take(MAX_PROGRAM).collect();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_and_systems_have_their_names() {
        let cases = [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 \
                 Safari/537.36 Edg/150.0",
                "Edge on Windows",
                "Edge, Windows",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Linux",
                "Firefox, Linux",
            ),
            (
                "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Mobile \
                 Safari/537.36",
                "Chrome on Android",
                "Chrome, Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) \
                 Version/19 Mobile/15E148",
                "Safari on iOS",
                "Safari, iOS",
            ),
            ("Boto3/1.43.11 md/Botocore#1.43.11 os/linux#6.1", "Boto3 on Linux", "Boto3, Linux"),
            ("curl/8.9", "curl", "curl, Other"),
            ("Mozilla/5.0", "unknown", "Other, Other"),
            ("", "unknown", "Other, Other"),
            ("<script>alert(1)</script>", "scriptalert", "scriptalert, Other"),
        ];
        for (header, description, device_name) in cases {
            let agent = UserAgent::parse(Some(header));
            assert_eq!((agent.description(), agent.device_name()), (description.to_owned(), device_name.to_owned()));
        }
        assert_eq!(UserAgent::parse(None), UserAgent { program: None, system: None });
        assert!(UserAgent::parse(Some(&"x".repeat(10_000))).description().len() <= MAX_PROGRAM);
    }
}
