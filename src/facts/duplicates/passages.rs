//! The words of an article, every five of which in a row are a passage. Case, punctuation, markup and the addresses of
//! links do not count.

/// In words.
pub const PASSAGE: usize = 5;

/// A word as a number: of Latin and other scripts with spaces each word, of others each character. Of it the lowest bit says
/// whether a digit is in it.
pub type Word = u64;

/// An article that was read to be compared word by word.
#[derive(Debug)]
pub struct Article {
    words: Vec<Word>,
}

/// What two articles have in common.
#[derive(Debug, Clone, Copy)]
pub struct Share {
    /// Of all passages of the two, so many in a hundred stand in both.
    pub percent: usize,
    /// So many at most where one number is as good as another: passages without a number differ all the same.
    pub but_for_numbers: usize,
}

impl Article {
    pub fn read(text: &str) -> Self {
        // A Chinese character is a word of three bytes.
        let mut words = Vec::with_capacity(text.len() / 3 + 1);
        each_word(text, |word| words.push(word));
        Self { words }
    }

    pub fn share(&self, other: &Self) -> Share {
        let Union { len, both, differ, .. } = Union::of(&self.words, &other.words);
        let all = len + both;
        Share { percent: percent(both, len), but_for_numbers: percent(all - differ, all) }
    }

    /// The percentage where one number is as good as another.
    pub fn share_but_for_numbers(&self, other: &Self) -> usize {
        let union = Union::of(&self.unnumbered(), &other.unnumbered());
        percent(union.both, union.len)
    }

    fn unnumbered(&self) -> Vec<Word> {
        self.words.iter().map(|word| if is_number(*word) { 1 } else { *word }).collect()
    }
}

fn percent(part: usize, all: usize) -> usize {
    part * 100 / all.max(1)
}

const fn is_number(word: Word) -> bool {
    word & 1 == 1
}

/// The passages of two articles, each once. As they are hashes already, the set needs no hash of its own: each stands at
/// the first free place from where its high bits point.
#[derive(Debug)]
struct Union {
    /// A power of two, a third of it free at least, which is naught. The lowest bits of each passage say whose it is.
    places: Vec<u64>,
    /// Of a passage all bits but those that point to a place.
    shift: u32,
    len: usize,
    /// How many stand in both.
    both: usize,
    /// How many stand in one only and have no number.
    differ: usize,
}

const ONE: u64 = 1;
const OTHER: u64 = 2;
const BOTH: u64 = ONE | OTHER;

impl Union {
    /// Copies mostly have a beginning and an end in common, which is looked at once for the two.
    fn of(one: &[Word], other: &[Word]) -> Self {
        let begin = one.iter().zip(other).take_while(|(one, other)| one == other).count();
        let rests = one[begin..].iter().rev().zip(other[begin..].iter().rev());
        let end = rests.take_while(|(one, other)| one == other).count();
        let words = one.len() + other.len() - begin - end;
        let bits = (words + words / 2).max(2).next_power_of_two().trailing_zeros();
        let mut union = Self { places: vec![0; 1 << bits], shift: u64::BITS - bits, len: 0, both: 0, differ: 0 };
        union.insert(&one[..begin], BOTH);
        union.insert(&one[one.len() - end..], BOTH);
        // Passages reach into what is common.
        let reach = PASSAGE - 1;
        for (words, side) in [(one, ONE), (other, OTHER)] {
            let to = words.len().min(words.len() - end + reach);
            union.insert(&words[begin.saturating_sub(reach)..to], side);
        }
        union
    }

    /// Adds the passages of some words of an article, or of both of them.
    fn insert(&mut self, words: &[Word], side: u64) {
        each_passage(words, |hash, words| {
            let passage = hash & !BOTH;
            let place = self.place(passage);
            let plain = || usize::from(!words.iter().any(|word| is_number(*word)));
            match (self.places[place] & BOTH, side) {
                (0, BOTH) => (self.len, self.both) = (self.len + 1, self.both + 1),
                (0, _) => (self.len, self.differ) = (self.len + 1, self.differ + plain()),
                (ONE, OTHER) => (self.both, self.differ) = (self.both + 1, self.differ - plain()),
                _ => {}
            }
            self.places[place] |= passage | side;
        });
    }

