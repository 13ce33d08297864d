//! What stands at the ends of one post, looked at once: mining, peeling and reporting ask for the same places. It is kept
//! for each post to the end of a run, and small: nothing is kept that only few units have.

use std::{borrow::Cow, sync::OnceLock};

use rustc_hash::FxHashMap;

use super::{
    fingerprint::{self, Beginning, Fingerprint, Words},
    zone::{self, Place},
};
use crate::{
    document::{Block, BlockKind, Document},
    facts::promotion::{Score, Vocabulary},
    source::Span,
};

/// A list of accounts has so many addresses; other texts that name the same platform have no more than that in common.
const ACCOUNTS: usize = 3;

/// The ends of one post.
#[derive(Debug, Default)]
pub struct Ends {
    /// In the order of the file; of one block, the block first and then its last lines.
    pub units: Vec<Unit>,
    /// How each unit begins, until it is known which ones are mined; none where it has too few letters to tell it from any
    /// other.
    beginnings: Vec<Option<Beginning>>,
    /// Names in promotional units that the article itself does not mention.
    pub names: Vec<Named>,
    /// Whether the post has more blocks of prose than were looked at as a whole.
    pub between: bool,
}

/// A name in a promotional unit.
#[derive(Debug, Clone, Copy)]
pub struct Named {
    /// See [`fingerprint::Name::key`].
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
    /// None where it has too few letters to tell it from any other, and where no other post has anything that begins like it.
    pub fingerprint: Option<Fingerprint>,
    /// None where it has no words of adverts or of their look-alikes, and where it stands too far from both ends for these to
    /// count alone: see [`Ends::score`].
    score: Option<Box<Score>>,
    /// Asked once all posts are known.
    pub retold: OnceLock<Option<Box<Retold>>>,
}

/// A part of a unit that says anew what many posts say.
#[derive(Debug, Clone)]
pub struct Retold {
    /// In bytes of the unit; none where it is all of it.
    pub part: Option<Span>,
    /// Index into the families.
    pub family: usize,
}

impl Ends {
    /// Those of a post of which nothing is known.
    pub const fn none() -> Self {
        Self { units: Vec::new(), beginnings: Vec::new(), names: Vec::new(), between: false }
    }

    /// Those of a post that is `kept`, or that nobody can look at again without reading it.
    pub fn of(document: &Document, kept: bool, vocabulary: &Vocabulary) -> Self {
        let mut words = Words::default();
        let mut reader = vocabulary.reader();
        let mut block = Span::at(0);
        let places = zone::units(document);
        let mut ends = Self::none();
        ends.units.reserve_exact(places.len());
        ends.beginnings.reserve_exact(places.len());
        for place in places {
            let span = place.span();
            let text = document.text(span);
            let is_near = place.is_near();
            // Of one block, the lines come behind the whole.
            if !block.contains(span) {
                block = span;
                if is_near {
                    reader.read(text);
                }
            }
            let score = if is_near { reader.score(within(span, block)).map(Box::new) } else { None };
            ends.beginnings.push(Beginning::of(text, &mut words));
            ends.units.push(Unit { place, fingerprint: None, score, retold: OnceLock::new() });
        }
        ends.between = document.blocks.iter().filter(|block| is_prose(block)).count() > ends.blocks();
        let mut mentions = Mentions::new(document);
        for (unit, _) in ends.told_apart().filter(|(unit, _)| unit.place.is_at_the_end()) {
            unit.add_new_names(document, vocabulary, &mut mentions);
        }
        ends.names = mentions.names;
        if !kept {
            ends.read_on(&document.source.text, &mut words, |_| true);
        }
        ends
    }

    /// The units that can be told from others, each with how it begins.
    fn told_apart(&self) -> impl Iterator<Item = (&Unit, Beginning)> {
        self.units.iter().zip(&self.beginnings).filter_map(|(unit, beginning)| Some((unit, (*beginning)?)))
    }

    /// How those units begin that other posts may have too: a line that begins a block begins as the block does.
    pub fn beginnings(&self) -> impl Iterator<Item = Beginning> {
        let mut block = None;
        self.told_apart().filter_map(move |(unit, beginning)| {
            let is_first = unit.place.line && block == Some(beginning);
            block = if unit.place.line { block } else { Some(beginning) };
            (!is_first).then_some(beginning)
        })
    }

    /// Whether a unit is not read to its end that begins in a way that is `wanted`.
    pub fn lacks(&self, wanted: impl Fn(Beginning) -> bool) -> bool {
        self.told_apart().any(|(unit, beginning)| unit.fingerprint.is_none() && wanted(beginning))
    }

    /// Reads all units to the end that begin in a way that is `wanted`; `text` is that of the post.
    pub fn read_on(&mut self, text: &str, words: &mut Words, wanted: impl Fn(Beginning) -> bool) {
        for (unit, beginning) in self.units.iter_mut().zip(&self.beginnings) {
            if unit.fingerprint.is_none() && beginning.is_some_and(&wanted) {
                unit.fingerprint = Fingerprint::of(unit.place.span().of(text), words);
            }
        }
    }

    /// Forgets what only mining asks for.
    pub fn settle(&mut self) {
        (self.beginnings, self.names) = (Vec::new(), Vec::new());
    }

    /// The units that other posts may have too, each with its fingerprint.
    pub fn known(&self) -> impl Iterator<Item = (&Unit, &Fingerprint)> {
        self.units.iter().filter_map(|unit| Some((unit, unit.fingerprint.as_ref()?)))
    }

