//! `xs:dateTime` as SAML core 1.3.3 has it: in UTC, written with `Z`.

use crate::clock::Timestamp;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Longest time that is read: SAML needs no more than milliseconds, some providers write nanoseconds.
const LONGEST: usize = 40;

pub fn parse(written: &str) -> Option<Timestamp> {
    // The form of RFC 3339 is that of xs:dateTime with an offset, but for letters that it also takes in lower case.
    if written.len() > LONGEST || written.contains(['t', 'z', ' ']) {
        return None;
    }
    let moment = OffsetDateTime::parse(written, &Rfc3339).ok()?;
    i64::try_from(moment.unix_timestamp_nanos().div_euclid(1_000_000)).ok().map(Timestamp)
}

/// With milliseconds.
pub fn write(moment: Timestamp) -> String {
    let nanos = i128::from(moment.millis()).saturating_mul(1_000_000);
    let moment = OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (date, time) = (moment.date(), moment.time());
    let (hour, minute, second, millis) = time.as_hms_milli();
    format!(
        "{:04}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z",
        date.year(),
        u8::from(date.month()),
        date.day()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written() {
        assert_eq!(write(Timestamp(1_800_000_000_123)), "2027-01-15T08:00:00.123Z");
        for (written, millis) in [
            ("2027-01-15T08:00:00Z", 1_800_000_000_000),
            ("2027-01-15T08:00:00.1234567Z", 1_800_000_000_123),
            ("2027-01-15T09:00:00.5+01:00", 1_800_000_000_500),
        ] {
            assert_eq!(parse(written), Some(Timestamp(millis)), "{written}");
        }
        for bad in ["", "2027-01-15", "2027-01-15T08:00:00", "2027-01-15t08:00:00z", "2027-13-15T08:00:00Z", "now"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
