//! Times as headers, signatures and XML write them.

use crate::clock::Timestamp;
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

const HTTP: &[BorrowedFormatItem<'_>] =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");
const BASIC: &[BorrowedFormatItem<'_>] = format_description!("[year][month][day]T[hour][minute][second]Z");
const ISO: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");

fn format(at: Timestamp, form: &[BorrowedFormatItem<'_>]) -> String {
    OffsetDateTime::from_unix_timestamp(at.secs()).ok().and_then(|at| at.format(form).ok()).unwrap_or_default()
}

fn parse(text: &str, form: &[BorrowedFormatItem<'_>]) -> Option<Timestamp> {
    time::PrimitiveDateTime::parse(text, form).ok().map(|at| Timestamp::from_secs(at.assume_utc().unix_timestamp()))
}

/// `Thu, 01 Jan 2026 00:00:00 GMT`.
pub(super) fn http(at: Timestamp) -> String {
    format(at, HTTP)
}

/// Reads the form of [`http()`].
pub(super) fn parse_http(text: &str) -> Option<Timestamp> {
    parse(text, HTTP)
}

/// `20260101T000000Z`.
pub(super) fn basic(at: Timestamp) -> String {
    format(at, BASIC)
}

/// Reads the form of [`basic`].
pub(super) fn parse_basic(text: &str) -> Option<Timestamp> {
    parse(text, BASIC)
}

/// `2026-01-01T00:00:00Z`.
pub(super) fn iso(at: Timestamp) -> String {
    format(at, ISO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let at = Timestamp::from_secs(1_440_938_160);
        assert_eq!(http(at), "Sun, 30 Aug 2015 12:36:00 GMT");
        assert_eq!(parse_http("Sun, 30 Aug 2015 12:36:00 GMT"), Some(at));
        assert_eq!(basic(at), "20150830T123600Z");
        assert_eq!(parse_basic("20150830T123600Z"), Some(at));
        assert_eq!(iso(at), "2015-08-30T12:36:00Z");
        assert_eq!(parse_basic("20150830T123600"), None);
    }
}