    /// The units that can be told from others, each with what tells it and its fingerprint where other posts may have it.
    pub fn signs(&self) -> impl Iterator<Item = (&Unit, u64, Option<&Fingerprint>)> {
        self.told_apart().map(|(unit, beginning)| {
            let fingerprint = unit.fingerprint.as_ref();
            (unit, fingerprint.map_or_else(|| beginning.sign(), Fingerprint::exact), fingerprint)
        })
    }

    /// The score of all words of a unit; it has no length where there are none that count. `text` is that of the post.
    pub fn score<'a>(&self, unit: &'a Unit, text: &str, vocabulary: &Vocabulary) -> Cow<'a, Score> {
        if unit.place.is_near() {
            return Cow::Borrowed(unit.score());
        }
        // In the same block as `of` would have read it, so that words at the edges of a line count in the same way.
        let mut block = Span::at(0);
        for beside in self.units.iter().filter(|other| other.place.is_beside(&unit.place)) {
            if !block.contains(beside.place.span()) {
                block = beside.place.span();
            }
            if beside.place.span() == unit.place.span() {
                break;
            }
        }
        let mut reader = vocabulary.reader();
        reader.read(block.of(text));
        Cow::Owned(reader.score(within(unit.place.span(), block)).unwrap_or(Score::none()))
    }

    /// How many blocks that are no headings were looked at as a whole.
    fn blocks(&self) -> usize {
        self.units.iter().filter(|unit| !unit.place.line && !unit.place.heading).count()
    }

    pub fn at(&self, span: Span) -> Option<&Unit> {
        self.units.iter().rev().find(|unit| unit.place.span() == span)
    }

    /// The words of the heading at `span`, which has an underline.
    pub fn title(&self, document: &Document, span: Span) -> Option<&Unit> {
        let is_title = |unit: &&Unit| {
            let place = unit.place.span();
            let is_within = place.start == span.start && place.end < span.end && !unit.place.line;
            is_within && document.text(Span::new(place.end, span.end)).trim().trim_matches(['-', '=']).is_empty()
        };
        self.units.iter().rev().find(is_title)
    }
}

impl Unit {
    /// A place that nobody asked for before.
    pub fn new(document: &Document, span: Span, vocabulary: &Vocabulary) -> Self {
        let score = whole_score(document.text(span), vocabulary);
        let fingerprint = Fingerprint::of(document.text(span), &mut Words::default());
        Self { place: zone::Unit::alone(span), fingerprint, score, retold: OnceLock::new() }
    }

    /// The same of a title and its underline, which has no words.
    pub fn underlined(&self, document: &Document, span: Span, vocabulary: &Vocabulary) -> Self {
        let has_none = self.place.is_near() && self.score.is_none();
        let score = if has_none { None } else { whole_score(document.text(span), vocabulary) };
        let (place, fingerprint, retold) = (zone::Unit::alone(span), self.fingerprint, self.retold.clone());
        Self { place, fingerprint, score, retold }
    }

    /// What was found at the first look.
    pub fn score(&self) -> &Score {
        static NONE: Score = Score::none();
        self.score.as_deref().unwrap_or(&NONE)
    }

    fn add_new_names<'a>(&self, document: &'a Document, vocabulary: &Vocabulary, mentions: &mut Mentions<'a>) {
        if !vocabulary.mentions(self.score()) {
            return;
        }
        let span = self.place.span();
        let text = document.text(span);
        let lists_accounts = text.matches("://").count() >= ACCOUNTS;
        for found in fingerprint::names(text) {
            let name = found.place.of(text);
            if (lists_accounts || !vocabulary.is_platform(name)) && mentions.is_new(name, span) {
                mentions.names.push(Named { key: found.key, place: span.into(), plain: self.score().plain });
            }
        }
    }
}

/// The names in promotional units of a post, and where its text has each for the first time.
struct Mentions<'a> {
    body: &'a [u8],
    /// In the file.
    start: usize,
    /// By name, where its first mention ends, in bytes of the body.
    first: FxHashMap<&'a str, usize>,
    names: Vec<Named>,
}

impl<'a> Mentions<'a> {
    fn new(document: &'a Document) -> Self {
        let body = document.text(document.body).as_bytes();
        Self { body, start: document.body.start, first: FxHashMap::default(), names: Vec::new() }
    }

    /// Whether nothing before the unit at `span` speaks of a name that is in it.
    fn is_new(&mut self, name: &'a str, span: Span) -> bool {
        let first = *self.first.entry(name).or_insert_with(|| {
            let at = memchr::memmem::find(self.body, name.as_bytes());
            at.map_or(usize::MAX, |at| at + name.len())
        });
        first > span.start.saturating_sub(self.start)
    }
}

fn whole_score(text: &str, vocabulary: &Vocabulary) -> Option<Box<Score>> {
    let mut reader = vocabulary.reader();
    reader.read(text);
    reader.score(Span::new(0, text.len())).map(Box::new)
}

/// In bytes of the block.
const fn within(span: Span, block: Span) -> Span {
    Span::new(span.start - block.start, span.end - block.start)
}

/// Whether a block can tell one post from another; those that the ends leave out always do.
const fn is_prose(block: &Block) -> bool {
    !matches!(block.kind, BlockKind::Rule | BlockKind::Definition | BlockKind::Heading { setext: false, .. })
}