    /// Where a passage stands, or would.
    #[expect(clippy::cast_possible_truncation, reason = "as many bits as there are places")]
    fn place(&self, passage: u64) -> usize {
        let most = self.places.len() - 1;
        let mut place = (passage >> self.shift) as usize;
        while self.places[place] != 0 && self.places[place] & !BOTH != passage {
            place = (place + 1) & most;
        }
        place
    }
}

/// The words of a passage are the digits of a number to this base, so that each new word costs the same however long a
/// passage is.
const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

/// Calls `found` for every five words in a row, with one number for them.
fn each_passage(words: &[Word], mut found: impl FnMut(u64, &[Word])) {
    const OUT: u64 = BASE.wrapping_pow(PASSAGE as u32);
    let digit = |sum: u64, word: &Word| sum.wrapping_mul(BASE).wrapping_add(*word);
    let (mut sum, mut out) = (words.iter().take(PASSAGE - 1).fold(0, digit), 0);
    for passage in words.windows(PASSAGE) {
        sum = digit(sum, &passage[PASSAGE - 1]).wrapping_sub(out);
        found(sum, passage);
        out = passage[0].wrapping_mul(OUT);
    }
}

/// Calls `found` for every word of a text, in order.
///
/// Most of most texts is ASCII or from U+4E00 to U+9FFF, with a little punctuation; to ask the tables of Unicode for each
/// character is slow. What `found` counts stays in registers only where all of this is part of its caller.
#[inline(always)]
pub fn each_word(text: &str, mut found: impl FnMut(Word)) {
    let mut rest = text.as_bytes();
    // Up to here no parenthesis closes.
    let mut unclosed = 0;
    loop {
        let mut three = first_three(rest);
        while is_han(three) {
            found(alone(three));
            rest = &rest[3..];
            three = first_three(rest);
        }
        let (part, after) = match rest {
            [] => return,
            [b'(', after @ ..] => (Part::Gap, &after[destination(text, after, &mut unclosed)..]),
            [byte @ ..0x80, after @ ..] if !byte.is_ascii_alphanumeric() => (Part::Gap, after),
            [byte @ ..0x80, after @ ..] => (Part::Letter(u64::from(*byte)), after),
            _ if is_punctuation(three) => (Part::Gap, &rest[3..]),
            _ => Part::at(text, rest),
        };
        rest = match part {
            Part::Gap => after,
            Part::Word(bytes) => {
                found(alone(bytes));
                after
            }
            Part::Letter(_) => {
                let (word, after) = letters(text, rest);
                found(word);
                after
            }
        };
    }
}

/// A character that is a word by itself, by its bytes; never odd.
fn alone(bytes: u32) -> Word {
    u64::from(bytes).wrapping_mul(BASE - 1)
}

/// The first three bytes of a text as one number; naught where it has fewer.
const fn first_three(text: &[u8]) -> u32 {
    match *text {
        // That four are read at once is half the work.
        [first, second, third, fourth, ..] => u32::from_be_bytes([first, second, third, fourth]) >> 8,
        [first, second, third] => u32::from_be_bytes([0, first, second, third]),
        _ => 0,
    }
}

/// Whether three bytes are one of U+4E00 to U+9FFF.
const fn is_han(three: u32) -> bool {
    matches!(three, 0xE4_B8_80..=0xE9_BF_BF)
}

/// Whether three bytes are what Chinese has most of beside: one of U+2010 to U+2027, U+3000 to U+3020, U+FF01 to U+FF20, but
/// for letters and digits.
const fn is_punctuation(three: u32) -> bool {
    matches!(
        three,
        0xE2_80_90..=0xE2_80_A7
            | 0xE3_80_80..=0xE3_80_84
            | 0xE3_80_88..=0xE3_80_A0
            | 0xEF_BC_81..=0xEF_BC_8F
            | 0xEF_BC_9A..=0xEF_BC_A0
    )
}

