//! The last sentence of a paragraph, by the mark or the word that it stops at.

use super::{
    Found, Modifier, Reader, State,
    coda::{is_call, is_open_for_fun, is_path, is_series, is_spoken},
    is_apart,
    open::open_code,
    shape::{
        behind_number, ends_in_farewell, has_inner_mark, is_emphasis, is_enumeration, is_long, is_motto, is_numbered,
        is_sentence, is_set_off, is_signature, is_verse, last_chars, last_unit,
    },
};
use crate::{
    check::ending::language::Last,
    document::{
        Block, BlockKind,
        prose::{self, Stop},
        tail::PeeledKind,
    },
};

/// What announces something without a colon has at most so many characters, of which the last ones are shown.
const ANNOUNCEMENT: usize = 24;
const ANNOUNCED: usize = 6;

impl Reader<'_> {
    pub(super) fn paragraph(&self) -> Option<Found> {
        let (above, unit) = last_unit(self.text);
        let unit = without_id(without_container(unit.trim_start_matches(['>', ' '])));
        if let Some(found) = self.nested_fence().or_else(|| self.torn_table()).or_else(|| self.markers(unit)) {
            return Some(found);
        }
        if prose::is_ellipsis(unit) {
            return self.alone(unit);
        }
        if let Some(found) = self.open_markup(unit).or_else(|| self.open_link(unit)) {
            return Some(found);
        }
        if prose::ends_in_omission(unit) {
            return self.alone(last_chars(unit, 5));
        }
        if let Some(teaser) = self.link_behind_ellipsis(unit) {
            return Some(teaser);
        }
        let (stop, visible) = prose::stop(unit);
        let end = self.span.end - unit.len() + visible.len();
        match stop {
            Stop::Token => self.link_that_goes_on(unit),
            // The first ones of a series.
            Stop::Ellipsis if is_series(visible) => None,
            Stop::Ellipsis => {
                let found = self.found(State::Ellipsis, end, last_chars(visible, 1));
                let found = if above.is_empty() && is_set_off(unit) { found.also(Modifier::Display) } else { found };
                Some(if self.trails_off() { found.also(Modifier::Trailing) } else { found })
            }
            Stop::Opener => {
                let found = self.found(State::Opener, end, last_chars(visible, 1));
                Some(if is_open_for_fun(visible) { found.also(Modifier::Aside) } else { found })
            }
            Stop::Comma if self.goes_on(visible) && !is_verse(self.text) && !is_motto(unit) => {
                Some(self.found(State::Comma, end, last_chars(visible, 1)))
            }
            Stop::Colon if is_sentence(visible) && self.leads_nowhere() => {
                Some(self.found(State::Colon, end, last_chars(visible, 1)))
            }
            Stop::Terminal
                if self.leads_nowhere()
                    && self.ending.says.announcements.is_match(last_chars(unit.trim_end(), ANNOUNCEMENT)) =>
            {
                Some(self.found(State::Colon, end, last_chars(visible, ANNOUNCED)))
            }
            Stop::Word | Stop::Number => {
                let found = self.word(above, unit, visible, end)?;
                let found = self.set_apart(above, visible, end, found);
                Some(if stop == Stop::Number { found.also(Modifier::Number) } else { found })
            }
            _ => None,
        }
    }

    /// Whether nothing follows that the last words may announce: a list that was taken for an advert is, links below a heading
    /// of their own at the very end are not.
    fn leads_nowhere(&self) -> bool {
        let below = &self.document().blocks[self.index + 1..];
        let is_list = |block: &Block| matches!(block.kind, BlockKind::List { .. });
        let listed = below.first().is_some_and(is_list) && self.next() == Some(PeeledKind::Promotion);
        let headed = match below {
            [heading, list] => matches!(heading.kind, BlockKind::Heading { setext: false, .. }) && is_list(list),
            _ => false,
        };
        !listed && (headed || self.next().is_none_or(is_apart))
    }

    /// Whether the words before a comma are more than a greeting: many, or few where Chinese sets its own comma and the
    /// post its marks.
    fn goes_on(&self, visible: &str) -> bool {
        let mark = visible.chars().next_back();
        is_sentence(visible) || (matches!(mark, Some('，' | '、')) && self.sets_marks())
    }

    /// The text ends in a word: is it the last one of a sentence?
    fn word(&self, above: &str, unit: &str, visible: &str, end: usize) -> Option<Found> {
        let last = self.last_word(end);
        let whole = self.last_piece(unit);
        let piece = whole.unwrap_or(unit);
        let verse = is_verse(self.text) || self.is_among_stanzas();
        let parts = matches!(last, Last::Finished) || self.says_farewell(piece, &last) || is_path(piece);
        if is_signature(above, unit) || parts {
            return None;
        }
        let long = is_long(visible);
        let quote = self.document().blocks[self.index].kind == BlockKind::Quote;
        if let Last::Unfinished(word) | Last::Doubtful(word) = last
            && self.unlabelled(visible)
            && !verse
        {
            // Nothing but such a word, in a post that sets its marks, says as much as a long sentence.
            let lone = || unit.trim() == word && above.is_empty() && self.sets_marks();
            let spoken = whole.is_some_and(is_spoken);
            let sure = matches!(last, Last::Unfinished(_)) && !spoken && (long || self.unbalanced(unit) || lone());
            let state = if sure { State::FunctionWord } else { State::ShortFunctionWord };
            return Some(self.found(state, end, word));
        }
        if self.unbalanced(unit) && self.unlabelled(visible) && is_sentence(visible) {
            let found = self.found(State::Unbalanced, end, "");
            return Some(if is_open_for_fun(visible) { found.also(Modifier::Aside) } else { found });
        }
        if quote
            || matches!(last, Last::Abstain)
            || verse
            || is_enumeration(above, unit)
            || (is_numbered(unit)
                && !(long && self.has_sentence(behind_number(unit)))
                && self.paragraph_before().is_some_and(is_numbered))
            || (!long && is_emphasis(unit))
            || !self.unlabelled(visible)
        {
            return None;
        }
        let sure = self.sets_marks();
        let state = match (whole.is_some(), long && has_inner_mark(unit), sure) {
            (true, _, true) => State::Sentences,
            (true, _, false) => State::SentencesUnsure,
            (false, true, true) => State::Sentence,
            (false, true, false) => State::SentenceUnsure,
            (false, false, true) => State::Line,
            (false, false, false) => State::LineUnsure,
        };
        let found = self.word_found(state, end);
        let sentences = matches!(state, State::Sentences | State::SentencesUnsure);
        let found = if (sentences || state == State::Sentence) && self.ends_entry(unit, piece) {
            found.also(Modifier::Entry)
        } else {
            found
        };
        let said = sentences && found.modifiers.is_empty() && ends_in_farewell(visible);
        let found = if said { found.also(Modifier::Finished) } else { found };
        let found = if sentences && whole.is_some_and(is_call) { found.also(Modifier::Shouted) } else { found };
        let found = if above.is_empty() && is_set_off(unit) { found.also(Modifier::Display) } else { found };
        let unsure = matches!(state, State::SentencesUnsure | State::SentenceUnsure);
        if !unsure || found.modifiers.contains(&Modifier::Broken) {
            return Some(found);
        }
        Some(if self.is_silent(unit) {
            found.also(Modifier::Silent)
        } else if self.is_careless() {
            found.also(Modifier::Careless)
        } else {
            found
        })
    }

    /// More brackets, quotes or emphasis opened than closed.
    pub(super) fn unbalanced(&self, unit: &str) -> bool {
        const PAIRS: [(char, char); 7] =
            [('（', '）'), ('(', ')'), ('「', '」'), ('『', '』'), ('《', '》'), ('【', '】'), ('“', '”')];
        let mut open = [0_isize; PAIRS.len()];
        for prose in unit.split('`').step_by(2) {
            for c in prose.chars().filter(|c| matches!(c, '(' | ')' | '“'..='】' | '（' | '）')) {
                for (open, (opener, closer)) in open.iter_mut().zip(PAIRS) {
                    *open += isize::from(c == opener) - isize::from(c == closer);
                }
            }
        }
        // U+201C is also what closes „…“, and “…“ is a common slip.
        let quotes = || unit.matches('“').count() % 2 == 1 && !unit.contains('„');
        open.iter().zip(PAIRS).any(|(open, (opener, _))| *open > 0 && (opener != '“' || quotes()))
            || (unit.matches("**").count() % 2 == 1 && !unit.contains('`'))
            || open_code(unit)
            || self.in_container()
    }

    /// Not `name: value`, nor the title of a page with the name of its site, which end as they like.
    pub(super) fn unlabelled(&self, visible: &str) -> bool {
        let labelled = |line: &str| {
            // A colon in code labels nothing.
            let line = line.split('`').next().unwrap_or_default();
            line.chars().take(24).any(|c| matches!(c, ':' | '：' | '|' | '｜')) && line.chars().count() <= 80
        };
        let last = visible.lines().next_back().unwrap_or_default();
        !labelled(visible) && !labelled(last) && !last.contains(" | ")
    }
}

/// Without the line `::: kind` that a container begins with.
fn without_container(unit: &str) -> &str {
    match unit.split_once('\n') {
        Some((first, rest)) if first.starts_with(":::") => rest,
        _ => unit,
    }
}

/// A text without the name of its block at the end, which Obsidian does not show: ` ^name`.
fn without_id(unit: &str) -> &str {
    let is_id = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    unit.rsplit_once(" ^").filter(|(_, id)| is_id(id.trim_end())).map_or(unit, |(unit, _)| unit)
}
