//! How whole texts end without a mark: with a name, a date or a wish set apart, a set phrase, a caption, a joke.

use super::{
    Found, Modifier, Reader, State,
    shape::{SHORT, is_long, is_sentence, last_unit, measure},
};
use crate::{
    check::ending::language::Last,
    document::{
        BlockKind,
        prose::{self, Script, Stop},
    },
    source::Span,
};

/// A line of verse has at most so many characters, in scripts without spaces the second number: prose is wrapped later.
const VERSE: [usize; 2] = [56, 16];

/// A farewell has at most so many bytes.
const FAREWELL: usize = 120;

impl Reader<'_> {
    /// Whether the last words are a set phrase that people part with, perhaps with a name or a reason behind it where words
    /// have spaces between them. Behind a single word, which may begin any sentence, a comma must come first.
    pub(super) fn says_farewell(&self, piece: &str, last: &Last<'_>) -> bool {
        let edge = |c: char| !(c.is_alphanumeric() || prose::is_mark(c));
        let words = piece.trim_matches(edge);
        if words.len() > FAREWELL {
            return false;
        }
        let words = words.to_lowercase();
        if self.ending.partings.iter().any(|parting| words.strip_suffix(parting.as_str()).is_some_and(stands_before)) {
            return true;
        }
        let spaced = matches!(last, Last::Plain) && measure(&words).1 == SHORT[1];
        let mut phrases = self.ending.farewells.iter().map(String::as_str);
        phrases.any(|phrase| {
            words.strip_prefix(phrase).is_some_and(|rest| {
                let parted = if phrase.contains(' ') { rest.starts_with(edge) } else { rest.starts_with([',', '،']) };
                rest.is_empty() || (spaced && parted && rest.split_whitespace().count() <= 3)
            })
        })
    }

    /// Whether a sentence ends before the last one.
    pub(super) fn has_sentence(&self, unit: &str) -> bool {
        self.last_piece(unit).is_some()
    }

    /// What stands behind the last sentence that ends within `unit`, with its mark.
    pub(super) fn last_piece<'b>(&self, unit: &'b str) -> Option<&'b str> {
        let mut piece = None;
        let mut chars = unit.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if !prose::is_terminal(c) {
                continue;
            }
            let next = chars.peek().map(|(_, next)| *next);
            let space = next.is_some_and(|next| next.is_whitespace() || matches!(next, '"' | '”' | '’' | ')'));
            let ends = space || (!c.is_ascii() && next.is_some());
            if ends && !(matches!(c, '.' | '．') && self.abbreviates(unit, at)) && !is_of_name(unit, at) {
                piece = Some(&unit[at..]);
            }
        }
        piece
    }

    /// Whether the dot at `at` belongs to the word before it: a letter, a number of two digits, a label that begins a line
    /// or a known abbreviation; or what follows begins no sentence.
    fn abbreviates(&self, unit: &str, at: usize) -> bool {
        let word = prose::last_word(&unit[..at]).trim_start_matches(['(', '[', '*', '_', '"']);
        let length = word.chars().take(6).count();
        let marks = |c: char| {
            matches!(c, '.' | '．' | ' ' | '(' | '[' | '*' | '_' | '"' | '“' | '„' | '«' | '-' | '£' | '$' | '€')
        };
        let first = unit[at..].chars().take(16).find(|c| !marks(*c));
        if first.is_some_and(char::is_lowercase) || (length <= 4 && first.is_some_and(char::is_numeric)) {
            return true;
        }
        let begins = || {
            let before = unit[..at - word.len()].trim_end_matches(['(', '[', '*', '_', '>', ' ']);
            before.is_empty() || before.ends_with('\n')
        };
        let marked = |c: char| c.is_numeric() || c.is_uppercase();
        length <= 1
            || word.contains('.')
            || (length <= 2 && word.chars().all(char::is_numeric))
            || (length <= 4 && word.chars().all(marked) && begins())
            || self.ending.abbreviations.contains(&word.to_lowercase())
    }

    /// Whether another sentence of the post ends in an ellipsis.
    pub(super) fn trails_off(&self) -> bool {
        let own = self.span.end - last_unit(self.text).1.len();
        let trails = |text: &str| {
            text.match_indices(['…', '.']).any(|(at, mark)| {
                let rest = &text[at + mark.len()..];
                prose::ends_in_ellipsis(&text[..at + mark.len()]) && rest.chars().next().is_none_or(char::is_whitespace)
            })
        };
        let document = self.document();
        let is_prose = |kind| matches!(kind, BlockKind::Paragraph | BlockKind::Quote | BlockKind::List { .. });
        let blocks = document.blocks[..=self.index].iter().filter(|block| is_prose(block.kind));
        blocks
            .map(|block| document.text(Span::new(block.span.start, block.span.end.min(own).max(block.span.start))))
            .any(trails)
    }

    /// Tells a few words that stand on lines of their own behind a finished text, or below a picture.
    pub(super) fn set_apart(&self, above: &str, visible: &str, end: usize, found: Found) -> Found {
        let before = self.index.checked_sub(1).map(|before| &self.document().blocks[before]);
        let text_before = before.map_or("", |block| self.document().text(block.span));
        let pictured = match above.trim_end().lines().next_back() {
            Some(line) => is_picture(line),
            None => before.is_some_and(|block| block.kind == BlockKind::Paragraph) && is_picture(text_before),
        };
        let few_words = if found.state == State::ShortFunctionWord { is_sentence } else { is_long };
        if pictured && !few_words(visible) {
            return found.also(Modifier::Caption);
        }
        let speech = found.state == State::ShortFunctionWord
            && (ends_phrases(visible) || matches!(self.last_word(end), Last::Doubtful(_)));
        let line = matches!(found.state, State::Line | State::LineUnsure);
        let whole = matches!(found.state, State::Sentences | State::SentencesUnsure) && above.trim().is_empty();
        let few = is_few(visible) || (line && !is_long(visible) && self.is_postscript(visible));
        let apart = (line || speech || whole) && few && self.follows_finished(above);
        if apart { found.also(Modifier::Coda) } else { found }
    }

    /// Whether the last paragraph is a stanza, as those before it are: lines that are shorter than wrapped ones.
    pub(super) fn is_among_stanzas(&self) -> bool {
        let short = |line: &str| {
            let most = if measure(line).1 == SHORT[0] { VERSE[1] } else { VERSE[0] };
            line.chars().count() <= most && !line.trim_start().starts_with(['-', '+', '|'])
        };
        let stanza = |text: &str| text.lines().count() >= 2 && text.lines().all(short);
        if !stanza(self.text) {
            return false;
        }
        let before =
            self.document().blocks[..self.index].iter().rev().filter(|block| block.kind == BlockKind::Paragraph);
        let near: Vec<&str> = before.take(4).map(|block| self.document().text(block.span)).collect();
        near.iter().filter(|text| stanza(text)).count() * 4 >= near.len() * 3 && near.len() >= 2
    }

    /// Whether the last paragraph explains a term or tells of a day, as the one before does, and ends in another term or in
    /// a few words behind its last full stop.
    pub(super) fn ends_entry(&self, unit: &str, piece: &str) -> bool {
        let is_entry = |text: &str| {
            let term = text.strip_prefix("**").and_then(|inner| inner.split_once("**"));
            term.is_some_and(|(term, rest)| is_few(term) && rest.chars().any(char::is_alphanumeric))
        };
        let refers = unit.trim_end().ends_with(['*', '_']) && !unit.trim_end().ends_with("**");
        let few = is_few(piece.trim_start_matches(|c: char| prose::is_terminal(c) || c.is_whitespace()));
        (refers || few) && is_entry(self.text) && self.paragraph_before().is_some_and(is_entry)
    }

    /// Whether the lines behind `above` begin with the label of a postscript.
    fn is_postscript(&self, visible: &str) -> bool {
        let label = visible.split_whitespace().next().unwrap_or_default().trim_matches(['*', '_', '.', ':', '(']);
        self.ending.postscripts.contains(&label.to_lowercase())
    }

    /// Whether a finished text comes before the lines behind `above`, with a few words of the same kind between at most:
    /// a greeting, a place, the name of whoever it is for.
    fn follows_finished(&self, above: &str) -> bool {
        let above = above.trim();
        if !above.is_empty() && (prose::finished(above) || !is_few(above)) {
            return prose::finished(above);
        }
        for block in self.document().blocks[..self.index].iter().rev().take(4) {
            let text = self.document().text(block.span);
            match block.kind {
                BlockKind::Paragraph | BlockKind::Quote => match prose::stop(text).0 {
                    Stop::Terminal | Stop::Informal | Stop::Ellipsis | Stop::Colon => return true,
                    _ if is_few(text) || (!is_long(text) && prose::stop(text).0 != Stop::Word) => {}
                    _ => return false,
                },
                BlockKind::List { .. } | BlockKind::Code { .. } | BlockKind::Table | BlockKind::Html => return true,
                BlockKind::Rule => {}
                _ => return false,
            }
        }
        false
    }
}

