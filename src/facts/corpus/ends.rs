//! What stands at the ends of one post, looked at once: mining, peeling and reporting ask for the same places. It is kept
//! for each post to the end of a run, and small: nothing is kept that only few units have.

use std::sync::OnceLock;

use super::{
    fingerprint::{self, Fingerprint, Name, Words},
    zone::{self, Place},
};
use crate::{
    document::{Block, BlockKind, Document},
    facts::promotion::{Score, Vocabulary},
    source::Span,
};

/// So many solid blocks at the end may hold a name that a family of adverts shares.
const NAMED: u8 = 3;

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
    pub place: Place,
    /// Whether the unit calls in plain words.
    pub plain: bool,
}

/// A block or a line of one, with what has been found out about it so far.
#[derive(Debug)]
pub struct Unit {
    pub place: zone::Unit,
    /// None where it has too few letters to tell it from any other.
    pub fingerprint: Option<Fingerprint>,
    /// None where it has no words of adverts or of their look-alikes.
    score: Option<Box<Score>>,
    /// Asked once all posts are known.
    pub retold: OnceLock<Option<Box<Retold>>>,
}

/// A part of a unit that says anew what many posts say.
#[derive(Debug)]
pub struct Retold {
    /// In bytes of the unit.
    pub part: Span,
    /// Index into the families.
    pub family: usize,
}

impl Ends {
    /// Those of a post of which nothing is known.
    pub const fn none() -> Self {
        Self { units: Vec::new(), names: Vec::new(), between: false }
    }

    pub fn of(document: &Document, vocabulary: &Vocabulary) -> Self {
        let mut words = Words::default();
        let mut reader = vocabulary.reader();
        let mut block = Span::at(0);
        let places = zone::units(document);
        let mut units = Vec::with_capacity(places.len());
        for place in places {
            let span = place.span();
            // Of one block, the lines come behind the whole.
            if !block.contains(span) {
                block = span;
                reader.read(document.text(block));
            }
            let score = reader.score(Span::new(span.start - block.start, span.end - block.start));
            units.push(Unit::at(document, place, score, &mut words));
        }
        let mut ends = Self { units, names: Vec::new(), between: false };
        ends.between = document.blocks.iter().filter(|block| is_prose(block)).count() > ends.blocks();
        for unit in ends.units.iter().filter(|unit| unit.fingerprint.is_some() && unit.place.after < NAMED) {
            unit.add_new_names(document, vocabulary, &mut ends.names);
        }
        ends.names.shrink_to_fit();
        ends
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
        self.units.iter().rev().find(|unit| unit.place.span() == span)
    }
}

impl Unit {
    /// `words` is room to work in.
    fn at(document: &Document, place: zone::Unit, score: Option<Score>, words: &mut Words) -> Self {
        let fingerprint = Fingerprint::of(document.text(place.span()), words);
        Self { place, fingerprint, score: score.map(Box::new), retold: OnceLock::new() }
    }

    /// A place that nobody asked for before.
    pub fn new(document: &Document, span: Span, vocabulary: &Vocabulary) -> Self {
        let text = document.text(span);
        let mut reader = vocabulary.reader();
        reader.read(text);
        let score = reader.score(Span::new(0, text.len()));
        Self::at(document, zone::Unit::alone(span), score, &mut Words::default())
    }

    /// Of all its words; it has no length where there are none that count.
    pub fn score(&self) -> &Score {
        static NONE: Score = Score::none();
        self.score.as_deref().unwrap_or(&NONE)
    }

    fn add_new_names(&self, document: &Document, vocabulary: &Vocabulary, names: &mut Vec<Named>) {
        if !vocabulary.mentions(self.score()) {
            return;
        }
        let span = self.place.span();
        let text = document.text(span);
        let before = document.text(Span::new(document.body.start, span.start.max(document.body.start))).as_bytes();
        let lists_accounts = text.matches("://").count() >= ACCOUNTS;
        let is_new = |name: &Name| {
            let name = name.place.of(text);
            (lists_accounts || !vocabulary.is_platform(name)) && memchr::memmem::find(before, name.as_bytes()).is_none()
        };
        let new = fingerprint::names(text).into_iter().filter(is_new);
        names.extend(new.map(|name| Named { key: name.key, place: span.into(), plain: self.score().plain }));
    }
}

/// Whether a block can tell one post from another; those that the ends leave out always do.
const fn is_prose(block: &Block) -> bool {
    !matches!(block.kind, BlockKind::Rule | BlockKind::Definition | BlockKind::Heading { setext: false, .. })
}
