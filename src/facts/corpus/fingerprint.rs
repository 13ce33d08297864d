//! What stays the same when a block is repeated: its words, its words without what fills the gaps, the names in it.

use std::cell::OnceCell;

use xxhash_rust::xxh3::xxh3_64;

use crate::source::Span;

/// A block as seen by the miner.
#[derive(Debug, Clone, Default)]
pub struct Fingerprint {
    /// The words: case, digits, punctuation and markup do not count.
    pub exact: u64,
    /// The words around links, addresses, numbers and quotations; none where too little is left.
    pub skeleton: Option<u64>,
}

/// Less than this many letters beside the gaps say nothing.
const LEAST_LETTERS: usize = 6;

impl Fingerprint {
    /// None for a block with too few letters to tell it from any other. `words` is room to work in.
    pub fn of(text: &str, words: &mut String) -> Option<Self> {
        let whole = normalise(text, false, words);
        if whole.letters < LEAST_LETTERS {
            return None;
        }
        let exact = xxh3_64(words.as_bytes());
        if !whole.gaps {
            return Some(Self { exact, skeleton: Some(exact) });
        }
        let rest = normalise(text, true, words);
        let skeleton = (rest.letters >= LEAST_LETTERS).then(|| xxh3_64(words.as_bytes()));
        Some(Self { exact, skeleton })
    }

    /// One or two.
    pub fn keys(&self) -> impl Iterator<Item = u64> {
        std::iter::once(self.exact).chain(self.skeleton.filter(|skeleton| *skeleton != self.exact))
    }
}

/// What was written.
struct Normal {
    letters: usize,
    /// Whether there may be something that differs from copy to copy.
    gaps: bool,
}

/// Writes the words of `text` to `words`, in small letters with one space between; `gaps` leaves out what differs from
/// copy to copy.
fn normalise(text: &str, gaps: bool, words: &mut String) -> Normal {
    words.clear();
    words.reserve(text.len());
    let mut normal = Normal { letters: 0, gaps: false };
    let mut rest = text;
    loop {
        let (run, letters) = plain_run(rest.as_bytes());
        words.push_str(&rest[..run]);
        normal.letters += letters;
        rest = &rest[run..];
        let Some(c) = rest.chars().next() else { break };
        let mut taken = c.len_utf8();
        match c {
            'h' if let Some(address) = address_at(rest) => {
                push(words, if gaps { "\u{1}" } else { host(address) });
                normal.gaps = true;
                taken = address.len();
            }
            'a'..='z' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' | '\u{3041}'..='\u{3096}' => {
                words.push(c);
                normal.letters += 1;
            }
            'A'..='Z' => {
                words.push(c.to_ascii_lowercase());
                normal.letters += 1;
            }
            '[' | '「' | '《' | '“' => {
                normal.gaps = true;
                match gaps.then(|| gap_at(rest)).flatten() {
                    Some(gap) => {
                        push(words, "\u{2}");
                        taken = gap;
                    }
                    None => push(words, ""),
                }
            }
            '0'..='9' => push_digit(words),
            '\u{200B}'..='\u{200F}' | '\u{FEFF}' | '\u{FE0F}' | '\u{AD}' => {}
            '\0'..='\x7F' | '\u{2010}'..='\u{2027}' | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' => {
                push(words, "")
            }
            '\u{FF01}'..='\u{FF0F}' | '\u{FF1A}'..='\u{FF20}' => push(words, ""),
            _ if c.is_alphabetic() => {
                words.extend(c.to_lowercase());
                normal.letters += 1;
            }
            _ if c.is_numeric() => push_digit(words),
            _ => push(words, ""),
        }
        rest = &rest[taken..];
    }
    let end = words.trim_end_matches(' ').len();
    words.truncate(end);
    normal
}

/// How many bytes of small letters and ideographs `text` begins with, and how many characters they are; up to what may be
/// an address. They stay as they are.
fn plain_run(text: &[u8]) -> (usize, usize) {
    let (mut at, mut letters) = (0, 0);
    while let Some(byte) = text.get(at) {
        at += match byte {
            b'h' if text[at..].starts_with(b"http") => break,
            b'a'..=b'z' => 1,
            // U+5000 to U+9FFF.
            0xE5..=0xE9 => 3,
            _ => break,
        };
        letters += 1;
    }
    (at, letters)
}

/// Any number is a single naught.
fn push_digit(words: &mut String) {
    if !words.ends_with('0') {
        words.push('0');
    }
}

/// A word between spaces.
fn push(words: &mut String, word: &str) {
    if !words.is_empty() && !words.ends_with(' ') {
        words.push(' ');
    }
    if !word.is_empty() {
        words.push_str(word);
        words.push(' ');
    }
}

/// The address that `text` begins with.
fn address_at(text: &str) -> Option<&str> {
    let after = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let start = text.len() - after.len();
    let ends = |c: char| !c.is_ascii() || c.is_ascii_whitespace() || ")>\"'`]|".contains(c);
    Some(&text[..after.find(ends).map_or(text.len(), |end| start + end)])
}

fn host(address: &str) -> &str {
    let after = address.split_once("://").map_or(address, |(_, after)| after);
    after.split(['/', '?', '#']).next().unwrap_or_default().trim_start_matches("www.")
}