/// Whether a word may begin behind `text`.
fn stands_before(text: &str) -> bool {
    text.chars().next_back().is_none_or(|c| !c.is_alphabetic() || measure(text).1 == SHORT[0])
}

/// Steps through menus, with an arrow between each two.
pub(super) fn is_path(piece: &str) -> bool {
    [" -> ", " → ", " > ", " ➔ ", " ➜ ", " » ", " ▸ ", " › "].iter().any(|arrow| piece.matches(arrow).count() >= 2)
}

/// Whether a heading is more of a last line than of a title: a notice of rights, a name behind a dash, a whole sentence.
pub(super) fn is_closing(title: &str) -> bool {
    let title = title.trim_start_matches(['*', '_', ' ']);
    let notice = ["©", "&copy;", "(c) ", "copyright "]
        .iter()
        .any(|mark| title.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark)));
    let signed = ["—", "–", "--"].iter().any(|dash| title.starts_with(dash));
    let sentence = title.contains(['。', '！', '？']) || (title.contains(", ") && title.split_whitespace().count() > 6);
    notice || signed || sentence
}

/// At most three words behind `!` or `?`: a name, a greeting, a tag.
pub(super) fn is_call(piece: &str) -> bool {
    let words = piece.trim_start_matches(prose::is_terminal);
    let few = if measure(words).1 == SHORT[0] { measure(words).0 <= 6 } else { words.split_whitespace().count() <= 3 };
    let signed = words.trim_start().starts_with(['/', '~', '#']);
    few && (signed || piece.starts_with(['!', '?', '！', '？', '؟']))
}

