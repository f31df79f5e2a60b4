//! Images that administrators upload: what they are is told by their first bytes, not by their names.

use crate::shapes::idp::AssetExtensionType as Extension;

/// The content type of an image; `None` where the bytes are not of that kind.
pub(super) fn content_type(extension: Extension, bytes: &[u8]) -> Option<&'static str> {
    let is = match extension {
        Extension::Png => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        Extension::Jpeg => bytes.starts_with(&[0xFF, 0xD8, 0xFF]),
        Extension::Ico => bytes.starts_with(&[0, 0, 1, 0]),
        Extension::Webp => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP".as_slice()),
        Extension::Svg => is_svg(bytes),
    };
    let name = match extension {
        Extension::Png => "image/png",
        Extension::Jpeg => "image/jpeg",
        Extension::Ico => "image/x-icon",
        Extension::Webp => "image/webp",
        Extension::Svg => "image/svg+xml",
    };
    is.then_some(name)
}

/// Whether this is a drawing and nothing that runs. The pages show drawings as images only, where scripts are dead;
/// this is for whoever opens one by itself.
fn is_svg(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let text = text.trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    let starts =
        text.starts_with("<svg") || ((text.starts_with("<?xml") || text.starts_with("<!--")) && text.contains("<svg"));
    let runs = [
        "<!doctype",
        "<!entity",
        "<script",
        "javascript:",
        "<foreignobject",
        "<iframe",
        "<embed",
        "<object",
        "<handler",
    ];
    starts && !runs.iter().any(|word| text.contains(word)) && !has_handler(&text)
}

/// Whether an attribute such as `onload=` is there.
fn has_handler(text: &str) -> bool {
    text.match_indices(|c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\'' | '/')).any(|(at, _)| {
        let rest = text.get(at + 1..).unwrap_or_default();
        rest.strip_prefix("on").is_some_and(|rest| {
            let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
            end > 0 && rest.get(end..).unwrap_or_default().trim_start().starts_with('=')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_what_their_bytes_say() {
        assert_eq!(content_type(Extension::Png, b"\x89PNG\r\n\x1a\n.."), Some("image/png"));
        assert_eq!(content_type(Extension::Jpeg, b"\x89PNG\r\n\x1a\n.."), None);
        assert_eq!(content_type(Extension::Webp, b"RIFF\0\0\0\0WEBPVP8 "), Some("image/webp"));
        assert_eq!(content_type(Extension::Png, b""), None);
        let drawing =
            |inside: &str| content_type(Extension::Svg, format!("<svg xmlns='x'>{inside}</svg>").as_bytes()).is_some();
        assert!(drawing("<circle r='1'/>") && drawing("<path d='M0 0'/><text>once upon a time</text>"));
        for bad in [
            "<script>1</script>",
            "<a href='javascript:1'/>",
            "<g onload='1'/>",
            "<g id=''onclick = '1'/>",
            "<foreignObject/>",
        ] {
            assert!(!drawing(bad), "{bad}");
        }
        assert_eq!(content_type(Extension::Svg, b"<!DOCTYPE svg><svg/>"), None);
        assert_eq!(content_type(Extension::Svg, b"<html><svg/></html>"), None);
    }
}
