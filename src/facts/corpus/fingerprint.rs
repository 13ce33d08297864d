//! What stays the same when a block is repeated: its words, its words without what fills the gaps, the names in it.

use std::{
    cell::OnceCell,
    num::{NonZeroU32, NonZeroU64},
};

use xxhash_rust::xxh3::xxh3_64;

use crate::{facts::phrases::head, source::Span};

/// A block as seen by the miner: hashes, kept for each block of each post. To save the room of a sign for "none", none is
/// naught; one text in 2⁶⁴ has that hash and is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint {
    exact: NonZeroU64,
    skeleton: Option<NonZeroU64>,
}

/// Less than this many letters beside the gaps say nothing.
const LEAST_LETTERS: usize = 6;

impl Fingerprint {
    /// None for a block with too few letters to tell it from any other. `words` is room to work in.
    pub fn of(text: &str, words: &mut Words) -> Option<Self> {
        words.read(text, usize::MAX);
        if words.letters < LEAST_LETTERS {
            return None;
        }
        let exact = NonZeroU64::new(xxh3_64(&words.all))?;
        if !words.gaps {
            return Some(Self { exact, skeleton: Some(exact) });
        }
        let is_enough = words.letters - words.letters_in_gaps >= LEAST_LETTERS;
        let skeleton = if is_enough { NonZeroU64::new(xxh3_64(&words.around_gaps)) } else { None };
        Some(Self { exact, skeleton })
    }

    /// Of the words: case, digits, punctuation and markup do not count.
    pub const fn exact(&self) -> u64 {
        self.exact.get()
    }

    /// Of the words around links, addresses, numbers and quotations; none where too little is left.
    pub fn skeleton(&self) -> Option<u64> {
        self.skeleton.map(NonZeroU64::get)
    }

    /// Whether there is anything that differs from copy to copy.
    pub fn has_gaps(&self) -> bool {
        self.skeleton != Some(self.exact)
    }

    /// One or two.
    pub fn keys(&self) -> impl Iterator<Item = u64> {
        std::iter::once(self.exact).chain(self.skeleton.filter(|skeleton| *skeleton != self.exact)).map(NonZeroU64::get)
    }
}

/// How a block begins: hashes of its first words. Most blocks are read no further, as no other post has one that begins in the
/// same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beginning {
    all: NonZeroU32,
    /// Of the words around the gaps; none where too little is left.
    around_gaps: Option<NonZeroU32>,
}

/// So many bytes of words are the beginning.
const BEGINNING: usize = 32;

impl Beginning {
    /// None for a block with too few letters to tell it from any other. `words` is room to work in.
    pub fn of(text: &str, words: &mut Words) -> Option<Self> {
        words.read(text, BEGINNING);
        if words.letters < LEAST_LETTERS {
            return None;
        }
        let hash =
            |words: &[u8]| NonZeroU32::new(fold(&words[..words.len().min(BEGINNING)])).unwrap_or(NonZeroU32::MAX);
        let all = hash(&words.all);
        if !words.gaps {
            return Some(Self { all, around_gaps: Some(all) });
        }
        let is_enough = words.letters - words.letters_in_gaps >= LEAST_LETTERS;
        Some(Self { all, around_gaps: is_enough.then(|| hash(&words.around_gaps)) })
    }

    /// The same for the same beginning.
    pub const fn sign(self) -> u64 {
        self.all.get() as u64
    }

    /// One or two: blocks with a fingerprint in common have one of these in common.
    pub fn keys(self) -> impl Iterator<Item = u32> {
        std::iter::once(self.all).chain(self.around_gaps.filter(|around| *around != self.all)).map(NonZeroU32::get)
    }
}