/// How many bytes of a gap `text` begins with: the words of a link, or a short quotation.
fn gap_at(text: &str) -> Option<usize> {
    const LONGEST: usize = 300;
    let close = match text.chars().next()? {
        '[' => ']',
        '「' => '」',
        '《' => '》',
        '“' => '”',
        _ => return None,
    };
    let reach = text.floor_char_boundary(LONGEST.min(text.len()));
    let end = text[..reach].find(close)?;
    let is_link = close != ']' || text[end + 1..].starts_with(['(', '[']);
    is_link.then(|| end + close.len_utf8())
}

/// A name in a text.
#[derive(Debug)]
pub struct Name {
    /// In bytes of the text.
    pub place: Span,
    /// Leads to the texts about it that are written in the same script: a translation shares no words.
    pub key: u64,
}

/// For each byte, whether it may stand in a name.
static IN_NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'.' || byte as u8 == b'-';
        byte += 1;
    }
    table
};

/// Names in a block: hosts, and words in Latin letters with a capital that is not the first of a sentence in that script.
pub fn names(text: &str) -> Vec<Name> {
    const MOST: usize = 24;
    let mut names: Vec<Name> = Vec::new();
    let bytes = text.as_bytes();
    let latin = OnceCell::new();
    let is_latin = || *latin.get_or_init(|| is_latin(text));
    let in_word = |at: usize| bytes.get(at).is_some_and(|byte| IN_NAME[usize::from(*byte)]);
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        while in_word(at) {
            at += 1;
        }
        let end = at;
        at += 1;
        if end - start < 4 {
            continue;
        }
        let part = &text[start..end];
        let word = part.trim_start_matches(['.', '-']);
        let start = start + (part.len() - word.len());
        let word = word.trim_end_matches(['.', '-']);
        if word.len() < 4 || names.len() == MOST {
            continue;
        }
        let capitals = word.bytes().filter(u8::is_ascii_uppercase).count();
        let is_capital = capitals >= 2 || (word.as_bytes()[0].is_ascii_uppercase() && !is_latin());
        if (is_capital || is_host(word)) && names.iter().all(|name| name.place.of(text) != word) {
            let key = xxh3_64(word.to_ascii_lowercase().as_bytes()) ^ u64::from(is_latin());
            names.push(Name { place: Span::new(start, start + word.len()), key });
        }
    }
    names
}

/// What leads to the texts about the same name that are written in the other script.
pub const fn in_the_other_script(key: u64) -> u64 {
    key ^ 1
}

/// Whether no letter is of another script than the Latin one, roughly.
fn is_latin(text: &str) -> bool {
    text.is_ascii() || !text.chars().any(|c| matches!(c, '\u{370}'..='\u{1DFF}' | '\u{2E80}'..='\u{D7FF}'))
}

fn is_host(word: &str) -> bool {
    word.rsplit_once('.').is_some_and(|(name, top)| {
        !name.is_empty() && (2..=6).contains(&top.len()) && top.bytes().all(|b| b.is_ascii_lowercase())
    })
}

/// What a block is made of: words, and pairs of characters where a script writes no spaces. Sorted, each once.
pub fn features(text: &str) -> Vec<u32> {
    let mut words = String::new();
    normalise(text, false, &mut words);
    let mut features = Vec::new();
    for word in words.split(' ').filter(|word| !word.is_empty()) {
        if word.is_ascii() {
            // The little words that every sentence has say nothing.
            if word.len() < 4 {
                continue;
            }
            features.push(fold(word.as_bytes()));
            continue;
        }
        let mut previous: Option<(usize, char)> = None;
        for (at, c) in word.char_indices() {
            if let Some((start, _)) = previous {
                features.push(fold(&word.as_bytes()[start..at + c.len_utf8()]));
            }
            previous = Some((at, c));
        }
    }
    features.sort_unstable();
    features.dedup();
    features
}

#[expect(clippy::cast_possible_truncation, reason = "half a hash is enough to tell words apart")]
fn fold(bytes: &[u8]) -> u32 {
    xxh3_64(bytes) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_with_other_markup_and_numbers_are_the_same() {
        let one = Fingerprint::of("**Read** 12 more posts at [our site](https://www.bees.test/a).", &mut String::new())
            .unwrap();
        let two = Fingerprint::of("Read 7 more posts at our  site https://bees.test/b", &mut String::new()).unwrap();
        assert_eq!(one.exact, two.exact);
    }

    #[test]
    fn the_skeleton_forgets_links() {
        let one = Fingerprint::of(
            "The post [Bees](https://a.test/1) appeared first on [A](https://a.test).",
            &mut String::new(),
        )
        .unwrap();
        let two = Fingerprint::of(
            "The post [Wasps](https://a.test/2) appeared first on [A](https://a.test).",
            &mut String::new(),
        )
        .unwrap();
        assert_ne!(one.exact, two.exact);
        assert_eq!(one.skeleton, two.skeleton);
    }

    #[test]
    fn names_stand_out_of_chinese_text() {
        let text = "探索 BeeWorld，了解 bees 和 www.bees.test 的新闻";
        let found: Vec<&str> = names(text).iter().map(|name| name.place.of(text)).collect();
        assert_eq!(found, ["BeeWorld", "www.bees.test"]);
    }
}