/// The word of letters and digits that begins `rest`, the end of `text`, and what stands behind.
fn letters<'a>(text: &str, mut rest: &'a [u8]) -> (Word, &'a [u8]) {
    let (mut word, mut has_digit) = (START, false);
    loop {
        let run = Run::at(rest);
        if run.len > 0 {
            word = add(word, run.letters);
            has_digit |= run.has_digit;
            rest = &rest[run.len..];
        }
        match rest {
            [..0x80, ..] if run.len == Run::MOST => {}
            [] | [..0x80 | 0xE4..=0xE9, ..] => break,
            _ if is_punctuation(first_three(rest)) => break,
            _ => {
                let (Part::Letter(letter), after) = Part::at(text, rest) else { break };
                word = add(word, letter);
                rest = after;
            }
        }
    }
    (word & !1 | u64::from(has_digit), rest)
}

/// The letters and digits of ASCII that a text begins with, a few at most.
struct Run {
    len: usize,
    /// Small ones, in one number.
    letters: u64,
    has_digit: bool,
}

impl Run {
    const MOST: usize = 8;

    /// All eight bytes are looked at in one number, as a word has five letters and a number costs as much as a byte.
    fn at(text: &[u8]) -> Self {
        const EACH: u64 = 0x0101_0101_0101_0101;
        const HIGH: u64 = 0x80 * EACH;
        let eight = text.first_chunk().copied().unwrap_or_else(|| {
            let mut eight = [0; Self::MOST];
            eight[..text.len()].copy_from_slice(text);
            eight
        });
        let text = u64::from_le_bytes(eight);
        let small = text | (0x20 * EACH);
        // The highest bit of each byte of ASCII that is no less; without highest bits no byte adds to the next.
        let from = |bytes: u64, least: u8| (bytes & !HIGH) + (0x80 - u64::from(least)) * EACH;
        let letters = from(small, b'a') & !from(small, b'z' + 1);
        let digits = from(text, b'0') & !from(text, b'9' + 1);
        let others = (!(letters | digits) | text) & HIGH;
        let len = others.trailing_zeros() / 8;
        let run = u64::MAX.unbounded_shr(u64::BITS - 8 * len);
        Self { len: len as usize, letters: small & run, has_digit: digits & run & HIGH != 0 }
    }
}

/// FNV-1a, with several bytes at a time and a factor that reaches all bits.
const START: u64 = 0xcbf2_9ce4_8422_2325;

const fn add(hash: u64, part: u64) -> u64 {
    (hash ^ part).wrapping_mul(BASE)
}

/// What a character is to words.
enum Part {
    /// A small one.
    Letter(u64),
    /// One that is a word by itself, in a script without spaces: its bytes.
    Word(u32),
    /// Neither; an address too.
    Gap,
}

impl Part {
    /// What begins `rest`, the end of `text`, and what stands behind it.
    fn at<'a>(text: &str, rest: &'a [u8]) -> (Self, &'a [u8]) {
        let c = text[text.len() - rest.len()..].chars().next().unwrap_or_default();
        let (bytes, after) = rest.split_at(c.len_utf8());
        let part = match u32::from(c) {
            0x0E00..=0x0EFF
            | 0x1000..=0x109F
            | 0x1780..=0x17FF
            | 0x3040..=0x30FF
            | 0x3400..=0x9FFF
            | 0xF900..=0xFAFF
            | 0x20000..=0x3FFFF => {
                if c.is_alphabetic() {
                    Self::Word(bytes.iter().fold(0, |all, byte| all << 8 | u32::from(*byte)))
                } else {
                    Self::Gap
                }
            }
            number if c.is_alphanumeric() => Self::Letter(u64::from(number)),
            _ => Self::Gap,
        };
        (part, after)
    }
}

