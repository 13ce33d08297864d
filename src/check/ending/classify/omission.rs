//! Lines which say that the rest is missing, or where it is.

use super::{
    Found, Reader, State,
    shape::{is_sentence, link_text},
};
use crate::{
    check::elision::Note,
    document::{
        prose::{self, Stop},
        tail::PeeledKind,
    },
};

/// A paragraph that says what is missing has at most so many characters.
const PROMISE: usize = 200;

impl Reader<'_> {
    pub(super) fn markers(&self, unit: &str) -> Option<Found> {
        let plain = unit.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '`'));
        let bracketed = plain
            .strip_suffix([']', ')', '}', '）', '】', '］'])
            .and_then(|inner| inner.rfind(['[', '(', '{', '（', '【', '［']))
            .map(|at| &plain[at..]);
        let short = plain.chars().count() <= 60;
        let says = |text: &str| self.ending.says.omissions.is_match(text);
        // Nothing but a bracket may say at length what is missing.
        let most = |text: &str| if text.len() == plain.len() { PROMISE } else { 80 };
        if (short && says(plain)) || bracketed.is_some_and(|text| text.chars().count() <= most(text) && says(text)) {
            return Some(self.found(State::Omission, self.span.end, plain).over(unit, self.span.end));
        }
        if self.note(self.index).is_some_and(|note| note.span == self.span) {
            return Some(self.found(State::Promise, self.span.end, plain).over(unit, self.span.end));
        }
        if plain.chars().take(PROMISE + 1).count() <= PROMISE && self.ending.says.promises.is_match(plain) {
            return Some(self.found(State::Promise, self.span.end, plain).over(unit, self.span.end));
        }
        if plain.len() > 300 {
            return None;
        }
        self.teaser(&link_text(plain), unit, self.span.end)
    }

    /// Words that send the reader elsewhere, if they do; the `unit` with them ends at `end`.
    fn teaser(&self, words: &str, unit: &str, end: usize) -> Option<Found> {
        let teases = self.ending.says.teasers.is_match(words);
        teases.then(|| self.found(State::Teaser, end, words).over(unit, end))
    }

    /// A note in brackets which says that text was left out, at the end of an article.
    fn note(&self, index: usize) -> Option<Note> {
        let note = self.subject.notes.at(self.document(), index);
        note.filter(|note| note.is_bracketed && !note.is_aside && !note.is_edit)
    }

    /// The same in a comment right behind the article.
    pub(super) fn comment(&self) -> Option<Found> {
        let note = self.note(self.index + 1).filter(|note| self.document().text(note.span).starts_with("<!--"))?;
        let text = self.document().text(note.span);
        Some(self.found(State::Promise, note.span.end, text).over(text, note.span.end))
    }

    /// A link right after the article that leads to the rest of it.
    pub(super) fn teaser_link(&self) -> Option<Found> {
        let next = self.subject.tail.peeled.first().filter(|peeled| peeled.kind == PeeledKind::Links)?;
        let text = self.document().text(next.span);
        if text.len() > 300 || text.contains('\n') {
            return None;
        }
        self.teaser(&link_text(text), text, next.span.end)
    }

    /// A link to the rest in the last sentence, behind the ellipsis that it breaks off in.
    pub(super) fn link_behind_ellipsis(&self, unit: &str) -> Option<Found> {
        let text = unit.trim_end();
        let at = text.ends_with(')').then(|| prose::link_start(text))??;
        let breaks = prose::ends_in_ellipsis(text[..at].trim_end()) || prose::ends_in_omission(&text[..at]);
        breaks.then(|| self.teaser(&link_text(&text[at..]), &unit[at..], self.span.end))?
    }

    /// A link in a few words that begin with a capital and trail off, in the middle of the last sentence.
    pub(super) fn link_that_goes_on(&self, unit: &str) -> Option<Found> {
        let text = unit.trim_end();
        let at = text.ends_with(')').then(|| prose::link_start(text))??;
        let words = link_text(&text[at..]);
        let begins = words.chars().next().is_some_and(|c| c.is_alphabetic() && !c.is_lowercase());
        let goes_on = begins && prose::ends_in_ellipsis(&words) && words.chars().count() <= 40;
        let (stop, before) = prose::stop(text[..at].trim_end());
        let broken = goes_on && stop == Stop::Word && is_sentence(before) && self.sets_marks();
        broken.then(|| self.found(State::Teaser, self.span.end, &words).over(&unit[at..], self.span.end))
    }
}
