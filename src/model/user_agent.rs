//! What a `User-Agent` header says about the program and the operating system.

/// Longest name of a program that is taken from the header, in characters.
const MAX_NAME: usize = 64;

/// Browsers by a mark in their user agents. The first match wins, because newer browsers also name older ones.
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

/// Operating systems, in the same way.
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

/// The program and the operating system, as far as they are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserAgent {
    /// A browser's name, or the first product of any other program: `Firefox`, `curl`, `Boto3`.
    pub program: Option<String>,
    /// `Windows`, `iOS` and the like.
    pub system: Option<&'static str>,
}

impl UserAgent {
    /// Reads the header; it may contain anything.
    pub fn parse(header: Option<&str>) -> Self {
        let header = header.unwrap_or_default();
        let lower = header.to_ascii_lowercase();
        let find =
            |table: &[(&str, &'static str)]| table.iter().find(|(mark, _)| lower.contains(mark)).map(|(_, name)| *name);
        let is_browser = lower.starts_with("mozilla/");
        let program = if is_browser { find(&BROWSERS).map(str::to_owned) } else { first_product(header) };
        Self { program, system: find(&SYSTEMS) }
    }

    /// The name of the program, or `Other`.
    pub fn program_name(&self) -> &str {
        self.program.as_deref().unwrap_or("Other")
    }

    /// The name of the system, or `Other`.
    pub fn system_name(&self) -> &'static str {
        self.system.unwrap_or("Other")
    }

    /// For people: `Firefox on Linux`, `curl`, or `unknown`.
    pub fn describe(&self) -> String {
        match (&self.program, self.system) {
            (Some(program), Some(system)) => format!("{program} on {system}"),
            (Some(program), None) => program.clone(),
            (None, Some(system)) => system.to_owned(),
            (None, None) => "unknown".to_owned(),
        }
    }
}

/// The name before the first version, for programs that are not browsers.
fn first_product(header: &str) -> Option<String> {
    let name = header.split(['/', ' ', '(']).next().unwrap_or_default();
    let name: String =
        name.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).take(MAX_NAME).collect();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_and_systems_are_recognised() {
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Safari/537.36";
        let cases = [
            (chrome.to_owned(), "Chrome on Windows"),
            (format!("{chrome} Edg/150.0"), "Edge on Windows"),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".to_owned(), "Firefox on Linux"),
            (
                "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Mobile Safari/537.36"
                    .to_owned(),
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) Version/19 Safari/604"
                    .to_owned(),
                "Safari on iOS",
            ),
            ("Boto3/1.43.11 md/Botocore#1.43.11 os/linux#6.1".to_owned(), "Boto3 on Linux"),
            ("curl/8.9".to_owned(), "curl"),
            ("Mozilla/5.0".to_owned(), "unknown"),
            (String::new(), "unknown"),
            ("<script>alert(1)</script>".to_owned(), "scriptalert"),
        ];
        for (header, name) in cases {
            assert_eq!(UserAgent::parse(Some(&header)).describe(), name, "{header}");
        }
        let nothing = UserAgent::parse(None);
        assert_eq!((nothing.program_name(), nothing.system_name()), ("Other", "Other"));
        assert!(UserAgent::parse(Some(&"x".repeat(10_000))).describe().len() <= MAX_NAME);
    }
}
