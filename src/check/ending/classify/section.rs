//! The last of several sections with nothing of its own below its heading, but what a page puts below articles.

use super::{Ending, Found, Modifier, State};
use crate::{
    check::Subject,
    document::{
        Block, BlockKind, Document,
        prose::{self, Stop},
        tail::{Form, Peeled, PeeledKind, Tail, form_of},
    },
    source::Span,
};

/// So many blocks, and bytes, may stand below the last heading.
const BELOW: [usize; 2] = [8, 900];

/// So many sections of the same level, with so many bytes of text, show that the last one should have some too.
const SECTIONS: usize = 2;
const SECTION: usize = 60;

impl Ending {
    /// A last heading with nothing below it that belongs to it.
    pub(super) fn classify_section(&self, subject: &Subject<'_>) -> Option<Found> {
        let document = subject.document;
        let blocks = &document.blocks;
        let near = (blocks.len().saturating_sub(BELOW[0] + 1).max(1)..blocks.len().saturating_sub(1)).rev();
        let last = near.clone().find(|at| level(&blocks[*at]).is_some())?;
        let span = blocks[last].span;
        let below = Span::new(blocks[last + 1].span.start, document.body.end).trimmed(&document.source.text);
        let known = subject.tail.peeled.iter().any(|peeled| peeled.span.start <= span.start);
        if known || below.len() > BELOW[1] || !has_sections_before(document, last) {
            return None;
        }
        if is_close(document, last) || !(is_ruled(document, last) || is_labelled(document, last)) {
            return None;
        }
        let peeled = vec![Peeled { kind: PeeledKind::Below, span: below }];
        let tail = Tail { last: Some(last), end: span.end, peeled, ..Tail::default() };
        let found = self.classify_end(&Subject { tail: &tail, ..*subject })?;
        let plain = found.state == State::Heading && found.modifiers.is_empty();
        let mut found = plain.then(|| found.also(Modifier::Through))?;
        found.below = Some(below);
        Some(found.also(Modifier::Sectioned))
    }
}

/// The level of a heading that is written with `#`.
fn level(block: &Block) -> Option<u8> {
    match block.kind {
        BlockKind::Heading { level, setext: false } => Some(level),
        _ => None,
    }
}

/// Whether what follows a heading stands on the next line: then it belongs to it, be it a rule that underlines it.
fn is_close(document: &Document, heading: usize) -> bool {
    let blocks = &document.blocks;
    let between = &document.source.text[blocks[heading].span.end..blocks[heading + 1].span.start];
    between.bytes().filter(|byte| *byte == b'\n').count() < 2
}

/// Whether every section before that has the level of the one at `last` has text below its heading, and the one right
/// before it prose: behind a list of sources may stand one of names.
fn has_sections_before(document: &Document, last: usize) -> bool {
    let blocks = &document.blocks;
    let own = level(&blocks[last]);
    let starts: Vec<usize> = (0..=last).filter(|at| level(&blocks[*at]) == own).collect();
    let sections = starts.windows(2).map(|pair| &blocks[pair[0] + 1..pair[1]]);
    let has_text = |section: &[Block]| section.iter().map(|block| block.span.len()).sum::<usize>() >= SECTION;
    let has_prose = |section: &[Block]| {
        section.iter().any(|block| block.kind == BlockKind::Paragraph && prose::finished(document.text(block.span)))
    };
    starts.len() > SECTIONS
        && sections.clone().all(has_text)
        && sections.clone().next_back().is_some_and(has_prose)
        && sections.filter(|section| has_prose(section)).count() >= SECTIONS
}

/// Whether a rule follows at once, as behind no other heading, and nothing below it that only articles have.
fn is_ruled(document: &Document, heading: usize) -> bool {
    let blocks = &document.blocks;
    let ruled = |at: usize| level(&blocks[at]).is_some() && blocks[at + 1].kind == BlockKind::Rule;
    let of_article = |block: &Block| matches!(block.kind, BlockKind::Code { .. } | BlockKind::Table);
    ruled(heading) && !(0..heading).any(ruled) && !blocks[heading..].iter().any(of_article)
}

/// Whether all that follows has the form of what pages put below articles, and the first of it a label that the heading
/// does not repeat.
fn is_labelled(document: &Document, heading: usize) -> bool {
    let blocks = &document.blocks[heading + 1..];
    let form = |at: usize| {
        let index = heading + 1 + at;
        form_of(document, index, document.blocks[index].span)
    };
    let first = &blocks[0];
    let text = document.text(first.span);
    first.kind == BlockKind::Paragraph
        && form(0) == Some(Form::Labels)
        && !text.starts_with(['*', '_'])
        && !text.contains("](")
        && !text.contains("http")
        && !prose::finished(text)
        && (1..blocks.len()).all(|at| match blocks[at].kind {
            BlockKind::Paragraph => {
                form(at).is_some()
                    || matches!(prose::stop(document.text(blocks[at].span)).0, Stop::Terminal | Stop::Informal)
            }
            BlockKind::List { .. } | BlockKind::Rule | BlockKind::Html => true,
            _ => false,
        })
}
