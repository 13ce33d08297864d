//! What stands at the ends of one post, looked at once: mining, peeling and reporting ask for the same places.

use std::sync::OnceLock;

use super::{
    fingerprint::{self, Fingerprint, Name, Words},
    zone,
};
use crate::{
    document::Document,
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
    pub names: Vec<(u64, Span)>,
}

/// A block or a line of one, with what has been found out about it so far.
#[derive(Debug)]
pub struct Unit {
    pub place: zone::Unit,
    /// None where it has too few letters to tell it from any other.
    pub fingerprint: Option<Fingerprint>,
    pub score: Score,
    names: OnceLock<Vec<Name>>,
    /// The part that says anew what many posts say, and its family; asked once all posts are known.
    pub retold: OnceLock<Option<(Span, usize)>>,
}

impl Ends {
    pub fn of(document: &Document, vocabulary: &Vocabulary) -> Self {
        let mut words = Words::default();
        let mut block = Span::at(0);
        let mut reader = vocabulary.reader();
        let mut units = Vec::new();
        for place in zone::units(document) {
            // Of one block, the lines come behind the whole.
            if !block.contains(place.span) {
                block = place.span;
                reader.read(document.text(block));
            }
            let score = reader.score(Span::new(place.span.start - block.start, place.span.end - block.start));
            units.push(Unit::at(document, place, score.unwrap_or_default(), &mut words));
        }
        let mut ends = Self { units, names: Vec::new() };
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
    pub fn blocks(&self) -> usize {
        self.units.iter().filter(|unit| !unit.place.line && !unit.place.heading).count()
    }

    pub fn at(&self, span: Span) -> Option<&Unit> {
        self.units.iter().rev().find(|unit| unit.place.span == span)
    }
}

impl Unit {
    /// `words` is room to work in.
    fn at(document: &Document, place: zone::Unit, score: Score, words: &mut Words) -> Self {
        let fingerprint = Fingerprint::of(document.text(place.span), words);
        Self { place, fingerprint, score, names: OnceLock::new(), retold: OnceLock::new() }
    }

    /// A place that nobody asked for before.
    pub fn new(document: &Document, span: Span, vocabulary: &Vocabulary) -> Self {
        let place = zone::Unit { span, line: false, wrapped: false, after: 0, before: 0, heading: false };
        Self::at(document, place, vocabulary.score(document.text(span)), &mut Words::default())
    }

    pub fn names(&self, document: &Document) -> &[Name] {
        self.names.get_or_init(|| fingerprint::names(document.text(self.place.span)))
    }

    fn new_names(&self, document: &Document, vocabulary: &Vocabulary) -> Vec<(u64, Span)> {
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
        self.names(document).iter().filter(is_new).map(|name| (name.key, span)).collect()
    }
}