/// The words of a text, in small letters with one space between; room for those of one text after the other.
#[derive(Debug, Default)]
pub struct Words {
    all: Vec<u8>,
    /// How many characters of them are letters.
    letters: usize,
    /// Whether there is anything that differs from copy to copy: a gap.
    gaps: bool,
    /// The words without the gaps, which are a single byte each; complete where there are such.
    around_gaps: Vec<u8>,
    letters_in_gaps: usize,
    /// How many of all the words are in those around the gaps, or in a gap.
    done: usize,
    /// The gap that is being read.
    gap: Option<Gap>,
    /// Where the gaps are, in bytes of the text.
    slots: Vec<Span>,
}

#[derive(Debug, Clone, Copy)]
struct Gap {
    /// Where it ends, in bytes of the text.
    end: usize,
    /// How many letters stood before it.
    letters: usize,
}

/// Stand for an address and for another gap.
const ADDRESS: u8 = 1;
const GAP: u8 = 2;

/// What becomes of a character that starts with a byte.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// An ASCII letter.
    Letter,
    Digit,
    /// Other ASCII.
    Blank,
    /// A `:`, which may be that of an address.
    Colon,
    /// `[` and `]`.
    Bracket,
    /// The first of the three bytes of U+4000 to U+9FFF: most are ideographs.
    Ideograph,
    Other,
}

static CLASSES: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' => Class::Letter,
            b'0'..=b'9' => Class::Digit,
            b':' => Class::Colon,
            b'[' | b']' => Class::Bracket,
            0..0x80 => Class::Blank,
            0xE4..=0xE9 => Class::Ideograph,
            _ => Class::Other,
        };
        byte += 1;
    }
    classes
};

