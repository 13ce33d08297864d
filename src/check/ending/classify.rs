//! What state an article ends in: its last block is read, and the first state that fits is taken.

mod coda;
mod habit;
mod heading;
mod list;
mod omission;
mod open;
mod paragraph;
mod section;
mod shape;
mod through;

use super::{
    Ending,
    language::{Last, broken_word, last_word},
    state::{Found, Modifier, State},
};
use crate::{
    check::{Subject, elision},
    document::{BlockKind, Document, prose, tail::PeeledKind},
    source::Span,
};

impl Ending {
    /// The state that the article of a post ends in; none where nothing is wrong with its end.
    pub fn classify(&self, subject: &Subject<'_>) -> Option<Found> {
        if subject.tail.explicit {
            return None;
        }
        let own = self.classify_end(subject);
        // Labels end in words, and so do links and names.
        let found = own.filter(|found| !found.state.ends_in_words() || !subject.tail.ends_in_labels(subject.document));
        // A short line may as well be what a page put below.
        let lined = found.as_ref().is_none_or(|found| matches!(found.state, State::Line | State::LineUnsure));
        let through = || subject.tail.through.iter().find_map(|tail| self.classify_through(subject, tail));
        let unseen = || self.classify_near(subject).or_else(|| self.classify_section(subject));
        lined.then(through).flatten().or(found).or_else(unseen)
    }

    fn classify_end(&self, subject: &Subject<'_>) -> Option<Found> {
        let (document, tail) = (subject.document, subject.tail);
        let index = tail.last?;
        let (index, span) = above_empty_code(document, index).unwrap_or((index, tail.last_span(document)?));
        if span.is_empty() {
            return None;
        }
        let span = without_closer(document.text(span), span);
        let reader = Reader { ending: self, subject, index, span, text: document.text(span) };
        if let Some(damage) = reader.broken_character() {
            return Some(reader.found(State::Character, span.end, "").with(Some(damage)));
        }
        match (reader.ending().or_else(|| reader.comment()), reader.teaser_link()) {
            (Some(found), Some(_)) => Some(found.also(Modifier::Teased)),
            (None, Some(teaser)) => Some(teaser.also(Modifier::Finished)),
            (found, None) => found,
        }
    }
}

/// The last block of an article.
struct Reader<'a> {
    ending: &'a Ending,
    subject: &'a Subject<'a>,
    index: usize,
    /// Up to the article's end.
    span: Span,
    text: &'a str,
}

impl<'a> Reader<'a> {
    fn ending(&self) -> Option<Found> {
        let block = &self.document().blocks[self.index];
        match block.kind {
            BlockKind::Code { closed: false, .. } => self.code(),
            BlockKind::Html => self.html(),
            BlockKind::Table => self.table(),
            BlockKind::Heading { setext, .. } if !(setext && self.span.end < block.span.end) => self.heading(),
            BlockKind::List { .. } => self.list(),
            BlockKind::Paragraph | BlockKind::Quote | BlockKind::Heading { .. } => self.paragraph(),
            _ => None,
        }
    }

