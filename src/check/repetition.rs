//! An article that stands in its own post more than once, told by paragraphs that come again word by word.

use std::collections::HashMap;

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use xxhash_rust::xxh3::xxh3_64;

use super::{Hit, Subject};
use crate::{
    document::{BlockKind, Document, prose},
    source::{Lines, Span},
};

pub const WORDS: &[&str] = &["line", "again", "all"];

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Repetition {
    /// In characters; a shorter paragraph may come again.
    least: usize,
    /// In one row, so many in a hundred of all different paragraphs must come again,
    share: usize,
    /// which must be so many,
    row: usize,
    /// and so many hundredths of the post.
    part: usize,
    /// Where half of all paragraphs are copies, so many different ones that come again are enough, in whatever order.
    scattered: usize,
}

/// The paragraphs of prose in a post, in order.
struct Passages {
    spans: Vec<Span>,
    /// For each, the place of the same text before it.
    before: Vec<Option<usize>>,
    /// How many have other words than all before them.
    different: usize,
    /// How many of those come again.
    again: usize,
}

/// The longest row of paragraphs that stood before in the same order.
#[derive(Debug, Clone, Copy, Default)]
struct Row {
    length: usize,
    span: Span,
}

/// So many bytes at the start of a paragraph tell it from nearly any other.
const BEGINNING: usize = 32;

/// Lines of verse have no more characters.
const VERSE: usize = 60;

impl Repetition {
    pub fn run(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let document = subject.document;
        if !may_repeat(document, self.least) {
            return Vec::new();
        }
        let passages = Passages::read(document, self.least);
        if self.is_twice(&passages, document) { passages.hit(document).into_iter().collect() } else { Vec::new() }
    }

    /// Notes, answers and descriptions come again one by one, between others; what a post repeats as a whole is an article.
    fn is_twice(&self, passages: &Passages, document: &Document) -> bool {
        let enough = |count: usize| count * 100 >= passages.different * self.share;
        let row = passages.row();
        let in_one_piece =
            row.length >= self.row && enough(row.length) && row.span.len() * 100 >= document.body.len() * self.part;
        let copies = passages.spans.len() - passages.different;
        let scattered = passages.again >= self.scattered && copies * 2 >= passages.spans.len();
        in_one_piece || scattered
    }
}

impl Passages {
    fn read(document: &Document, least: usize) -> Self {
        let mut last: FxHashMap<u64, usize> = HashMap::with_hasher(FxBuildHasher);
        let mut all = Self { spans: Vec::new(), before: Vec::new(), different: 0, again: 0 };
        for span in paragraphs(document) {
            let text = document.text(span);
            if text.chars().count() < least || !prose::finished(text) || is_verse(text) {
                continue;
            }
            let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let before = last.insert(xxh3_64(words.as_bytes()), all.spans.len());
            all.different += usize::from(before.is_none());
            // The first copy of a text that had none.
            all.again += usize::from(before.is_some_and(|before| all.before[before].is_none()));
            all.spans.push(span);
            all.before.push(before);
        }
        all
    }

    fn row(&self) -> Row {
        let (mut longest, mut length, mut start) = (Row::default(), 0, 0);
        for (at, before) in self.before.iter().enumerate() {
            let Some(before) = *before else {
                length = 0;
                continue;
            };
            let goes_on = length > 0 && at > 0 && self.before[at - 1].is_some_and(|last| last + 1 == before);
            (length, start) = if goes_on { (length + 1, start) } else { (1, at) };
            // A row that runs into its own copy is one text many times over.
            let row =
                Row { length: length.min(at - before), span: Span::new(self.spans[start].start, self.spans[at].end) };
            if (row.length, row.span.len()) > (longest.length, longest.span.len()) {
                longest = row;
            }
        }
        longest
    }

    /// On the first paragraph that comes again.
    fn hit(&self, document: &Document) -> Option<Hit> {
        let (at, first) = self.before.iter().enumerate().find_map(|(at, before)| Some((at, (*before)?)))?;
        let (span, first) = (self.spans[at], self.spans[first]);
        let end = document.text(span).find(['\r', '\n']).map_or(span.end, |at| span.start + at);
        let line = Lines::new(&document.source.text).line_of(first.start) + 1;
        let hit = Hit::new(Span::new(span.start, end)).word("line", line.to_string());
        Some(hit.word("again", self.again.to_string()).word("all", self.different.to_string()))
    }
}

fn paragraphs(document: &Document) -> impl Iterator<Item = Span> + '_ {
    document.blocks.iter().filter(|block| block.kind == BlockKind::Paragraph).map(|block| block.span)
}

/// Whether two long paragraphs begin alike. In most posts none do, and nothing more is looked at.
fn may_repeat(document: &Document, least: usize) -> bool {
    let mut seen: FxHashSet<&[u8]> = FxHashSet::default();
    let text = document.source.text.as_bytes();
    let mut long = paragraphs(document).filter(|span| span.len() >= least.max(BEGINNING));
    !long.all(|span| seen.insert(&text[span.start..span.start + BEGINNING]))
}

/// Whether a text is several short lines, as of a song, whose refrain comes again.
fn is_verse(text: &str) -> bool {
    text.lines().nth(1).is_some() && text.lines().all(|line| line.chars().count() <= VERSE)
}