impl Words {
    /// Reads the words, or so many bytes of them that the first `enough` will stay the same whatever follows, of all words
    /// and of those around the gaps.
    fn read(&mut self, text: &str, enough: usize) {
        self.all.clear();
        self.around_gaps.clear();
        self.all.reserve(text.len().min(enough));
        (self.letters, self.letters_in_gaps, self.done) = (0, 0, 0);
        (self.gaps, self.gap) = (false, None);
        self.slots.clear();
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            if self.all.len() > enough && self.is_settled(enough) {
                break;
            }
            at += match CLASSES[usize::from(*byte)] {
                Class::Letter => self.add_letters(&bytes[at..]),
                Class::Ideograph => self.add_ideographs(text, at),
                Class::Blank => {
                    self.end_word();
                    1
                }
                Class::Digit => {
                    self.add_digit();
                    1
                }
                Class::Colon => self.add_address(text, at),
                // Most marks of Chinese and Japanese: U+3001, U+3002, U+FF01 to U+FF0F, U+FF1A to U+FF20.
                Class::Other if is_usual_mark(&bytes[at..]) => {
                    self.end_word();
                    3
                }
                Class::Bracket | Class::Other => self.add_other(text, at),
            };
        }
        if self.gaps {
            self.around_gaps.extend_from_slice(&self.all[self.done..]);
        }
        for words in [&mut self.all, &mut self.around_gaps] {
            if words.last() == Some(&b' ') {
                words.pop();
            }
        }
    }

    /// Whether the first `enough` bytes of all words and of those around the gaps stay the same whatever follows, and so
    /// does that there are enough letters.
    fn is_settled(&self, enough: usize) -> bool {
        // The scheme of an address is taken back, and so is a space at the end.
        let enough = enough + "https ".len();
        let around = self.around_gaps.len() + self.all.len() - self.done;
        self.gap.is_none()
            && self.all.len() >= enough
            && around >= enough
            && self.letters - self.letters_in_gaps >= LEAST_LETTERS + "https".len()
    }

    /// ASCII letters at the start of `rest`, not always all of them; says how many bytes were taken, as the others do.
    fn add_letters(&mut self, rest: &[u8]) -> usize {
        // All eight bytes are looked at, and written, at once.
        let head = head(rest);
        let letters = leading_letters(head);
        self.all.extend_from_slice(&head.to_le_bytes());
        self.all.truncate(self.all.len() - size_of_val(&head) + letters);
        self.letters += letters;
        letters
    }

    fn add_ideographs(&mut self, text: &str, at: usize) -> usize {
        let rest = &text.as_bytes()[at..];
        // U+5000 to U+9FFF, U+4E00 to U+4FFF.
        let is_one = |bytes: &&[u8; 3]| matches!(bytes[0], 0xE5..=0xE9) || bytes[0] == 0xE4 && bytes[1] >= 0xB8;
        let run = rest.as_chunks().0.iter().take_while(is_one).count();
        if run == 0 {
            return self.add_other(text, at);
        }
        self.all.extend_from_slice(&rest[..3 * run]);
        self.letters += run;
        3 * run
    }

    /// Any number is a single naught.
    fn add_digit(&mut self) {
        if self.all.last() != Some(&b'0') {
            self.all.push(b'0');
        }
    }

    fn end_word(&mut self) {
        if self.all.last().is_some_and(|last| *last != b' ') {
            self.all.push(b' ');
        }
    }

    /// The address whose scheme ends `at` a colon: of its words, those of the host stay.
    fn add_address(&mut self, text: &str, at: usize) -> usize {
        let scheme = ["https", "http"].into_iter().find(|scheme| text.as_bytes()[..at].ends_with(scheme.as_bytes()));
        let scheme = scheme.filter(|_| text.as_bytes()[at..].starts_with(b"://"));
        let Some(scheme) = scheme else {
            self.end_word();
            return 1;
        };
        self.all.truncate(self.all.len() - scheme.len());
        self.letters -= scheme.len();
        self.end_word();
        let address = &text[at..at + address_length(&text.as_bytes()[at..])];
        self.leave_out(ADDRESS, Span::new(at, at + address.len()));
        let host = host(address);
        self.all.extend_from_slice(host.as_bytes());
        self.end_word();
        if self.gap.is_none() {
            self.done = self.all.len();
        }
        address.len()
    }

    /// The character `at` a place, which may begin a gap or end one.
    fn add_other(&mut self, text: &str, at: usize) -> usize {
        let rest = &text[at..];
        let Some(c) = rest.chars().next() else { return 0 };
        match c {
            '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' | '\u{3041}'..='\u{3096}' => {
                self.add_char(c);
                self.letters += 1;
            }
            '[' | '「' | '《' | '“' => {
                self.end_word();
                if let Some(length) = self.gap.is_none().then(|| gap_at(rest)).flatten() {
                    self.leave_out(GAP, Span::new(at, at + length));
                    self.gap = Some(Gap { end: at + length, letters: self.letters });
                }
            }
            ']' | '」' | '》' | '”' => {
                self.end_word();
                if let Some(gap) = self.gap.take_if(|gap| gap.end == at + c.len_utf8()) {
                    self.letters_in_gaps += self.letters - gap.letters;
                    self.done = self.all.len();
                }
            }
            '\u{200B}'..='\u{200F}' | '\u{FEFF}' | '\u{FE0F}' | '\u{AD}' => {}
            '\u{2010}'..='\u{2027}' | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' => self.end_word(),
            '\u{FF01}'..='\u{FF0F}' | '\u{FF1A}'..='\u{FF20}' => self.end_word(),
            _ if c.is_alphabetic() => {
                c.to_lowercase().for_each(|c| self.add_char(c));
                self.letters += 1;
            }
            _ if c.is_numeric() => self.add_digit(),
            _ => self.end_word(),
        }
        c.len_utf8()
    }

    fn add_char(&mut self, c: char) {
        self.all.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }

    /// What comes now differs from copy to copy, if it is no part of something that does already.
    fn leave_out(&mut self, sign: u8, place: Span) {
        if self.gap.is_none() {
            self.gaps = true;
            self.slots.push(place);
            self.around_gaps.extend_from_slice(&self.all[self.done..]);
            self.around_gaps.extend_from_slice(&[sign, b' ']);
        }
    }
}

