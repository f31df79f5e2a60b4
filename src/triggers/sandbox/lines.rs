//! Output of a guest: bounded log lines, and the answer of a command.

use bytes::Bytes;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamError};

/// Most lines of one call. Further lines are only counted.
const MAX_LINES: usize = 200;
/// Longest line, in characters.
const LONGEST: usize = 1000;
/// Most bytes processed per write. Guests that obey `check_write` never write more.
const AT_ONCE: usize = 64 * 1024;

/// The level of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Debug,
    Info,
    Warn,
    Error,
}

/// A log line of a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Standard output and standard error are logged at [`Level::Info`].
    pub level: Level,
    /// Without control characters and without the plugin's secrets.
    pub text: String,
}

/// Replaces control characters by spaces and cuts the text to `most` characters.
pub fn plain(text: &str, most: usize) -> String {
    let text: String = text.chars().take(most).map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.trim_end().to_owned()
}

/// The first `most` bytes of a text, cut at a character boundary.
fn head(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    text.get(..end).unwrap_or_default()
}

#[derive(Default)]
struct Written {
    lines: Vec<Line>,
    /// Number of lines over the limit.
    more: usize,
    /// An unfinished line.
    open: Vec<u8>,
    /// The last line that was not empty.
    last: String,
    /// The last line over the limit, not cleaned yet.
    raw: Option<String>,
}

/// Collects the log lines of one call. Cheap to clone.
#[derive(Clone)]
pub(super) struct Lines {
    written: Arc<Mutex<Written>>,
    /// Strings to hide, the longest first.
    secrets: Arc<Vec<String>>,
    /// How many bytes of a line are kept: long enough to find every secret in the visible part.
    longest: usize,
}

impl Lines {
    pub fn new(secrets: Arc<Vec<String>>) -> Self {
        let longest = LONGEST * 4 + secrets.iter().map(String::len).max().unwrap_or_default();
        Self { written: Arc::default(), secrets, longest }
    }

    pub fn add(&self, level: Level, text: &str) {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        self.put(&mut written, level, text);
    }

    fn put(&self, written: &mut Written, level: Level, text: &str) {
        if written.lines.len() >= MAX_LINES {
            if text.contains(|c: char| !c.is_control() && !c.is_whitespace()) {
                written.more += 1;
                // Cleaned only when needed, so that endless output does not keep the host busy.
                written.raw = Some(head(text, self.longest).to_owned());
            }
            return;
        }
        let text = self.clean(text, LONGEST);
        if !text.is_empty() {
            written.last.clone_from(&text);
            written.lines.push(Line { level, text });
        }
    }

    /// Hides secrets, removes control characters, and cuts the text, in this order: a secret that was cut first would
    /// no longer be found.
    pub fn clean(&self, text: &str, most: usize) -> String {
        let mut text = std::borrow::Cow::Borrowed(head(text, most * 4 + self.longest));
        for secret in self.secrets.iter().filter(|secret| !secret.is_empty()) {
            if text.contains(secret.as_str()) {
                text = text.replace(secret.as_str(), "[secret]").into();
            }
        }
        plain(&text, most)
    }

    fn bytes(&self, bytes: &[u8]) {
        let bytes = bytes.get(..bytes.len().min(AT_ONCE)).unwrap_or_default();
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            // The rest of a line that is too long is dropped.
            let room = self.longest.saturating_sub(written.open.len());
            written.open.extend_from_slice(part.get(..room.min(part.len())).unwrap_or_default());
            if part.ends_with(b"\n") {
                let line = std::mem::take(&mut written.open);
                self.put(&mut written, Level::Info, &String::from_utf8_lossy(&line));
            }
        }
    }

    /// The last line that was not empty, even if it has no line break yet.
    pub fn last(&self) -> String {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let open = std::mem::take(&mut written.open);
        self.put(&mut written, Level::Info, &String::from_utf8_lossy(&open));
        if let Some(raw) = written.raw.take() {
            written.last = self.clean(&raw, LONGEST);
        }
        written.last.clone()
    }

    /// All lines; none where the guest is writing at this moment, because the caller must not wait for it.
    pub fn take(&self) -> Vec<Line> {
        let Ok(mut written) = self.written.try_lock() else { return Vec::new() };
        let open = std::mem::take(&mut written.open);
        self.put(&mut written, Level::Info, &String::from_utf8_lossy(&open));
        let mut lines = std::mem::take(&mut written.lines);
        if written.more > 0 {
            lines.push(Line { level: Level::Warn, text: format!("{} more lines were left out", written.more) });
        }
        lines
    }
}

