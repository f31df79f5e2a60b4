//! The rows of a file as Cognito reads them: values between commas, `\,` for a comma inside a value. Values in
//! quotation marks (RFC 4180) are read, too.

use crate::model::FilePosition;
use std::io::{self, BufRead};

/// Longest row in bytes: 16,000 characters at AWS.
const MAX_ROW: usize = 64_000;
const BOM: &[u8] = "\u{FEFF}".as_bytes();

/// A row that was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The number of the line on which it begins.
    pub line: u64,
    /// Its values without white space around them, or why it cannot be read.
    pub values: Result<Vec<String>, &'static str>,
}

/// Reads rows one after the other, and knows where it is.
pub(super) struct Rows<R> {
    input: R,
    pub position: FilePosition,
}

impl<R: BufRead> Rows<R> {
    /// `input` begins at `position`.
    pub fn new(input: R, position: FilePosition) -> Self {
        Self { input, position }
    }

    /// The next row that is not empty; `None` at the end.
    pub fn next_row(&mut self) -> io::Result<Option<Row>> {
        loop {
            let line = self.position.line;
            let Some(bytes) = self.next_record()? else { return Ok(None) };
            let values = match bytes {
                Record::TooLong => Err("The row is longer than 16,000 characters."),
                Record::Bytes(bytes) => match std::str::from_utf8(bytes.strip_prefix(BOM).unwrap_or(&bytes)) {
                    Ok(text) if text.trim().is_empty() => continue,
                    Ok(text) => Ok(values(text)),
                    Err(_) => Err("The row is not UTF-8."),
                },
            };
            return Ok(Some(Row { line, values }));
        }
    }

    /// The bytes up to the end of a line that is outside quotation marks.
    fn next_record(&mut self) -> io::Result<Option<Record>> {
        let mut bytes = Vec::new();
        let (mut too_long, mut any) = (false, false);
        let mut state = Place::Start;
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                break;
            }
            any = true;
            let mut used = 0;
            let mut ended = false;
            for byte in buffer {
                used += 1;
                self.position.line += u64::from(*byte == b'\n');
                // A row that is too long ends at its line's end, whatever its quotation marks say.
                if *byte == b'\n' && (state != Place::Quoted || too_long) {
                    ended = true;
                    break;
                }
                state = state.after(*byte);
                if bytes.len() < MAX_ROW {
                    bytes.push(*byte);
                } else {
                    too_long = true;
                }
            }
            self.input.consume(used);
            self.position.offset += used as u64;
            if ended {
                break;
            }
        }
        Ok(any.then_some(if too_long { Record::TooLong } else { Record::Bytes(bytes) }))
    }
}

enum Record {
    Bytes(Vec<u8>),
    TooLong,
}

/// Where in a row a byte is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the first character of a value.
    Start,
    Plain,
    /// After a backslash outside quotation marks.
    Escaped,
    /// Within quotation marks.
    Quoted,
    /// After a quotation mark within such: it is doubled, or the value ends.
    Closing,
}

impl Place {
    fn after(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::Quoted, b'"') => Self::Closing,
            (Self::Quoted, _) => Self::Quoted,
            (Self::Closing, b'"') => Self::Quoted,
            (Self::Escaped, _) => Self::Plain,
            (_, b',') => Self::Start,
            (Self::Start, b'"') => Self::Quoted,
            (Self::Start, b' ' | b'\t') => Self::Start,
            (_, b'\\') => Self::Escaped,
            _ => Self::Plain,
        }
    }
}

fn values(text: &str) -> Vec<String> {
    let mut values = Vec::new();
    let mut value = String::new();
    let mut place = Place::Start;
    for c in text.chars() {
        let next = match u8::try_from(c) {
            Ok(byte) if byte.is_ascii() => place.after(byte),
            _ => match place {
                Place::Quoted => Place::Quoted,
                _ => Place::Plain,
            },
        };
        match (place, c) {
            (Place::Quoted, '"') => {}
            (Place::Start, '"') => value.clear(),
            // A backslash that escapes no comma stands for itself.
            (Place::Escaped, ',') => value.push(','),
            (Place::Escaped, c) => value.extend(['\\', c]),
            (Place::Start | Place::Plain | Place::Closing, ',') => {
                values.push(std::mem::take(&mut value).trim().to_owned());
            }
            (Place::Start | Place::Plain, '\\') => {}
            (_, c) => value.push(c),
        }
        place = next;
    }
    if place == Place::Escaped {
        value.push('\\');
    }
    values.push(value.trim().to_owned());
    values
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use std::io::{BufReader, Cursor};

    fn read(text: &str) -> Vec<Row> {
        // A small buffer, so that rows span several.
        let mut rows = Rows::new(BufReader::with_capacity(3, Cursor::new(text)), FilePosition::default());
        let mut all = Vec::new();
        while let Some(row) = rows.next_row().unwrap() {
            all.push(row);
        }
        assert_eq!(rows.position.offset, text.len() as u64);
        all
    }

    fn row(text: &str) -> Vec<String> {
        read(text).remove(0).values.unwrap()
    }

    #[test]
    fn values_are_read_as_documented() {
        assert_eq!(row("a, b\t,c\r\n"), ["a", "b", "c"]);
        assert_eq!(row("\u{FEFF}name,b"), ["name", "b"]);
        assert_eq!(row("10\\, Main St,x\\y,z\\"), ["10, Main St", "x\\y", "z\\"]);
        assert_eq!(row("\"10, Main St\",\"say \"\"hi\"\"\",\"\""), ["10, Main St", "say \"hi\"", ""]);
        assert_eq!(row("{\"formatted\":\"x\"},,"), ["{\"formatted\":\"x\"}", "", ""]);
        assert_eq!(row("ü,\"ö,\"\"ß\""), ["ü", "ö,\"ß"]);
        assert_eq!(row("\"a\nb\",c\n"), ["a\nb", "c"]);
    }

    #[test]
    fn rows_know_their_lines_and_empty_ones_are_passed_over() {
        let lines: Vec<u64> = read("h\n\n \r\nb\n\"x\ny\"\nlast").iter().map(|row| row.line).collect();
        assert_eq!(lines, [1, 4, 5, 7]);
    }

    #[test]
    fn a_row_that_cannot_be_read_does_not_hide_the_next() {
        let rows = read(&format!("h\n\"{}\nb\n", "x".repeat(MAX_ROW + 10)));
        assert!(rows[1].values.is_err());
        assert_eq!(rows[2], Row { line: 3, values: Ok(vec!["b".into()]) });
        let mut rows = Rows::new(Cursor::new(b"\xff\nb\n"), FilePosition::default());
        assert!(rows.next_row().unwrap().unwrap().values.is_err());
        assert_eq!(rows.next_row().unwrap().unwrap().values.unwrap(), ["b"]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_to_its_end_and_again_from_any_row(text in "([a\",\\\\ \n]|ü){0,60}") {
            let mut rows = Rows::new(Cursor::new(text.as_bytes()), FilePosition::default());
            while rows.next_row().unwrap().is_some() {
                let at = rows.position;
                let rest = text.as_bytes().get(usize::try_from(at.offset).unwrap()..).unwrap();
                let mut again = Rows::new(Cursor::new(rest), at);
                let mut other = Rows::new(Cursor::new(rest), at);
                proptest::prop_assert_eq!(again.next_row().unwrap(), other.next_row().unwrap());
            }
            proptest::prop_assert_eq!(rows.position.offset, text.len() as u64);
        }
    }
}