/// Where a text has what differs from copy to copy: the words of links, quotations, and addresses from their `://` on.
pub fn gaps(text: &str) -> Vec<Span> {
    let mut words = Words::default();
    words.read(text, usize::MAX);
    words.slots
}

/// How many of the bytes of a [`head`] are ASCII letters, up to the first that is none.
fn leading_letters(head: u64) -> usize {
    const EACH: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = 0x80 * EACH;
    // The high bit of each byte tells: without it, additions do not reach the next byte.
    let low = head & !HIGH;
    let from_a = low + (0x80 - b'a' as u64) * EACH;
    let behind_z = low + (0x7F - b'z' as u64) * EACH;
    let others = !from_a | behind_z | head;
    ((others & HIGH).trailing_zeros() / u8::BITS) as usize
}

const fn is_usual_mark(text: &[u8]) -> bool {
    matches!(text, [0xE3, 0x80, 0x81 | 0x82, ..] | [0xEF, 0xBC, 0x81..=0x8F | 0x9A..=0xA0, ..])
}

/// How many bytes of `text` belong to an address.
fn address_length(text: &[u8]) -> usize {
    let ends = |byte: &u8| !byte.is_ascii() || byte.is_ascii_whitespace() || b")>\"'`]|".contains(byte);
    text.iter().position(ends).unwrap_or(text.len())
}

/// Of an address from its `://` on.
pub fn host(address: &str) -> &str {
    let after = address.strip_prefix("://").unwrap_or(address);
    let mut host = &after[..after.find(['/', '?', '#']).unwrap_or(after.len())];
    while let Some(rest) = host.strip_prefix("www.") {
        host = rest;
    }
    host
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

/// What a byte is in a name: bits, so that those of several can be put together.
static IN_NAME: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = match byte as u8 {
            b'A'..=b'Z' => PART | CAPITAL,
            b'.' => PART | DOT,
            b'a'..=b'z' | b'0'..=b'9' | b'-' => PART,
            _ => 0,
        };
        byte += 1;
    }
    table
};
const PART: u8 = 1;
const CAPITAL: u8 = 2;
const DOT: u8 = 4;

/// A shorter word is no name. In bytes.
const SHORTEST: usize = 4;

/// Names in a block: hosts, and words in Latin letters with a capital that is not the first of a sentence in that script.
pub fn names(text: &str) -> Vec<Name> {
    const MOST: usize = 24;
    let mut names: Vec<Name> = Vec::new();
    let bytes = text.as_bytes();
    let latin = OnceCell::new();
    let is_latin = || *latin.get_or_init(|| is_latin(text));
    let mut small = Vec::new();
    let mut at = 0;
    while let Some(start) = next_word(bytes, at)
        && names.len() < MOST
    {
        let word = bytes[start..].iter().map(kind).take_while(|kind| *kind != 0);
        let (length, kinds) = word.fold((0, 0), |(length, kinds), kind| (length + 1, kinds | kind));
        at = start + length;
        // Most words have small letters only.
        if kinds == PART {
            continue;
        }
        let place = without_edges(bytes, Span::new(start, at));
        if place.len() < SHORTEST {
            continue;
        }
        let word = &bytes[place.start..place.end];
        let capitals = word.iter().filter(|byte| byte.is_ascii_uppercase()).count();
        let is_capital = capitals >= 2 || (word[0].is_ascii_uppercase() && !is_latin());
        let is_known = |name: &Name| name.place.len() == word.len() && &bytes[name.place.start..name.place.end] == word;
        if (is_capital || kinds & DOT != 0 && is_host(word)) && !names.iter().any(is_known) {
            small.clear();
            small.reserve(word.len().max(64));
            small.extend_from_slice(word);
            small.make_ascii_lowercase();
            names.push(Name { place, key: xxh3_64(&small) ^ u64::from(is_latin()) });
        }
    }
    names
}

/// See [`IN_NAME`].
fn kind(byte: &u8) -> u8 {
    IN_NAME[usize::from(*byte)]
}

