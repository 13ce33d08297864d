//! Where each generator sees front matter begin and end.

mod fences;
mod intent;

use super::{Generator, Site};
use crate::source::Span;

pub use intent::{faults, key_of};

/// What a generator takes for front matter in one file. All spans are bytes into the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Split {
    pub block: Option<Fenced>,
    /// What is rendered as the post.
    pub body: Span,
    /// What is wrong with the fences, or what looks like front matter and is not read as such.
    pub faults: Vec<Fault>,
    /// The file is not rendered at all but copied as it is (Jekyll pages without front matter).
    pub copied: bool,
    /// The generator fails the build over how the file begins.
    pub refused: bool,
}

/// Front matter between its fences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fenced {
    pub syntax: Syntax,
    /// The opening fence without its line end; empty where the dialect needs none.
    pub opener: Span,
    pub payload: Span,
    /// The closing fence without its line end; empty where there is none.
    pub closer: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Syntax {
    Yaml,
    Toml,
    Json,
    /// The members of a JSON object without its braces (Hexo's `;;;`).
    Members,
    /// Lines `key: value`, every value a string (MkDocs after MultiMarkdown).
    Lines,
}

/// Something wrong with the fences of front matter, at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub kind: FaultKind,
    /// The fence or the first key that is out of place.
    pub span: Span,
    /// The lines that were meant to be front matter, without fences.
    pub keys: Span,
    /// What removes the fault, as bytes to replace; empty where that is not clear.
    pub edits: Vec<(Span, &'static str)>,
    /// Whether this generator fails the build over it, instead of going on in silence.
    pub fatal: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// Keys and a closing fence, but no opening fence.
    Unopened,
    /// An opening fence and keys, but no closing fence.
    Unclosed,
    /// The opening fence stands twice, so that an empty block is read and the keys become text.
    Doubled,
    /// The block stands inside a code fence.
    Fenced,
    /// Something stands before the opening fence.
    Displaced,
    /// A thematic break and a paragraph that a generator takes for front matter.
    False,
}

/// Splits a file as the site's generator does. `faults` stays empty: see [`faults`].
pub fn split(text: &str, path: &str, site: &Site) -> Split {
    match site.generator {
        Generator::VitePress | Generator::VuePress | Generator::Docusaurus | Generator::Eleventy | Generator::Next => {
            fences::gray_matter(text)
        }
        Generator::Astro => fences::astro(text),
        Generator::Hugo => fences::hugo(text),
        Generator::Jekyll => fences::jekyll(text, path),
        Generator::Hexo => fences::hexo(text),
        Generator::Zola => fences::zola(text),
        Generator::MkDocs => fences::mkdocs(text),
        Generator::Pelican => fences::pelican(text),
        Generator::Obsidian => fences::obsidian(text),
        // mdBook has no front matter of its own, but its preprocessors do.
        Generator::MdBook | Generator::Plain => fences::plain(text),
    }
}