/// How long the address of a link is that begins `rest`, the end of the text from a parenthesis on, and is closed on this
/// line; naught where there is none. Where the line was read to its end in vain, `unclosed` becomes that end.
fn destination(text: &str, rest: &[u8], unclosed: &mut usize) -> usize {
    let at = text.len() - rest.len();
    if at < *unclosed || !text.as_bytes()[..at].ends_with(b"](") {
        return 0;
    }
    match memchr::memchr2(b'\n', b')', rest) {
        Some(length) if rest[length] == b')' => length,
        end => {
            *unclosed = end.map_or(text.len(), |length| at + length);
            0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_do_not_depend_on_markup_and_addresses() {
        let all = |text: &str| Article::read(text).words;
        let plain = all("Bees sleep at night in the old hive 蜜蜂在夜里睡觉");
        assert_eq!(plain.len(), 8 + 7);
        assert_eq!(all("**Bees** sleep [at night](https://a.test/b) in\nthe old hive: 蜜蜂，在夜里睡觉。"), plain);
        for (words, expected) in [(&plain[..], 8 + 7 - 4), (&plain[..5], 1), (&plain[..4], 0)] {
            let mut passages = Vec::new();
            each_passage(words, |passage, words| passages.push((passage, words.to_vec())));
            assert_eq!(passages.len(), expected);
            passages.dedup_by_key(|(passage, _)| *passage);
            assert_eq!(passages.len(), expected);
        }
    }

    #[test]
    fn words_end_where_their_script_does() {
        let words = |text: &str| Article::read(text).words;
        for (text, expected) in
            [("élan vital", 2), ("a1蜂b", 3), ("かな、カナ", 4), ("一二〇x", 3), ("[a](b c)d(e)", 3), ("", 0)]
        {
            assert_eq!(words(text).len(), expected, "{text}");
        }
        // However far it is to the end of the text, and however long the word is.
        for word in ["a", "eight888", "ninechars", "sixteen-letters1x", "Straßenbahnhaltestelle", "é", "蜂", "か"] {
            let (alone, behind) = (words(word), words(&format!("x {word} and more of it")));
            assert_eq!(alone, behind[1..=alone.len()], "{word}");
            assert_eq!(alone, words(&word.to_ascii_uppercase()), "{word}");
        }
    }

    #[test]
    fn a_word_of_ascii_is_letters_and_digits() {
        for byte in 0..=u8::MAX {
            for (at, has_digit) in [(0, false), (7, false), (3, true)] {
                let mut text = *b"abcdefghi";
                text[1] = if has_digit { b'7' } else { b'b' };
                text[at] = byte;
                let run = Run::at(&text);
                let is_part = byte.is_ascii_alphanumeric();
                assert_eq!(run.len, if is_part { Run::MOST } else { at }, "{byte}");
                assert_eq!(run.has_digit, (at > 1 && has_digit) || (is_part && byte.is_ascii_digit()), "{byte}");
            }
        }
    }

    #[test]
    fn numbers_may_count_or_not() {
        let [one, other, third] =
            ["So it is 3 in a4 b here", "so it is 4 in a7 b here", "so it is 4 in a7 b there"].map(Article::read);
        assert_eq!(one.share(&one).percent, 100);
        assert_eq!((one.share(&other).percent, one.share(&other).but_for_numbers), (0, 100));
        assert_eq!(one.share_but_for_numbers(&other), 100);
        assert_eq!(one.share_but_for_numbers(&third), 60);
        assert_eq!(one.share(&Article::read("")).percent, 0);
    }

    #[test]
    fn what_is_shared_does_not_depend_on_where_it_stands() {
        let words = |from: u32, to: u32| (from..to).map(|word| format!("{} ", "x".repeat(word as usize))).collect();
        let [first, second, third]: [String; 3] = [words(1, 21), words(21, 41), words(41, 61)];
        let article = |parts: [&String; 3]| Article::read(&parts.map(String::as_str).concat());
        let (one, empty) = (article([&first, &second, &third]), String::new());
        for (other, both, all) in [
            (article([&first, &second, &third]), 56, 56),
            // A passage that stands twice counts once.
            (article([&first, &first, &first]), 16, 60),
            (article([&first, &empty, &third]), 32, 60),
            (article([&empty, &second, &empty]), 16, 56),
            (article([&third, &second, &first]), 48, 64),
        ] {
            for (one, other) in [(&one, &other), (&other, &one)] {
                assert_eq!(one.share(other).percent, both * 100 / all);
                assert_eq!(one.share(other).but_for_numbers, 2 * both * 100 / (all + both));
            }
        }
    }

    #[test]
    fn a_passage_without_numbers_that_differs_is_no_matter_of_numbers() {
        let text = |word: &str| format!("{word} {}", "all of it is here 1 2 3 4 5 ".repeat(2));
        let share = Article::read(&text("first")).share(&Article::read(&text("second")));
        assert!(share.but_for_numbers < 100, "{share:?}");
    }
}
