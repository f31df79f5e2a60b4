//! Images that administrators upload: what they are is told by their first bytes, not by their names.

use crate::model::Asset;
use crate::shapes::idp::AssetExtensionType as Extension;

/// An image as it is kept; `None` where the bytes are not of the kind that they are said to be.
pub(super) fn taken(extension: Extension, bytes: &[u8]) -> Option<Asset> {
    let content_type = content_type(extension, bytes)?.to_owned();
    let bytes = if extension == Extension::Svg { harmless(bytes)? } else { bytes.to_owned() };
    Some(Asset { content_type, bytes })
}

/// The content type of an image; `None` where the bytes are not of that kind.
pub(super) fn content_type(extension: Extension, bytes: &[u8]) -> Option<&'static str> {
    let is = match extension {
        Extension::Png => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        Extension::Jpeg => bytes.starts_with(&[0xFF, 0xD8, 0xFF]),
        Extension::Ico => bytes.starts_with(&[0, 0, 1, 0]),
        Extension::Webp => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP".as_slice()),
        Extension::Svg => bytes.windows(4).any(|four| four == b"<svg"),
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

/// A drawing with nothing in it that runs or loads: what is not known to be harmless is left out. `None` if it is no
/// drawing.
fn harmless(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok()?;
    if !text.contains("<svg") {
        return None;
    }
    let mut filter = svg_hush::Filter::new();
    filter.set_data_url_filter(svg_hush::data_url_filter::allow_standard_images);
    let mut clean = Vec::new();
    filter.filter(bytes, &mut clean).ok()?;
    String::from_utf8_lossy(&clean).contains("<svg").then_some(clean)
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
    }

    #[test]
    fn drawings_lose_what_runs_or_loads() {
        let drawing = |inside: &str| {
            let svg = format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'>{inside}</svg>");
            let kept = taken(Extension::Svg, svg.as_bytes())?;
            String::from_utf8(kept.bytes).ok()
        };
        let fine = drawing("<circle r='4' style='fill:red'/><text>once upon a time</text>").unwrap_or_default();
        assert!(fine.contains("<circle") && fine.contains("once upon a time"), "{fine}");
        for bad in [
            "<script>alert(1)</script>",
            "<a href='javascript:alert(1)'><circle r='1'/></a>",
            "<g onload='alert(1)'/>",
            "<foreignObject><body onload='alert(1)'/></foreignObject>",
            "<image href='https://evil.example/x.png'/>",
            "<style>@import 'https://evil.example/x.css'; * { fill: url(https://evil.example/y) }</style>",
            "<use href='https://evil.example/z.svg#a'/>",
        ] {
            let kept = drawing(bad).unwrap_or_default();
            assert!(!kept.contains("alert") && !kept.contains("evil.example"), "{bad}: {kept}");
        }
        assert!(taken(Extension::Svg, b"<html><p/></html>").is_none());
        assert!(taken(Extension::Svg, b"\xff<svg/>").is_none());
    }
}
