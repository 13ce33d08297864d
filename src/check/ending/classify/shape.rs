//! What lines and words look like: how much they say, how a list, a verse and a signature are set.

use std::borrow::Cow;

use crate::document::prose::{self, Stop};

/// Splits a paragraph before its last lines that belong together: after a line that ends a sentence or breaks hard.
pub(super) fn last_unit(text: &str) -> (&str, &str) {
    let at = text.len() - last_lines(text, |line| breaks_hard(line) || prose::finished(line)).len();
    (text[..at].strip_suffix('\n').unwrap_or_default(), &text[at..])
}

/// The last lines after one that breaks hard.
pub(super) fn last_hard_line(text: &str) -> &str {
    last_lines(text, breaks_hard)
}

/// The last lines after one that `ends`.
fn last_lines(text: &str, ends: impl Fn(&str) -> bool) -> &str {
    let mut start = text.len();
    while let Some(at) = text[..start].rfind('\n') {
        let above = &text[..at];
        let line = &above[above.rfind('\n').map_or(0, |at| at + 1)..];
        if at + 1 < text.len() && ends(line) {
            return &text[at + 1..];
        }
        start = at;
        if text.len() - start > 4000 {
            break;
        }
    }
    text
}

fn breaks_hard(line: &str) -> bool {
    line.ends_with("  ") || line.ends_with('\\') || line.ends_with("<br>")
}

/// The size of a text against [`SHORT`]: characters for scripts without spaces, words otherwise.
pub(super) fn measure(text: &str) -> (usize, usize) {
    let (mut unspaced, mut letters) = (0, 0);
    for c in text.chars().take(400) {
        unspaced += usize::from(prose::script(c).unspaced());
        letters += usize::from(c.is_alphanumeric());
    }
    if unspaced * 3 > letters { (unspaced, SHORT[0]) } else { (text.split_whitespace().take(60).count(), SHORT[1]) }
}

pub(super) fn is_long(text: &str) -> bool {
    let (size, short) = measure(text);
    size >= short
}

/// Long enough to be more than a greeting or a label.
pub(super) fn is_sentence(text: &str) -> bool {
    let (size, short) = measure(text);
    size * 2 >= short
}

/// Short lines most of which end without a mark: verse, addresses, lists by hand.
pub(super) fn is_verse(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(60).collect();
    let Some((_, others)) = lines.split_last() else { return false };
    let open = others.iter().filter(|line| !prose::finished(line) && !is_long(line)).count();
    others.len() >= 2 && open * 2 > others.len()
}

/// No sentence but names or topics: many short pieces between commas in a script with spaces, between spaces in one
/// without; or a single foreign word behind the last full stop; or a line that is numbered like the one above it.
pub(super) fn is_enumeration(above: &str, unit: &str) -> bool {
    let line_above = above.lines().next_back().unwrap_or_default();
    if is_numbered(unit) && is_numbered(line_above) {
        return true;
    }
    let last = unit.rsplit(prose::is_terminal).next().unwrap_or_default().trim();
    let words = last.split_whitespace();
    if measure(unit).1 == SHORT[1] {
        let pieces = |text: &str| text.split([',', '，', '、', '،', ';']).count();
        // Behind a colon they are fewer words still.
        let listed = last.rsplit(':').next().unwrap_or_default();
        (pieces(unit) >= 5 && unit.split_whitespace().count() <= pieces(unit) * 3)
            || (pieces(listed) >= 5
                && listed.len() < last.len()
                && listed.split_whitespace().count() <= pieces(listed) * 2)
    } else if last.is_ascii() {
        words.count() == 1
    } else {
        words.clone().count() >= 4
            && words.clone().all(|word| word.chars().count() <= 8)
            && !last.contains(['，', '、'])
    }
}

/// A line behind a number, or behind a letter as questions and choices have them: `2)`, `B.`, `A1.`
pub(super) fn is_numbered(line: &str) -> bool {
    let line = line.trim_start_matches(['*', '_', ' ']);
    let letter = line.chars().next().filter(|c| c.is_alphabetic()).map_or(0, char::len_utf8);
    let rest = line[letter..].trim_start_matches(char::is_numeric);
    // A backslash keeps `1.` from being a list.
    let mark = rest.strip_prefix('\\').unwrap_or(rest);
    rest.len() < line.len() && mark.starts_with(['.', '、', ')', '）', '．'])
}

