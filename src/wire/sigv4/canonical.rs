//! The canonical form of a request, over which signatures are made.

use crate::wire::message::{Headers, Request};
use crate::wire::uri;

/// The canonical request. `payload` is the body's hash (or what the client says in its place); `signed` names the
/// headers.
pub(super) fn request(request: &Request, signed: &[String], payload: &str) -> String {
    let mut out = format!("{}\n{}\n{}\n", request.method, path(&request.path), query(&request.query));
    for name in signed {
        out.push_str(&format!("{name}:{}\n", header(&request.headers, name)));
    }
    out.push_str(&format!("\n{}\n{payload}", signed.join(";")));
    out
}

/// The path as received, without dot segments and empty segments, encoded once more (so twice in all, as every service
/// but S3 has it).
fn path(raw: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in raw.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            _ => segments.push(segment),
        }
    }
    let mut out = String::new();
    for segment in &segments {
        out.push('/');
        out.push_str(&uri::encode(segment.as_bytes(), None));
    }
    if segments.is_empty() || raw.ends_with('/') {
        out.push('/');
    }
    out
}

/// The query's pairs, encoded in one way and sorted, without the signature itself.
fn query(raw: &str) -> String {
    let mut pairs: Vec<(String, String)> = uri::pairs(raw, false)
        .filter(|(name, _)| name != b"X-Amz-Signature")
        .map(|(name, value)| (uri::encode(&name, None), uri::encode(&value, None)))
        .collect();
    pairs.sort();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// A header's values, trimmed, with runs of spaces made one, joined by commas.
fn header(headers: &Headers, name: &str) -> String {
    headers
        .all(name)
        .map(|value| value.split_ascii_whitespace().collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_queries() {
        assert_eq!(path("/"), "/");
        assert_eq!(path(""), "/");
        assert_eq!(path("/identitypools/us-east-1%3Aabc"), "/identitypools/us-east-1%253Aabc");
        assert_eq!(path("//a/./b/../c/"), "/a/c/");
        assert_eq!(query("b=2&a=%7e&a=1&X-Amz-Signature=ff&c"), "a=1&a=~&b=2&c=");
    }
}
