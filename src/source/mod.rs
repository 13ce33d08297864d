//! The text of one file and places in it. Everything later speaks of a file in [`Span`]s of its bytes.

pub mod decode;
pub mod discover;
pub mod git;
pub mod index;
pub mod lines;
pub mod origin;
pub mod stack;

pub use decode::{Damage, Encoding};
pub use index::Index;
pub use lines::{Lines, Position};
pub use origin::{Origin, Sources};

use serde::{Deserialize, Serialize};

/// A range of bytes into a file, end exclusive. The only kind of place before rendering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The empty span at `at`.
    pub const fn at(at: usize) -> Self {
        Self { start: at, end: at }
    }

    pub const fn len(self) -> usize {
        self.end - self.start
    }

    pub const fn is_empty(self) -> bool {
        self.start >= self.end
    }

    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    pub const fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The text under this span; empty where the span is not on character boundaries of `text`.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// The span moved by `by` bytes towards the end, for places found in a part of a file.
    pub const fn shifted(self, by: usize) -> Self {
        Self { start: self.start + by, end: self.end + by }
    }

    /// Without the white space at both ends.
    pub fn trimmed(self, text: &str) -> Self {
        let whole = self.of(text);
        let rest = whole.trim_start();
        let start = self.start + (whole.len() - rest.len());
        Self { start, end: start + rest.trim_end().len() }
    }
}

/// One file as it was read.
#[derive(Debug, Clone)]
pub struct Source {
    /// Relative to the project's root, with `/`.
    pub path: String,
    /// The whole file as UTF-8. A byte order mark is kept, so that spans are bytes into the file; a byte that is not
    /// UTF-8 stands as one U+001A for the same reason. Only for other encodings (see `encoding`) do spans count the
    /// bytes of the converted text instead.
    pub text: String,
    pub encoding: Encoding,
    /// Bytes that could not be read as text, in order.
    pub damage: Vec<Damage>,
    /// Whether findings in this file are wanted. Others are read only for what they say about the site.
    pub subject: bool,
}

impl Source {
    /// A source from text that is already there (examples, standard input).
    pub fn from_text(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into(), encoding: Encoding::Utf8, damage: Vec::new(), subject: true }
    }

    /// A source from the bytes of a file, whatever their encoding.
    pub fn from_bytes(path: impl Into<String>, bytes: &[u8]) -> Self {
        let (text, encoding, damage) = decode::decode(bytes);
        Self { path: path.into(), text, encoding, damage, subject: true }
    }

    /// Why the text cannot be written back as the file: it is not the file's bytes.
    pub fn unwritable(&self) -> Option<&'static str> {
        let lost = self.damage.iter().any(|damage| damage.kind != decode::DamageKind::Nul);
        match self.encoding {
            Encoding::Utf8 if lost => Some("some of its bytes are not UTF-8"),
            Encoding::Utf8 => None,
            Encoding::Utf16 => Some("it is UTF-16; convert it to UTF-8 first"),
            Encoding::Legacy(_) => Some("it is not UTF-8; convert it first"),
        }
    }

    /// Length in bytes of the byte order mark that the text starts with: 0 or 3.
    pub fn mark(&self) -> usize {
        if self.text.starts_with('\u{feff}') { 3 } else { 0 }
    }
}