/// What stands behind the number of a line.
pub(super) fn behind_number(line: &str) -> &str {
    let mark = line.char_indices().take(8).find(|(_, c)| matches!(c, '.' | '、' | ')' | '）' | '．'));
    mark.map_or(line, |(at, c)| &line[at + c.len_utf8()..])
}

/// Whether one pair of marks of emphasis holds the whole text: whoever cuts it short does not close them.
pub(super) fn is_set_off(unit: &str) -> bool {
    let unit = unit.trim();
    ["**", "__", "*", "_"].iter().any(|mark| {
        let inner = unit.strip_prefix(mark).and_then(|inner| inner.strip_suffix(mark));
        inner.is_some_and(|inner| !inner.is_empty() && !inner.contains(mark))
    })
}

/// A line that is emphasised as a whole: a name, a caption.
pub(super) fn is_emphasis(unit: &str) -> bool {
    let unit = unit.trim();
    ['*', '_'].iter().any(|mark| unit.len() > 2 && unit.starts_with(*mark) && unit.ends_with(*mark))
}

/// A name behind a dash at the end of a finished sentence: `Thank you! — Anna`.
fn ends_in_name(unit: &str) -> bool {
    let at = unit.char_indices().rev().take(40).find(|(_, c)| matches!(c, '—' | '–' | '-')).map(|(at, _)| at);
    at.is_some_and(|at| {
        let few = || unit[at..].split_whitespace().count() <= 5 && unit[..at].ends_with(' ');
        match prose::stop(&unit[..at]).0 {
            Stop::Terminal | Stop::Informal => true,
            Stop::Closer => few(),
            _ => false,
        }
    })
}

const DASHES: [char; 4] = ['—', '–', '-', '~'];

/// One word with a capital behind a finished sentence: `See you next week :). Cheers`.
pub(super) fn ends_in_farewell(visible: &str) -> bool {
    let word = prose::last_word(visible);
    let before = visible[..visible.len() - word.len()].trim_end();
    let capital = word.chars().next().is_some_and(char::is_uppercase);
    capital && word.chars().all(char::is_alphabetic) && word.chars().count() >= 3 && prose::finished(before)
}

/// A motto: a short line between two dashes.
pub(super) fn is_motto(unit: &str) -> bool {
    unit.starts_with(DASHES) && unit.ends_with(DASHES) && unit.chars().count() <= 60
}

pub(super) fn is_signature(above: &str, unit: &str) -> bool {
    let dash = unit.starts_with(DASHES) && unit.chars().count() <= 60;
    let greeted = above.trim_end().ends_with([',', '，']) && !is_sentence(unit);
    let within = unit
        .rsplit_once('\n')
        .is_some_and(|(above, last)| above.trim_end().ends_with(',') && last.split_whitespace().count() <= 4);
    dash || greeted || within || ends_in_name(unit)
}

/// Scripts without spaces: a comma within. Other scripts show by their length that this is a sentence.
pub(super) fn has_inner_mark(unit: &str) -> bool {
    measure(unit).1 == SHORT[1] || unit.contains(['，', '、', '；', '：', ','])
}

/// `text` as a reader sees it: links by their words.
pub(super) fn link_text(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    if memchr::memchr3(b'[', b'*', b'_', bytes).is_none() && memchr::memchr(b']', bytes).is_none() {
        return text.trim().into();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("](") {
        plain.push_str(&rest[..at]);
        rest = rest[at..].find(')').map_or("", |close| &rest[at + close + 1..]);
    }
    plain.push_str(rest);
    plain.retain(|c| !matches!(c, '[' | '*' | '_'));
    plain.trim().to_owned().into()
}

pub(super) fn last_chars(text: &str, count: usize) -> &str {
    text.char_indices().rev().take(count).last().map_or("", |(at, _)| &text[at..])
}

/// A short line has fewer characters (scripts without spaces) or words (others) than these.
pub(super) const SHORT: [usize; 2] = [18, 12];