    fn document(&self) -> &'a Document {
        self.subject.document
    }

    fn source(&self) -> &'a str {
        &self.document().source.text
    }

    /// The body up to `end`.
    fn article(&self, end: usize) -> &'a str {
        let source: &'a str = &self.subject.document.source.text;
        Span::new(self.document().body.start.min(end), end).of(source)
    }

    /// What stands right after the article's end.
    fn next(&self) -> Option<PeeledKind> {
        self.subject.tail.peeled.first().map(|peeled| peeled.kind)
    }

    /// The block right before the last one, if it is a paragraph.
    fn paragraph_before(&self) -> Option<&'a str> {
        let before = self.document().blocks.get(self.index.checked_sub(1)?)?;
        (before.kind == BlockKind::Paragraph).then(|| self.document().text(before.span))
    }

    /// Whether the block ends inside of a link that came apart: the one below it closes a bracket that it does not open.
    fn is_in_torn_link(&self) -> bool {
        let below = self.document().blocks.get(self.index + 1).map_or("", |block| self.document().text(block.span));
        below.find("](").is_some_and(|end| !below[..end].contains('['))
    }

    fn last_word(&self, end: usize) -> Last<'a> {
        let Ending { words, doubtful, endings, .. } = self.ending;
        last_word(self.article(end), words, doubtful, endings)
    }

    /// A text that stops at a word, which may be only half of one.
    fn word_found(&self, state: State, end: usize) -> Found {
        match broken_word(self.article(end), &self.ending.endings) {
            Some(whole) => self.found(state, end, whole).also(Modifier::Broken),
            None => self.found(state, end, ""),
        }
    }

    fn alone(&self, unit: &str) -> Option<Found> {
        Some(self.found(State::EllipsisAlone, self.span.end, unit.trim()))
    }

    fn found(&self, state: State, end: usize, token: &str) -> Found {
        let mut modifiers = Vec::new();
        if self.subject.tail.peeled.iter().any(|peeled| peeled.kind == PeeledKind::Promotion) {
            modifiers.push(Modifier::Appended);
        }
        // Stories stop at a dash on purpose.
        if state == State::Ellipsis || (state == State::Comma && token.starts_with(['—', '–'])) {
            modifiers.push(Modifier::Style);
        }
        if state.is_worded() && matches!(self.next(), Some(PeeledKind::Links | PeeledKind::Image)) {
            modifiers.push(Modifier::Joined);
        }
        if (State::EllipsisAlone..=State::Ellipsis).contains(&state)
            && elision::lone(self.document(), self.index).next().is_some()
        {
            modifiers.push(Modifier::Elided);
        }
        Found {
            state,
            modifiers,
            cut: cut(self.source(), self.span.start, end),
            token: shown(token),
            opener: None,
            below: None,
        }
    }
}

/// Whether what was peeled is set apart from the article, so that no words of the article lead to it.
const fn is_apart(kind: PeeledKind) -> bool {
    matches!(kind, PeeledKind::Rule | PeeledKind::Promotion | PeeledKind::Tags | PeeledKind::Credit)
}

/// The block above a block of code with nothing in it, which somebody was to fill; what has a name may be filled by the site.
fn above_empty_code(document: &Document, index: usize) -> Option<(usize, Span)> {
    let block = &document.blocks[index];
    let text = document.text(block.span);
    let is_empty = || text.trim_matches(['`', '~', ' ', '\t', '\r', '\n']).is_empty();
    let is_code = matches!(block.kind, BlockKind::Code { fenced: true, closed: true });
    let above = index.checked_sub(1).filter(|_| is_code && is_empty())?;
    Some((above, document.blocks[above].span))
}

/// Without the last lines `:::` that containers end with.
fn without_closer(text: &str, span: Span) -> Span {
    let mut inner = text;
    while let Some((above, last)) = inner.trim_end().rsplit_once('\n')
        && last.len() >= 3
        && last.bytes().all(|byte| byte == b':')
    {
        inner = above;
    }
    Span::new(span.start, span.start + inner.trim_end().len())
}

/// A token as a sentence can hold it: one line, not long.
fn shown(token: &str) -> String {
    let line = token.lines().next().unwrap_or_default().trim();
    let mut shown: String = line.chars().take(60).collect();
    if shown.len() < line.len() {
        shown.push('…');
    }
    shown
}

/// The last word before `end`, with the marks after it; in scripts without spaces at most ten characters.
fn cut(source: &str, from: usize, end: usize) -> Span {
    let text = Span::new(from.min(end), end).of(source);
    let mut start = text.len();
    let (mut letters, mut marks) = (0usize, 0usize);
    for (at, c) in text.char_indices().rev() {
        let letter = c.is_alphanumeric() || matches!(c, '\'' | '\u{900}'..='\u{dff}');
        let limit = if prose::script(c).unspaced() { 10 } else { 24 };
        if (letters > 0 && !letter) || letters >= limit || marks >= 8 {
            break;
        }
        letters += usize::from(letter);
        marks += usize::from(!letter);
        start = at;
    }
    Span::new(from.min(end) + start, end).trimmed(source)
}
