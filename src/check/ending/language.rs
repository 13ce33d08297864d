//! Whether the last word of a text can end a sentence in the language that the text is written in.

use std::collections::{BTreeMap, HashSet};

use crate::document::prose::{Script, script};

/// Endings of a language that is read from the end of the text, longest first.
#[derive(Debug)]
pub struct Suffixes {
    cut: HashSet<String>,
    whole: HashSet<String>,
    finished: HashSet<String>,
    /// Characters that follow a word without belonging to it.
    loose: HashSet<char>,
    /// In characters.
    longest: usize,
}

impl Suffixes {
    pub fn new(cut: &str, whole: &str, finished: &str, loose: &str) -> Self {
        let set = |list: &str| list.split_whitespace().map(str::to_owned).collect::<HashSet<_>>();
        let (cut, whole, finished) = (set(cut), set(whole), set(finished));
        let longest = cut.iter().chain(&whole).chain(&finished).map(|word| word.chars().count()).max().unwrap_or(0);
        let loose = loose.chars().filter(|c| !c.is_whitespace()).collect();
        Self { cut, whole, finished, loose, longest }
    }

    fn suffix<'a>(&self, text: &'a str, set: &HashSet<String>) -> Option<&'a str> {
        let starts: Vec<usize> = text.char_indices().rev().take(self.longest).map(|(at, _)| at).collect();
        starts.into_iter().rev().map(|at| &text[at..]).find(|suffix| set.contains(*suffix))
    }

    /// The ending that needs more text after it.
    fn unfinished<'a>(&self, text: &'a str) -> Option<&'a str> {
        let cut = self.suffix(text, &self.cut)?;
        self.suffix(text, &self.whole).is_none_or(|whole| whole.len() <= cut.len()).then_some(cut)
    }
}

/// What the last word says.
#[derive(Debug, PartialEq, Eq)]
pub enum Last<'a> {
    /// It needs more text after it.
    Unfinished(&'a str),
    /// The same, and by a list that nobody measured, or by a word that ends sentences often enough.
    Doubtful(&'a str),
    /// It ends a sentence without a mark.
    Finished,
    /// It says nothing.
    Plain,
    /// Sentences of this script need no mark.
    Abstain,
}

/// The word that `text` breaks off in: its last letters stand elsewhere in it, and there every time as the beginning of
/// the same longer word.
pub fn broken_word<'a>(text: &'a str, endings: &BTreeMap<String, Suffixes>) -> Option<&'a str> {
    let last = text.chars().next_back()?;
    if script(last).unspaced() { broken_pair(text, endings) } else { broken_prefix(text) }
}

/// Two characters that are always followed by the same third one.
fn broken_pair<'a>(text: &'a str, endings: &BTreeMap<String, Suffixes>) -> Option<&'a str> {
    let at = text.char_indices().rev().nth(1).map(|(at, _)| at)?;
    let (before, pair) = text.split_at(at);
    let writing = pair.chars().next_back().map(script)?;
    if !pair.chars().all(|c| matches!(script(c), Script::Han | Script::Kana)) {
        return None;
    }
    let is_loose = |c: char| endings.values().any(|language| language.loose.contains(&c));
    let mut wholes = memchr::memmem::find_iter(before.as_bytes(), pair).map(|at| {
        let after = before[at + pair.len()..].chars().next().filter(|c| script(*c) == writing && !is_loose(*c));
        after.map(|c| &before[at..at + pair.len() + c.len_utf8()])
    });
    let whole = wholes.next()??;
    let mut times = 1;
    for other in wholes {
        if other != Some(whole) {
            return None;
        }
        times += 1;
    }
    (times > 1).then_some(whole)
}

/// The beginning of words that are longer by at least two letters, and never a word of its own.
fn broken_prefix(text: &str) -> Option<&str> {
    let mut words = word_list(text);
    let last = words.next().filter(|word| word.chars().take(3).count() == 3)?;
    let mut whole = None;
    let mut times = 0;
    for rest in words.filter_map(|word| word.strip_prefix(last).map(|rest| (word, rest))) {
        match rest {
            (_, "") => return None,
            (word, rest) if rest.chars().nth(1).is_some() => {
                whole = Some(word);
                times += 1;
            }
            _ => return None,
        }
    }
    whole.filter(|_| times > 1)
}

/// How much text is read to tell the language, in bytes.
const WINDOW: usize = 4000;