/// Where the next word starts from `at` on; words that are too short for a name may be passed over.
fn next_word(text: &[u8], mut at: usize) -> Option<usize> {
    // No word that is long enough lies between two bytes that are in none and so far apart.
    let outside = |bytes: &&[u8; SHORTEST]| kind(&bytes[SHORTEST - 1]) == 0;
    at += SHORTEST * text[at..].as_chunks().0.iter().take_while(outside).count();
    let near = text.get(at..at + SHORTEST)?;
    Some(at + near.iter().rposition(|byte| kind(byte) == 0).map_or(0, |before| before + 1))
}

/// Some names, told apart from most other words by little of each: a text is looked at closely only where it has a word that
/// may be one of them.
#[derive(Debug, Default)]
pub struct Sought {
    starts: Marks,
    wholes: Marks,
}

impl Sought {
    pub fn add(&mut self, name: &str) {
        self.starts.add(start_of(name.as_bytes()));
        self.wholes.add(whole_of(name.as_bytes()));
    }

    /// Adds a name that nobody knows.
    pub const fn add_any(&mut self) {
        self.starts = Marks([u64::MAX; MARKS / 64]);
        self.wholes = Marks([u64::MAX; MARKS / 64]);
    }

    /// Whether `text` may have one of the names, in any case.
    pub fn may_be_in(&self, text: &str) -> bool {
        let text = text.as_bytes();
        let mut at = 0;
        while let Some(start) = next_word(text, at) {
            at = start + text[start..].iter().take_while(|byte| kind(byte) != 0).count();
            let word = &text[start..at];
            // Nearly all words begin otherwise.
            if self.starts.has(start_of(word)) || matches!(word.first(), Some(b'.' | b'-')) {
                let place = without_edges(text, Span::new(start, at));
                let word = &text[place.start..place.end];
                if self.starts.has(start_of(word)) && self.wholes.has(whole_of(word)) {
                    return true;
                }
            }
        }
        false
    }
}

/// A set of small numbers.
#[derive(Debug)]
struct Marks([u64; MARKS / 64]);

const MARKS: usize = 1024;

impl Default for Marks {
    fn default() -> Self {
        Self([0; MARKS / 64])
    }
}

impl Marks {
    const fn add(&mut self, mark: usize) {
        self.0[mark % MARKS / 64] |= 1 << (mark % 64);
    }

    const fn has(&self, mark: usize) -> bool {
        self.0[mark % MARKS / 64] & 1 << (mark % 64) != 0
    }
}

/// A mark of how a name starts, the same for capitals and small letters.
fn start_of(name: &[u8]) -> usize {
    name.first_chunk().map_or(0, |start: &[u8; 2]| small(start[0]) * 31 + small(start[1]))
}

/// A mark of a name's length and how it ends.
fn whole_of(name: &[u8]) -> usize {
    start_of(name) + name.len() * 37 + name.last().map_or(0, |last| small(*last) * 5)
}

/// A letter as a small one.
fn small(byte: u8) -> usize {
    usize::from(byte | b' ')
}

/// Without the dots and dashes at both ends.
fn without_edges(text: &[u8], place: Span) -> Span {
    let is_edge = |byte: &&u8| matches!(byte, b'.' | b'-');
    let word = &text[place.start..place.end];
    let start = place.start + word.iter().take_while(is_edge).count();
    let end = place.end - word.iter().rev().take_while(is_edge).count();
    Span::new(start, end.max(start))
}

/// What leads to the texts about the same name that are written in the other script.
pub const fn in_the_other_script(key: u64) -> u64 {
    key ^ 1
}

/// Whether no letter is of another script than the Latin one, roughly.
fn is_latin(text: &str) -> bool {
    text.is_ascii() || !text.chars().any(|c| matches!(c, '\u{370}'..='\u{1DFF}' | '\u{2E80}'..='\u{D7FF}'))
}

