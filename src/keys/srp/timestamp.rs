//! The `TIMESTAMP` of a password claim.

use crate::clock::Timestamp;
use time::{Date, Month, PrimitiveDateTime, Time};

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Reads `EEE MMM d HH:mm:ss UTC yyyy` in English, e.g. `Sun Nov 2 03:07:24 UTC 2026`. The day may have a leading zero
/// or an extra space. The weekday must exist but is not compared with the date, because the signature covers the text
/// as it is.
pub fn parse_timestamp(text: &str) -> Option<Timestamp> {
    if text.len() > 40 || !text.is_ascii() {
        return None;
    }
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let [weekday, month, day, clock, "UTC" | "GMT", year] = words.as_slice() else { return None };
    if !DAYS.contains(weekday) || year.len() != 4 {
        return None;
    }
    let month = match *month {
        "Jan" => Month::January,
        "Feb" => Month::February,
        "Mar" => Month::March,
        "Apr" => Month::April,
        "May" => Month::May,
        "Jun" => Month::June,
        "Jul" => Month::July,
        "Aug" => Month::August,
        "Sep" => Month::September,
        "Oct" => Month::October,
        "Nov" => Month::November,
        "Dec" => Month::December,
        _ => return None,
    };
    let parts: Vec<&str> = clock.split(':').collect();
    let [hour, minute, second] = parts.as_slice() else { return None };
    let date = Date::from_calendar_date(i32::from(number(year)?), month, u8::try_from(number(day)?).ok()?).ok()?;
    let byte = |text: &str| u8::try_from(number(text)?).ok();
    let time = Time::from_hms(byte(hour)?, byte(minute)?, byte(second)?).ok()?;
    Some(Timestamp::from_secs(PrimitiveDateTime::new(date, time).assume_utc().unix_timestamp()))
}

/// Up to four digits. `parse` alone would accept a plus sign.
fn number(text: &str) -> Option<u16> {
    (text.len() <= 4 && text.bytes().all(|c| c.is_ascii_digit())).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_moments() {
        let at = Some(Timestamp::from_secs(1_793_588_844));
        assert_eq!(parse_timestamp("Mon Nov 2 03:07:24 UTC 2026"), at);
        assert_eq!(parse_timestamp("Mon Nov 02 03:07:24 UTC 2026"), at);
        assert_eq!(parse_timestamp("Mon Nov  2 3:07:24 UTC 2026"), at);
        for bad in [
            "",
            "Nov 2 03:07:24 UTC 2026",
            "Mon Nov 2 03:07:24 CET 2026",
            "Mon Nov 31 03:07:24 UTC 2026",
            "Mon Nov 2 24:07:24 UTC 2026",
            "Mon Nov +2 03:07:24 UTC 2026",
            "Mon Nov 2 03:07 UTC 2026",
            "Mo\u{a0}n Nov 2 03:07:24 UTC 2026",
            "Lun Nov 2 03:07:24 UTC 2026",
            "Mon Nov 2 03:07:24 UTC 20260",
            "Mon Nov 2 03:07:24 UTC 2026 2026",
        ] {
            assert_eq!(parse_timestamp(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,60}") {
            parse_timestamp(&text);
        }

        #[test]
        fn never_panics_on_what_looks_like_one(day in 0..99u32, h in 0..99u32, m in "[A-Za-z]{3}", year in 0..99999u32) {
            parse_timestamp(&format!("Sun {m} {day} {h}:00:61 UTC {year}"));
            parse_timestamp(&format!("Sun Feb {day} {h}:00:00 UTC {year}"));
        }
    }
}