/// `text` is the article up to its last letter.
pub fn last_word<'a>(
    text: &'a str,
    words: &BTreeMap<String, HashSet<String>>,
    doubtful: &BTreeMap<String, HashSet<String>>,
    endings: &BTreeMap<String, Suffixes>,
) -> Last<'a> {
    let Some(c) = text.chars().next_back() else { return Last::Plain };
    if is_unmarked(text) {
        let word = endings.get("th").and_then(|thai| thai.unfinished(text));
        return word.map_or(Last::Abstain, Last::Doubtful);
    }
    match script(c) {
        Script::Unmarked => Last::Abstain,
        Script::Han if !has_kana(text) => by_suffix(text, endings.get("zh")),
        Script::Han | Script::Kana => by_suffix(text, endings.get("ja")),
        Script::Hangul => by_suffix(text, endings.get("ko")),
        Script::Other => Last::Plain,
        _ => by_word(text, words, doubtful),
    }
}

/// Whether the text before a foreign name at its end is in a script without sentence marks.
fn is_unmarked(text: &str) -> bool {
    let (mut unmarked, mut all) = (0, 0);
    for script in text.chars().rev().take(200).map(script) {
        unmarked += usize::from(script == Script::Unmarked);
        all += usize::from(script != Script::Other);
    }
    unmarked * 2 > all
}

fn has_kana(text: &str) -> bool {
    text.chars().rev().take(300).any(|c| ('\u{3041}'..='\u{3096}').contains(&c))
}

fn by_suffix<'a>(text: &'a str, suffixes: Option<&Suffixes>) -> Last<'a> {
    let Some(suffixes) = suffixes else { return Last::Plain };
    if let Some(cut) = suffixes.unfinished(text) {
        Last::Unfinished(cut)
    } else if suffixes.suffix(text, &suffixes.finished).is_some() {
        Last::Finished
    } else {
        Last::Plain
    }
}

fn by_word<'a>(
    text: &'a str,
    words: &BTreeMap<String, HashSet<String>>,
    doubtful: &BTreeMap<String, HashSet<String>>,
) -> Last<'a> {
    let Some(last) = word_list(text).next() else { return Last::Plain };
    // Capitals are names and titles: `IN`, `The The`.
    if last.chars().next().is_some_and(char::is_uppercase) && last.chars().count() > 1 {
        return Last::Plain;
    }
    let lower = last.to_lowercase();
    if !words.values().any(|list| list.contains(&lower)) {
        return Last::Plain;
    }
    match language(text, words) {
        Some((name, list)) if list.contains(&lower) => {
            let is_doubtful = doubtful.get(name).is_some_and(|list| list.contains(&lower));
            if is_doubtful { Last::Doubtful(last) } else { Last::Unfinished(last) }
        }
        _ => Last::Plain,
    }
}

/// The words of `text` from the last to the first.
fn word_list(text: &str) -> impl Iterator<Item = &str> {
    text.rsplit(|c: char| {
        !(c.is_alphanumeric() || matches!(c, '\'' | '’' | '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}'))
    })
    .filter(|word| !word.is_empty())
}

/// The name and the function words of the language that uses most of them at the end of `text`.
fn language<'a>(text: &str, words: &'a BTreeMap<String, HashSet<String>>) -> Option<(&'a String, &'a HashSet<String>)> {
    let mut start = text.len().saturating_sub(WINDOW);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let mut counts = vec![0usize; words.len()];
    let mut all = 0usize;
    for word in word_list(&text[start..]).skip(1) {
        let word = word.to_lowercase();
        all += 1;
        for (count, list) in counts.iter_mut().zip(words.values()) {
            *count += usize::from(list.contains(&word));
        }
    }
    let (language, count) = words.iter().zip(&counts).max_by_key(|(_, count)| **count)?;
    let next = counts.iter().filter(|other| **other < *count).max().copied().unwrap_or_default();
    let is_alone = counts.iter().filter(|other| *other == count).count() == 1;
    // Where words take many endings, few others are needed, and no language but one has them. One word may be a letter of a
    // formula.
    let is_clear = *count > 2 && is_alone && *count >= 2 * next && count * 25 >= all;
    (*count > 1 && count * 10 >= all || is_clear).then_some(language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_word_is_known_by_the_whole_one() {
        let endings = BTreeMap::from([("zh".to_owned(), Suffixes::new("", "", "", "了"))]);
        let cases = [
            ("A compressor is a pump. The compressor was old. We sold the compr", Some("compressor")),
            // It is a word of its own.
            ("The pump of pumps. The pumping pumper. We sold the pump", None),
            // Singular and plural.
            ("All projects are old. These projects ended. See the project", None),
            ("语言模型很大。新的语言模型更大。他们研发了大规模的语言模", Some("言模型")),
            // What follows is no part of the word.
            ("他保留了一份。我也保留了一份。这里保留", None),
            ("", None),
        ];
        for (text, whole) in cases {
            assert_eq!(broken_word(text, &endings), whole, "{text:?}");
        }
    }
}