/// The answer that a command writes to standard output.
#[derive(Clone)]
pub(super) struct Answer {
    bytes: Arc<Mutex<Vec<u8>>>,
    most: usize,
}

impl Answer {
    pub fn new(most: usize) -> Self {
        Self { bytes: Arc::default(), most }
    }

    /// The bytes written so far; one more than `most` if it was too long.
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.bytes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Receives the output of a guest.
trait Sink: Clone + Send + Sync + Unpin + 'static {
    /// An error ends the guest.
    fn accept(&self, bytes: &[u8]) -> Result<(), &'static str>;
}

impl Sink for Lines {
    fn accept(&self, bytes: &[u8]) -> Result<(), &'static str> {
        self.bytes(bytes);
        Ok(())
    }
}

impl Sink for Answer {
    fn accept(&self, bytes: &[u8]) -> Result<(), &'static str> {
        let mut kept = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        let room = (self.most + 1).saturating_sub(kept.len());
        kept.extend_from_slice(bytes.get(..room.min(bytes.len())).unwrap_or_default());
        if kept.len() > self.most { Err("the answer is too long") } else { Ok(()) }
    }
}

/// Adapts a sink to WASI's output streams.
pub(super) struct Stream<S>(pub S);

impl<S: Sink> IsTerminal for Stream<S> {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl<S: Sink> StdoutStream for Stream<S> {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(Stream(self.0.clone()))
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(Stream(self.0.clone()))
    }
}

impl<S: Sink> Pollable for Stream<S> {
    fn ready<'s, 'f>(&'s mut self) -> Pin<Box<dyn Future<Output = ()> + Send + 'f>>
    where
        's: 'f,
        Self: 'f,
    {
        Box::pin(std::future::ready(()))
    }
}

impl<S: Sink> OutputStream for Stream<S> {
    fn write(&mut self, bytes: Bytes) -> Result<(), StreamError> {
        self.0.accept(&bytes).map_err(StreamError::trap)
    }

    fn flush(&mut self) -> Result<(), StreamError> {
        Ok(())
    }

    fn check_write(&mut self) -> Result<usize, StreamError> {
        Ok(64 * 1024)
    }
}

impl<S: Sink> AsyncWrite for Stream<S> {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        Poll::Ready(self.0.accept(bytes).map(|()| bytes.len()).map_err(std::io::Error::other))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn lines(secrets: &[&str]) -> Lines {
        Lines::new(Arc::new(secrets.iter().map(|text| (*text).to_owned()).collect()))
    }

    #[test]
    fn lines_are_put_together_cleaned_and_bounded() {
        let said = lines(&["hush-hush"]);
        said.bytes(b"one\ntw");
        said.bytes(b"o\x1b[31m hush-hush\n\n\nlast");
        assert_eq!(said.last(), "last");
        let all = said.take();
        let texts: Vec<_> = all.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts, ["one", "two [31m [secret]", "last"]);

        said.bytes(&b"x\n".repeat(10_000));
        said.bytes(&[b'y'; 1_000_000]);
        assert_eq!(said.last().len(), LONGEST);
        let all = said.take();
        assert_eq!(all.len(), MAX_LINES + 1);
        assert!(all.last().unwrap().text.contains("9801 more"));
    }

    #[test]
    fn no_part_of_a_secret_is_shown() {
        let key = format!("-----BEGIN KEY-----\n{}\nshort\n-----END KEY-----", "k".repeat(64));
        let said = lines(&["a-secret-of-its-own", &key, &"k".repeat(64), &"z".repeat(6000)]);
        said.add(Level::Info, &format!("{}a-secret-of-its-own", "x".repeat(LONGEST - 5)));
        said.add(Level::Info, &format!("the key is {key}!"));
        said.bytes(format!("{key}\n{}\n", "z".repeat(6000)).as_bytes());
        let shown: String = said.take().into_iter().map(|line| line.text + "\n").collect();
        for part in ["a-se", "kkkk", "zzzz"] {
            assert!(!shown.contains(part), "{shown}");
        }
        assert!(shown.contains("the key is [secret]!"));
    }

    #[test]
    fn an_answer_that_is_too_long_ends_the_guest() {
        let answer = Answer::new(10);
        assert!(answer.accept(b"0123456789").is_ok());
        assert!(answer.accept(&[0; 1000]).is_err());
        assert_eq!(answer.take().len(), 11);
    }
}
