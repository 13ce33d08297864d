//! The things that copydesk can look at. A check finds places and knows no sentence, no severity and no rule.

pub mod bar;
pub mod cells;
pub mod duplicate;
pub mod eaten;
pub mod elision;
pub mod emphasis;
pub mod empty;
pub mod encoding;
pub mod ending;
mod engine;
pub mod fence;
pub mod footer;
pub mod front_matter;
pub mod image;
mod lazy;
pub mod lost;
pub mod markup;
mod need;
#[cfg(test)]
mod parts;
pub mod removal;
pub mod repetition;
pub mod schema;
pub mod screen;
mod sieve;
pub mod suppression;
pub mod text;
pub mod torn;
pub mod underline;
pub mod unread;

use std::collections::BTreeSet;

use elision::Notes;
use serde::Deserialize;

use crate::{
    document::{Document, tail::Tail},
    facts::{Facts, corpus::Frame, files::Verdict},
    site::Site,
    source::Span,
};

/// The kinds of check; a rule file binds one to its parameters. This list is the registry.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// Patterns in a part of the post.
    Text(text::Text),
    /// Bytes that are not UTF-8.
    Encoding(encoding::Encoding),
    /// Fences, syntax and values of front matter.
    FrontMatter(front_matter::FrontMatter),
    /// Front matter against a JSON Schema.
    Schema(schema::Schema),
    /// References to images.
    Image(image::Image),
    /// Whether the last sentence is whole.
    Ending(ending::Ending),
    /// Passages left out in the middle.
    Elision(elision::Elision),
    /// Nothing there but a frame.
    Empty(empty::Empty),
    /// Code fences that pair with nothing.
    Fence(fence::Fence),
    /// The article more than once in its own post.
    Repetition(repetition::Repetition),
    /// Stars that make nothing bold.
    Emphasis(emphasis::Emphasis),
    /// A rule that became the underline of a heading.
    Underline(underline::Underline),
    /// What was appended to the article.
    Footer(footer::Footer),
    /// The same article in several posts.
    Duplicate(duplicate::Duplicate),
    /// What the generator's compiler refuses.
    Markup(markup::Markup),
    /// Code of which the generator shows only a part.
    Eaten(eaten::Eaten),
    /// Words that are taken for tags.
    Lost(lost::Lost),
    /// Links of which the address has a blank.
    Torn(torn::Torn),
    /// What stands on the buttons of a page.
    Bar(bar::Bar),
    Cells(cells::Cells),
    /// Markdown within a block of HTML.
    Unread(unread::Unread),
    /// What posts ask not to be reported.
    Suppression(suppression::Suppression),
}

/// One document with all that a check may know of it.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    pub document: &'a Document,
    pub site: &'a Site,
    pub facts: &'a Facts,
    pub tail: &'a Tail,
    pub notes: &'a Notes,
    /// What was put around the article.
    pub frame: Frame<'a>,
    /// What each image leads to, in the order of the document's list; looked up once for all checks.
    pub verdicts: &'a [Verdict],
}

/// A place that a check found, and what fills the rule's sentences.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Hit {
    pub span: Span,
    /// Values for the `{words}` of the rule's sentences.
    pub words: Vec<(&'static str, String)>,
    /// Further places that explain the finding; the name picks the sentence in the rule's `labels`.
    pub labels: Vec<(&'static str, Span)>,
    /// How bad this one is, where the check's own parameters say so; the rule's severity otherwise.
    pub severity: Option<Severity>,
    /// Whether that is a mildness which a line that changed does not get.
    pub patient: bool,
    pub fix: Option<Fix>,
    /// Other files of the project that it hangs on, whether they are there or not: paths from its root, or `**/NAME` for
    /// a name in any folder.
    pub files: Vec<String>,
}

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Deserialize,
    serde::Serialize,
    schemars::JsonSchema,
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Info,
    Warning,
    Error,
}

/// A change that would mend a finding.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Fix {
    /// Whether it can be applied without looking.
    pub safe: bool,
    /// In order and without overlap.
    pub edits: Vec<Edit>,
}

/// Whether a check says how to mend what it finds. It may not be able to at every place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fixing {
    No,
    /// Its fixes need a look.
    Unsafe,
    Safe,
    /// Some of its fixes are safe.
    SomeSafe,
}

/// Replaces the bytes under `span` with `text`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Edit {
    pub span: Span,
    pub text: String,
}

impl Hit {
    pub fn new(span: Span) -> Self {
        Self { span, ..Self::default() }
    }

    pub fn word(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.words.push((name, value.into()));
        self
    }

    pub fn label(mut self, name: &'static str, span: Span) -> Self {
        self.labels.push((name, span));
        self
    }

    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// As bad as this for a while, and on lines that did not change.
    pub fn patient(mut self, severity: Severity) -> Self {
        self.patient = true;
        self.severity(severity)
    }

    /// Nothing can be mended where there are no edits.
    pub fn fix(mut self, safe: bool, edits: Vec<Edit>) -> Self {
        self.fix = (!edits.is_empty()).then_some(Fix { safe, edits });
        self
    }
}