/// So few words behind a whole sentence that people who write Japanese or Korean as they speak leave out what follows.
pub(super) fn is_spoken(piece: &str) -> bool {
    let words = piece.trim_start_matches(|c: char| prose::is_terminal(c) || c.is_whitespace());
    let kana =
        words.chars().any(|c| prose::script(c) == Script::Kana) && words.chars().filter(|c| !c.is_ascii()).count() <= 8;
    kana || (words.chars().any(|c| prose::script(c) == Script::Hangul) && words.split_whitespace().count() <= 2)
}

/// A round bracket that is open at the end of a clause in Chinese, Japanese or Korean, with a word in it or none.
pub(super) fn is_open_for_fun(visible: &str) -> bool {
    let Some(at) = visible.rfind(['（', '(']) else { return false };
    let (before, inside) = (visible[..at].trim_end(), visible[at..].trim_start_matches(['（', '(']));
    let is_eastern = |c: char| matches!(prose::script(c), Script::Han | Script::Kana | Script::Hangul);
    let eastern =
        before.chars().rev().take(4).any(is_eastern) || before.chars().next_back().is_some_and(char::is_numeric);
    eastern && inside.chars().count() <= 4 && inside.chars().all(is_eastern)
}

/// Numbers between commas, and an ellipsis for those that follow.
pub(super) fn is_series(visible: &str) -> bool {
    let rest = visible.trim_end_matches(['.', '…', ' ']);
    rest.strip_suffix(',').is_some_and(|rest| rest.ends_with(char::is_numeric))
}

/// Few enough words for a name, a place with a date, or a wish.
fn is_few(visible: &str) -> bool {
    let (size, short) = measure(visible);
    size <= if short == SHORT[0] { 12 } else { 4 }
}

/// Whether particles end phrases in the language of these words, as they do in Japanese and Korean.
fn ends_phrases(visible: &str) -> bool {
    visible.chars().any(|c| matches!(prose::script(c), Script::Kana | Script::Hangul))
}

fn is_picture(line: &str) -> bool {
    let line = line.trim();
    (line.starts_with("![") || line.starts_with("[![")) && line.ends_with([')', ']', '}', '\\'])
}

/// Whether the mark at `at` belongs to a word in Latin letters in a text without spaces: `sort! 方法`.
fn is_of_name(unit: &str, at: usize) -> bool {
    let word = unit[..at].ends_with(|c: char| c.is_ascii_alphabetic()) && unit[at..].starts_with(['!', '?']);
    let next = || unit[at + 1..].trim_start().chars().next();
    word && next().is_some_and(|next| prose::script(next).unspaced())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_may_be_a_part_of_a_name() {
        for (unit, expected) in
            [("多数 sort! 方法", true), ("Yahoo! is old", false), ("好的! 方法", false), ("Run! ", false)]
        {
            let at = unit.find('!').unwrap();
            assert_eq!(is_of_name(unit, at), expected, "{unit}");
        }
    }
}