fn is_host(word: &[u8]) -> bool {
    memchr::memrchr(b'.', word).is_some_and(|dot| {
        let top = &word[dot + 1..];
        dot > 0 && (2..=6).contains(&top.len()) && top.iter().all(u8::is_ascii_lowercase)
    })
}

/// What a block is made of: words, and pairs of characters where a script writes no spaces. Sorted, each once. `words` is
/// room to work in.
pub fn features(text: &str, words: &mut Words) -> Vec<u32> {
    words.read(text, usize::MAX);
    // Pairs of characters of three bytes are the most that there can usually be.
    let mut features = Vec::with_capacity(words.all.len() / 3);
    for word in words.all.split(|byte| *byte == b' ').filter(|word| !word.is_empty()) {
        if word.is_ascii() {
            // The little words that every sentence has say nothing.
            if word.len() >= 4 {
                features.push(fold(word));
            }
            continue;
        }
        let length = |at: usize| LENGTHS[usize::from(word[at] >> 4)];
        let (mut start, mut middle) = (0, length(0));
        while middle < word.len() {
            let end = middle + length(middle);
            features.push(fold(&word[start..end]));
            (start, middle) = (middle, end);
        }
    }
    features.sort_unstable();
    features.dedup();
    features
}

/// How many bytes a character has that begins with a byte with these high bits.
const LENGTHS: [usize; 16] = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 4];

