//! Where a text comes from, and texts that are read again when they are needed: a run over many posts holds what it learnt
//! of them and not all that they say.

use std::{borrow::Cow, collections::BTreeMap, path::PathBuf, sync::Arc};

use xxhash_rust::xxh3::xxh3_64;

use super::{Encoding, Source, discover};

/// Where the text of one file comes from.
#[derive(Debug, Clone)]
pub enum Origin {
    /// It is here: standard input, the index of git, a post that was mended.
    Text(Source),
    /// It is on disk.
    File(File),
}

/// A file on disk.
#[derive(Debug, Clone)]
pub struct File {
    /// Relative to the project's root, with `/`.
    pub path: String,
    pub file: PathBuf,
    /// See [`Source::subject`].
    pub subject: bool,
}

impl Origin {
    pub fn path(&self) -> &str {
        match self {
            Self::Text(source) => &source.path,
            Self::File(file) => &file.path,
        }
    }

    pub const fn is_subject(&self) -> bool {
        match self {
            Self::Text(source) => source.subject,
            Self::File(file) => file.subject,
        }
    }
}

impl From<Source> for Origin {
    fn from(source: Source) -> Self {
        Self::Text(source)
    }
}

impl File {
    /// # Errors
    /// Why it cannot be read, for people.
    pub fn read(&self) -> Result<Source, String> {
        discover::read(&self.path, &self.file).map(|source| Source { subject: self.subject, ..source })
    }
}

/// A text that was read.
#[derive(Debug)]
pub enum Stored {
    Held(Source),
    /// It was let go, as it can be read again.
    Away(Left),
}

/// What is left of a text that was let go.
#[derive(Debug)]
pub struct Left {
    file: File,
    encoding: Encoding,
    hash: u64,
}

impl Left {
    pub fn of(file: File, source: &Source) -> Self {
        Self { file, encoding: source.encoding, hash: hash(source) }
    }

    pub const fn file(&self) -> &File {
        &self.file
    }

    /// The text once more; none where the file has become another one.
    pub fn read(&self) -> Option<Source> {
        self.file.read().ok().filter(|source| hash(source) == self.hash)
    }
}

impl Stored {
    const fn encoding(&self) -> Encoding {
        match self {
            Self::Held(source) => source.encoding,
            Self::Away(left) => left.encoding,
        }
    }

    /// The text; none where the file has become another one.
    pub fn open(&self) -> Option<Cow<'_, Source>> {
        match self {
            Self::Held(source) => Some(Cow::Borrowed(source)),
            Self::Away(left) => left.read().map(Cow::Owned),
        }
    }
}

fn hash(source: &Source) -> u64 {
    xxh3_64(source.text.as_bytes())
}

/// Texts by path.
#[derive(Debug, Default)]
pub struct Sources(BTreeMap<Arc<str>, Stored>);

impl Sources {
    pub fn insert(&mut self, path: Arc<str>, stored: Stored) {
        self.0.insert(path, stored);
    }

    pub fn contains(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    /// Of a text that is among them.
    pub fn encoding(&self, path: &str) -> Option<Encoding> {
        self.0.get(path).map(Stored::encoding)
    }

    /// None for a path that is not among them, and for a file that changed since it was read.
    pub fn get(&self, path: &str) -> Option<Cow<'_, Source>> {
        self.0.get(path)?.open()
    }

    /// The text alone; empty where there is none.
    pub fn text(&self, path: &str) -> Cow<'_, str> {
        self.get(path).map_or(Cow::Borrowed(""), text_of)
    }
}

/// The text of a source that is held or was read again.
pub fn text_of(source: Cow<'_, Source>) -> Cow<'_, str> {
    match source {
        Cow::Borrowed(source) => Cow::Borrowed(&source.text),
        Cow::Owned(source) => Cow::Owned(source.text),
    }
}
