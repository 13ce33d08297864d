//! What stands at the ends of one post, looked at once: mining, peeling and reporting ask for the same places.

use std::sync::OnceLock;

use super::{
    fingerprint::{self, Fingerprint, Name},
    zone,
};
use crate::{
    document::{Block, BlockKind, Document},
    facts::promotion::{Score, Vocabulary},
    source::Span,
};

/// So many solid blocks at the end may hold a name that a family of adverts shares.
const NAMED: usize = 3;

/// A list of accounts has so many addresses; other texts that name the same platform have no more than that in common.
const ACCOUNTS: usize = 3;

/// The ends of one post.
#[derive(Debug, Default)]
pub struct Ends {
    /// In the order of the file; of one block, the block first and then its last lines.
    pub units: Vec<Unit>,
    /// Names in promotional units that the article itself does not mention.
    pub names: Vec<Named>,
    /// Whether the post has more blocks of prose than were looked at as a whole.
    pub between: bool,
}

/// A name in a promotional unit.
#[derive(Debug, Clone, Copy)]
pub struct Named {
    /// See [`Name::key`].
    pub key: u64,
    /// Of the unit.
    pub span: Span,
    /// Whether the unit calls in plain words.
    pub plain: bool,
}

/// A block or a line of one, with what has been found out about it so far.
#[derive(Debug)]
pub struct Unit {
    pub place: zone::Unit,
    /// None where it has too few letters to tell it from any other.
    pub fingerprint: Option<Fingerprint>,
    pub score: Score,
    /// Whether what it shows stands elsewhere: see [`is_component`].
    pub component: bool,
    names: OnceLock<Vec<Name>>,
    /// The part that says anew what many posts say, and its family; asked once all posts are known.
    pub retold: OnceLock<Option<(Span, usize)>>,
}

impl Ends {
    /// Those of a post of which nothing is known.
    pub const fn none() -> Self {
        Self { units: Vec::new(), names: Vec::new(), between: false }
    }

    pub fn of(document: &Document, vocabulary: &Vocabulary) -> Self {
        let mut words = String::new();
        let mut block = (Span::at(0), vocabulary.read(""));
        let mut units = Vec::new();
        for place in zone::units(document) {
            // Of one block, the lines come behind the whole.
            if !block.0.contains(place.span) {
                block = (place.span, vocabulary.read(document.text(place.span)));
            }
            let (span, reading) = &block;
            let score = reading.score(Span::new(place.span.start - span.start, place.span.end - span.start));
            units.push(Unit::at(document, place, score, &mut words));
        }
        let mut ends = Self { units, names: Vec::new(), between: false };
        ends.between = document.blocks.iter().filter(|block| is_prose(block)).count() > ends.blocks();
        ends.names = ends.named().flat_map(|unit| unit.new_names(document, vocabulary)).collect();
        ends
    }

    fn named(&self) -> impl Iterator<Item = &Unit> {
        self.units.iter().filter(|unit| unit.fingerprint.is_some() && unit.place.after < NAMED)
    }

    /// The units that can be told from others, each with its fingerprint.
    pub fn known(&self) -> impl Iterator<Item = (&Unit, &Fingerprint)> {
        self.units.iter().filter_map(|unit| Some((unit, unit.fingerprint.as_ref()?)))
    }

    /// How many blocks that are no headings were looked at as a whole.
    fn blocks(&self) -> usize {
        self.units.iter().filter(|unit| !unit.place.line && !unit.place.heading).count()
    }

    pub fn at(&self, span: Span) -> Option<&Unit> {
        self.units.iter().rev().find(|unit| unit.place.span == span)
    }
}

impl Unit {
    /// `words` is room to work in.
    fn at(document: &Document, place: zone::Unit, score: Score, words: &mut String) -> Self {
        let text = document.text(place.span);
        let fingerprint = Fingerprint::of(text, words);
        Self {
            place,
            fingerprint,
            score,
            component: is_component(text),
            names: OnceLock::new(),
            retold: OnceLock::new(),
        }
    }

    /// A place that nobody asked for before.
    pub fn new(document: &Document, span: Span, vocabulary: &Vocabulary) -> Self {
        let place = zone::Unit { span, line: false, wrapped: false, after: 0, before: 0, heading: false };
        Self::at(document, place, vocabulary.score(document.text(span)), &mut String::new())
    }

    pub fn names(&self, document: &Document) -> &[Name] {
        self.names.get_or_init(|| fingerprint::names(document.text(self.place.span)))
    }

    fn new_names(&self, document: &Document, vocabulary: &Vocabulary) -> Vec<Named> {
        let span = self.place.span;
        let text = document.text(span);
        if !vocabulary.mentions(&self.score) {
            return Vec::new();
        }
        let before = document.text(Span::new(document.body.start, span.start.max(document.body.start))).as_bytes();
        let lists_accounts = text.matches("://").count() >= ACCOUNTS;
        let is_new = |name: &&Name| {
            let name = name.place.of(text);
            (lists_accounts || !vocabulary.is_platform(name)) && memchr::memmem::find(before, name.as_bytes()).is_none()
        };
        self.names(document)
            .iter()
            .filter(is_new)
            .map(|name| Named { key: name.key, span, plain: self.score.plain })
            .collect()
    }
}

/// Whether a block can tell one post from another; those that the ends leave out always do.
const fn is_prose(block: &Block) -> bool {
    !matches!(block.kind, BlockKind::Rule | BlockKind::Definition | BlockKind::Heading { setext: false, .. })
}

/// A shortcode, an include or a directive: what it shows stands elsewhere.
fn is_component(text: &str) -> bool {
    ["{{", "{%", "{#", "<!--", ":::", "???", "!!!", "%%", "\\begin{", "\\end{"]
        .iter()
        .any(|open| text.starts_with(open))
        || is_tags(text)
}

/// Nothing but the tags of HTML or of components.
fn is_tags(text: &str) -> bool {
    let mut outside = text.split('<').map(|part| part.split_once('>').map_or(part, |(_, after)| after));
    text.starts_with('<') && text.ends_with('>') && outside.all(|part| part.trim().is_empty())
}
