//! What can go wrong with the tool itself. Broken content is never an [`Error`]: that is a finding.

use std::path::PathBuf;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A reason why copydesk could not do what was asked; the process then exits with 2.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A path, a pattern or an option that makes no sense.
    #[error("{message}")]
    Usage { message: String, help: Option<String> },
    /// A file that the tool itself needs (configuration, rule, schema) says something it must not.
    #[error("{}: {}", .0.path, .0.message)]
    Place(Box<Place>),
    #[error("cannot read {}: {cause}", path.display())]
    Read { path: PathBuf, cause: std::io::Error },
    #[error("cannot write {}: {cause}", path.display())]
    Write { path: PathBuf, cause: std::io::Error },
}

/// A place in one of the tool's own files, complete enough to be drawn without reading it again.
#[derive(Debug)]
pub struct Place {
    /// As the user would type it, relative to the working directory.
    pub path: String,
    pub text: String,
    /// Bytes into `text`.
    pub start: usize,
    pub end: usize,
    pub message: String,
    pub help: Option<String>,
}

impl Error {
    pub fn usage(message: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), help: None }
    }

    pub fn usage_with_help(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), help: Some(help.into()) }
    }

    /// What to do about it, where that is known.
    pub fn help(&self) -> Option<&str> {
        match self {
            Self::Usage { help, .. } => help.as_deref(),
            Self::Place(place) => place.help.as_deref(),
            Self::Read { .. } | Self::Write { .. } => None,
        }
    }
}

/// The known word closest to `word`, if one is close enough to be what was meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (strsim::normalized_damerau_levenshtein(&folded, &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness >= 0.6)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}