impl Severity {
    /// One level up.
    pub const fn worse(self) -> Self {
        match self {
            Self::Info => Self::Warning,
            Self::Warning | Self::Error => Self::Error,
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl Check {
    /// Places in one document, in order.
    pub fn run(&self, subject: &Subject<'_>) -> Vec<Hit> {
        match self {
            Self::Text(check) => check.run(subject),
            Self::Encoding(check) => check.run(subject),
            Self::FrontMatter(check) => check.run(subject),
            Self::Schema(check) => check.run(subject),
            Self::Image(check) => check.run(subject),
            Self::Ending(check) => check.run(subject),
            Self::Elision(check) => check.run(subject, true),
            Self::Empty(check) => check.run(subject),
            Self::Fence(check) => check.run(subject),
            Self::Repetition(check) => check.run(subject),
            Self::Emphasis(check) => check.run(subject),
            Self::Eaten(check) => check.run(subject),
            Self::Lost(check) => check.run(subject),
            Self::Torn(check) => check.run(subject),
            Self::Cells(check) => check.run(subject),
            Self::Bar(check) => check.run(subject),
            Self::Unread(check) => check.run(subject),
            Self::Underline(check) => check.run(subject),
            Self::Footer(check) => check.run(subject),
            Self::Duplicate(check) => check.run(subject),
            Self::Markup(check) => check.run(subject),
            Self::Suppression(check) => check.run(subject),
        }
    }

    /// Compiles its patterns, which else happens when a text first needs them.
    ///
    /// # Errors
    /// Which pattern is at fault, and why.
    pub fn compile(&self) -> Result<(), String> {
        match self {
            Self::Text(check) => check.compile(),
            Self::Ending(check) => check.compile(),
            Self::Elision(check) => check.compile(),
            Self::Empty(check) => check.compile(),
            Self::Bar(check) => check.compile(),
            _ => Ok(()),
        }
    }

    /// How bad its kinds are, where the rule does not say it, and what is said of each; none but for patterns.
    pub fn kinds(&self) -> impl Iterator<Item = (Option<Severity>, &str)> {
        let text = if let Self::Text(check) = self { Some(check) } else { None };
        text.into_iter().flat_map(text::Text::kinds)
    }

    /// Whether this reads the words of a post, wherever its marks put them.
    pub const fn reads_words(&self) -> bool {
        matches!(self, Self::Text(_) | Self::Elision(_))
    }

    /// Whether this compares single values of this post with those of others.
    pub fn compares_posts(&self) -> bool {
        matches!(self, Self::Schema(check) if check.wants_unique())
    }

    /// The words that the sentences of a rule may use, beyond `generator` and `consequence`, which every rule has.
    pub fn words(&self) -> &'static [&'static str] {
        match self {
            Self::Text(_) => text::WORDS,
            Self::Encoding(_) => encoding::WORDS,
            Self::FrontMatter(_) => front_matter::WORDS,
            Self::Schema(_) => schema::WORDS,
            Self::Image(_) => image::WORDS,
            Self::Ending(_) => ending::WORDS,
            Self::Elision(_) => elision::WORDS,
            Self::Empty(_) => empty::WORDS,
            Self::Fence(_) => fence::WORDS,
            Self::Repetition(_) => repetition::WORDS,
            Self::Emphasis(_) => emphasis::WORDS,
            Self::Eaten(_) => eaten::WORDS,
            Self::Lost(_) => lost::WORDS,
            Self::Torn(_) => torn::WORDS,
            Self::Bar(_) => bar::WORDS,
            Self::Cells(_) => cells::WORDS,
            Self::Unread(_) => unread::WORDS,
            Self::Underline(_) => underline::WORDS,
            Self::Footer(_) => footer::WORDS,
            Self::Duplicate(_) => duplicate::WORDS,
            Self::Markup(_) => markup::WORDS,
            Self::Suppression(_) => suppression::WORDS,
        }
    }

    /// Whether nothing found means that nothing is there: some checks need the network, and some every post of the site.
    pub fn is_sure(&self, facts: &Facts) -> bool {
        match self {
            Self::Image(image::Image::Unreachable(_) | image::Image::NotAnImage(_) | image::Image::Hotlink) => {
                facts.remote.asked && facts.remote.unverified() == 0
            }
            Self::Text(_)
            | Self::Encoding(_)
            | Self::Image(_)
            | Self::Fence(_)
            | Self::Repetition(_)
            | Self::Emphasis(_)
            | Self::Eaten(_)
            | Self::Lost(_)
            | Self::Torn(_)
            | Self::Cells(_)
            | Self::Bar(_)
            | Self::Unread(_)
            | Self::Suppression(_) => true,
            _ => facts.whole,
        }
    }

    /// How bad what it finds may be beside what the rule says, as far as that is known before.
    pub fn severities(&self) -> BTreeSet<Severity> {
        match self {
            Self::Text(check) => check.kinds().filter_map(|(severity, _)| severity).collect(),
            Self::Ending(_) | Self::Empty(_) => BTreeSet::from([Severity::Info, Severity::Warning, Severity::Error]),
            _ => BTreeSet::new(),
        }
    }

    /// Whether there are fixes for what it finds.
    pub fn fixing(&self) -> Fixing {
        match self {
            Self::Text(check) => check.fixing(),
            Self::FrontMatter(check) => check.fault.fixing(),
            Self::Image(check) => check.fixing(),
            Self::Fence(_) | Self::Eaten(_) | Self::Lost(_) | Self::Bar(_) => Fixing::Unsafe,
            Self::Underline(_) => Fixing::Safe,
            Self::Footer(check) => check.fixing(),
            Self::Encoding(_)
            | Self::Schema(_)
            | Self::Ending(_)
            | Self::Elision(_)
            | Self::Empty(_)
            | Self::Emphasis(_)
            | Self::Repetition(_)
            | Self::Duplicate(_)
            | Self::Markup(_)
            | Self::Torn(_)
            | Self::Cells(_)
            | Self::Unread(_)
            | Self::Suppression(_) => Fixing::No,
        }
    }
}