#[expect(clippy::cast_possible_truncation, reason = "half a hash is enough to tell words apart")]
fn fold(bytes: &[u8]) -> u32 {
    xxh3_64(bytes) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_with_other_markup_and_numbers_are_the_same() {
        let one =
            Fingerprint::of("**Read** 12 more posts at [our site](https://www.bees.test/a).", &mut Words::default())
                .unwrap();
        let two = Fingerprint::of("Read 7 more posts at our  site https://bees.test/b", &mut Words::default()).unwrap();
        assert_eq!(one.exact(), two.exact());
    }

    #[test]
    fn the_skeleton_forgets_links() {
        let one = Fingerprint::of(
            "The post [Bees](https://a.test/1) appeared first on [A](https://a.test).",
            &mut Words::default(),
        )
        .unwrap();
        let two = Fingerprint::of(
            "The post [Wasps](https://a.test/2) appeared first on [A](https://a.test).",
            &mut Words::default(),
        )
        .unwrap();
        assert_ne!(one.exact(), two.exact());
        assert_eq!(one.skeleton(), two.skeleton());
    }

    #[test]
    fn blocks_with_a_fingerprint_in_common_begin_alike() {
        let long = "and so on, as it has been for many years in this garden of ours";
        let filling = "蜜蜂在花园里飞来飞去，一年又一年";
        for (one, two) in [
            (format!("**Read** 12 more posts, {long}"), format!("read 7 more POSTS {long}.")),
            (format!("See [bees](/a) in May, {long}"), format!("See [wasps and more](/a) in May, {long}")),
            (format!("{filling}{filling}《蜜蜂》{long}"), format!("{filling}{filling}《黄蜂》{long}")),
            (format!("《蜜蜂》{filling}{filling}"), format!("“一”{filling}{filling}")),
            (
                format!("So many letters of wordshttps://a.test/b {long}"),
                format!("So many letters of words https://b.test {long}"),
            ),
            (
                format!("So many little letters of words https {long}"),
                format!("so many little letters of words HTTPS: {long}"),
            ),
            ("It is the end.".to_owned(), "It is the END".to_owned()),
        ] {
            let words = &mut Words::default();
            let keys = |text: &str, words: &mut Words| Fingerprint::of(text, words).unwrap().keys().collect::<Vec<_>>();
            let begins = |text: &str, words: &mut Words| Beginning::of(text, words).unwrap().keys().collect::<Vec<_>>();
            let (keys, other_keys) = (keys(&one, words), keys(&two, words));
            assert!(keys.iter().any(|key| other_keys.contains(key)), "{one}: {two}");
            let (begins, other_begins) = (begins(&one, words), begins(&two, words));
            assert!(begins.iter().any(|key| other_begins.contains(key)), "{one}: {two}");
        }
        assert_ne!(
            Beginning::of("Bees sleep in the winter.", &mut Words::default()),
            Beginning::of("Wasps sleep in the winter.", &mut Words::default())
        );
    }

    #[test]
    fn words_are_small_letters_and_gaps_are_one_sign() {
        for (text, all, around_gaps) in [
            ("Ten (10) THOUSAND bees, 1,000 more", "ten 0 thousand bees 0 0 more", None),
            ("See our Http site: https bees", "see our http site https bees", None),
            (
                "[not a link] and [one](/a) at last",
                "not a link and one a at last",
                Some("not a link and \u{2} a at last"),
            ),
            ("morehttps://www.bees.test/a?b, more", "more bees.test more", Some("more \u{1} more")),
            ("https://bees.test", "bees.test", Some("\u{1}")),
            ("a https:///b?c d", "a d", Some("a \u{1} d")),
            ("看《蜜蜂“一”》和「黄蜂」", "看 蜜蜂 一 和 黄蜂", Some("看 \u{2} 和 \u{2}")),
            ("[https://a.test](https://b.test) 《", "a.test b.test", Some("\u{2} \u{1}")),
            ("丏一丁\u{4DFF}ÉТ가 㐀", "丏一丁 éт가 㐀", None),
            ("longwordsofmanyletters@END", "longwordsofmanyletters end", None),
        ] {
            let mut words = Words::default();
            words.read(text, usize::MAX);
            assert_eq!(String::from_utf8_lossy(&words.all), all, "{text}");
            let around = words.gaps.then(|| String::from_utf8_lossy(&words.around_gaps).into_owned());
            assert_eq!(around.as_deref(), around_gaps, "{text}");
            assert_eq!(
                words.letters,
                all.chars().filter(|c| c.is_alphabetic()).count() - letters_of_hosts(all),
                "{text}"
            );
        }
    }

    /// Those count as no letters of the text.
    fn letters_of_hosts(words: &str) -> usize {
        let hosts = words.split(' ').filter(|word| word.contains('.'));
        hosts.flat_map(str::chars).filter(|c| c.is_alphabetic()).count()
    }

    #[test]
    fn names_of_the_least_length_are_found_anywhere() {
        for (text, name) in [
            ("BEES", "BEES"),
            ("蜜蜂BEES", "BEES"),
            ("BEES蜜蜂", "BEES"),
            ("a BEES", "BEES"),
            ("ab.BEES.", "ab.BEES"),
            ("bees BEE a.io", "a.io"),
            ("abcdefgHIj", "abcdefgHIj"),
        ] {
            let found: Vec<&str> = names(text).iter().map(|name| name.place.of(text)).collect();
            assert_eq!(found, [name], "{text}");
        }
    }

    #[test]
    fn a_text_that_has_a_sought_name_is_looked_at() {
        let mut sought = Sought::default();
        assert!(!sought.may_be_in("BeeWorld"));
        sought.add("BeeWorld");
        sought.add("a.bees");
        for text in ["BeeWorld", "了解BEEWORLD的", "see (beeworld).", "-BeeWorld-", "...A.Bees.", "the world of a.bees"]
        {
            assert!(sought.may_be_in(text), "{text}");
        }
        for text in ["", "Bee", "BeeWorlds", "a BeeWo rld", "xBeeWorld"] {
            assert!(!sought.may_be_in(text), "{text}");
        }
        sought.add_any();
        assert!(sought.may_be_in("any word"));
    }

    #[test]
    fn names_stand_out_of_chinese_text() {
        let text = "探索 BeeWorld，了解 bees 和 www.bees.test 的新闻";
        let found: Vec<&str> = names(text).iter().map(|name| name.place.of(text)).collect();
        assert_eq!(found, ["BeeWorld", "www.bees.test"]);
    }
}
