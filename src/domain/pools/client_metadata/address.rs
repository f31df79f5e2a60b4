//! URLs of metadata documents, and the patterns of policies.

use crate::model::wildcard;
use reqwest::Url;

/// The longest URL of a document; the API's model has the same bound.
pub(super) const LONGEST: usize = 256;
const SCHEME: &str = "https://";

/// Whether a client's id has the form of a document's URL. The ids of app clients never have a colon.
pub fn is_document_url(client_id: &str) -> bool {
    client_id.starts_with(SCHEME)
}

/// Checks the URL of a document as the draft says: https, a host and a path, no user information, no fragment, no dot
/// segments. It must also be written as a URL parser would write it (host in lower case, no default port), since such
/// ids are compared as text.
pub(super) fn check(url: &str) -> Result<(), &'static str> {
    if url.len() > LONGEST {
        return Err("it is too long");
    }
    let parsed = Url::parse(url).map_err(|_| "it is not a URL")?;
    if parsed.scheme() != "https" {
        return Err("it must be an https:// URL");
    }
    if !parsed.username().is_empty() || parsed.password().is_some() || parsed.fragment().is_some() {
        return Err("it must have no user information and no fragment");
    }
    if parsed.as_str() != url || parsed.path() == "/" {
        return Err("it must have a path, and be in its normal form without dot segments");
    }
    Ok(())
}

/// The host of a URL that was checked.
pub(super) fn host(url: &str) -> Option<String> {
    Url::parse(url).ok()?.host_str().map(str::to_owned)
}

/// Authority and path (with its leading slash) of a URL or pattern.
fn parts(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix(SCHEME)?;
    rest.find('/').and_then(|at| rest.split_at_checked(at))
}

/// Checks a pattern: `https://`, a host that is whole, `*`, or `*.` and a domain, and a path. A star elsewhere in the
/// host would also fit hosts of strangers (`https://app.example*` fits `https://app.example.evil.net`).
pub(super) fn check_pattern(pattern: &str) -> Result<(), &'static str> {
    let (authority, path) = parts(pattern).ok_or("it must have a path, which may be /*")?;
    let fixed = match authority {
        "*" => return Ok(()),
        _ => authority.strip_prefix("*.").unwrap_or(authority),
    };
    if fixed.contains('*') {
        return Err("a star in the host must stand for the whole host or for its first labels");
    }
    // The stars of a path change nothing of what a parser makes of it.
    let written = format!("{SCHEME}{fixed}{path}");
    match Url::parse(&written) {
        Ok(parsed) if parsed.as_str() == written && parsed.username().is_empty() && parsed.password().is_none() => {
            Ok(())
        }
        _ => Err("its host and path must be in their normal form, without user information and dot segments"),
    }
}

/// Whether a URL fits a pattern. Host and path are compared apart, so that a star in the host never takes in a part of
/// the path.
pub(super) fn fits(pattern: &str, url: &str) -> bool {
    let (Some((hosts, paths)), Some((host, path))) = (parts(pattern), parts(url)) else { return false };
    wildcard::matches(hosts, host) && wildcard::matches(paths, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_urls_in_their_normal_form_are_ids_of_clients() {
        for good in [
            "https://app.example.com/client.json",
            "https://app.example.com:8443/oauth/metadata",
            "https://app.example.com/c?v=1",
            "https://127.0.0.1:8443/client",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "http://app.example.com/client.json",
            "https://app.example.com",
            "https://app.example.com/",
            "https://user@app.example.com/c",
            "https://user:pass@app.example.com/c",
            "https://app.example.com/c#f",
            "https://app.example.com/a/../c",
            "https://app.example.com/./c",
            "https://app.example.com/%2e%2e/c",
            "https://APP.example.com/c",
            "https://app.example.com:443/c",
            "https://app.example.com/a b",
            "https://app.example.com/c\n",
            "https:///c",
            "https:app.example.com/c",
            "https://app.example.com\\c",
        ] {
            assert!(check(bad).is_err(), "{bad:?}");
        }
        assert!(check(&format!("https://a.example/{}", "x".repeat(LONGEST))).is_err());
    }

    #[test]
    fn stars_stay_on_their_side_of_the_host() {
        for (pattern, url, expected) in [
            ("https://app.example.com/*", "https://app.example.com/client.json", true),
            ("https://*.example.com/*", "https://a.b.example.com/c", true),
            ("https://*.example.com/*", "https://evil.net/.example.com/c", false),
            ("https://*.example.com/*", "https://evil.net/c?x=.example.com/", false),
            ("https://*.example.com/*", "https://example.com/c", false),
            ("https://*.example.com/*", "https://evilexample.com/c", false),
            ("https://*/*", "https://anyone.example/c", true),
            ("https://app.example.com/agents/*.json", "https://app.example.com/agents/a.json", true),
            ("https://app.example.com/agents/*.json", "https://app.example.com/agents/a.xml", false),
            ("https://app.example.com/c", "https://app.example.com/c", true),
            ("https://app.example.com/c", "https://app.example.com:8443/c", false),
        ] {
            assert_eq!(check_pattern(pattern), Ok(()), "{pattern}");
            assert_eq!(fits(pattern, url), expected, "{pattern} {url}");
        }
        for bad in [
            "https://app.example.com",
            "https://app.example*/c",
            "https://app.*.com/c",
            "https://a*.example.com/c",
            "https://*.*.com/c",
            "https://*:443/c",
            "https://user@app.example.com/c",
            "https://APP.example.com/c",
            "https://app.example.com/../c",
            "https://*.user@app.example.com/c",
        ] {
            assert!(check_pattern(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(pattern in "https://[*a-z./@:\\[\\]-]{0,30}", url in "https://.{0,40}", other in ".{0,60}") {
            let _ = (check_pattern(&pattern), check(&url), check(&other), fits(&pattern, &url), fits(&pattern, &other));
        }
    }
}
