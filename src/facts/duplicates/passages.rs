//! The passages of an article, every five words in a row, as numbers. Case, punctuation, markup and the addresses of links
//! do not count.

use std::cell::OnceCell;

/// In words.
pub const PASSAGE: usize = 5;

/// An article that was read to be compared word by word.
#[derive(Debug)]
pub struct Article {
    /// Of each the lowest bit says whether a digit is in it.
    words: Vec<u64>,
    passages: OnceCell<Set>,
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
        let Words { list: mut words, numbers } = Words::of(text);
        words.iter_mut().for_each(|word| *word &= !1);
        numbers.into_iter().for_each(|number| words[number] |= 1);
        Self { words, passages: OnceCell::new() }
    }

    pub fn share(&self, other: &Self) -> Share {
        let (one, other) = (self.passages(), other.passages());
        let (both, plain) = one.in_both(other);
        let (all, differ) = (one.len + other.len, one.plain + other.plain - 2 * plain);
        Share { percent: percent(both, all - both), but_for_numbers: percent(all.saturating_sub(differ), all) }
    }

    /// The percentage where one number is as good as another.
    pub fn share_but_for_numbers(&self, other: &Self) -> usize {
        let (one, other) = (self.unnumbered(), other.unnumbered());
        let (both, _) = one.in_both(&other);
        percent(both, one.len + other.len - both)
    }

    fn passages(&self) -> &Set {
        self.passages.get_or_init(|| Set::of(&self.words))
    }

    fn unnumbered(&self) -> Set {
        let alike = |word: &u64| if is_number(*word) { 1 } else { *word };
        Set::of(&self.words.iter().map(alike).collect::<Vec<_>>())
    }
}

fn percent(part: usize, all: usize) -> usize {
    part * 100 / all.max(1)
}

const fn is_number(word: u64) -> bool {
    word & 1 == 1
}

/// The passages of an article, each once. As they are hashes already, the set needs no hash of its own: each stands at the
/// first free place from where its low bits point.
#[derive(Debug)]
struct Set {
    /// A power of two, at least half of it free, which is naught. Of each passage the highest bit says whether a number is
    /// in it.
    places: Vec<u64>,
    len: usize,
    /// How many have no number.
    plain: usize,
}

const NUMBERED: u64 = 1 << 63;

impl Set {
    fn of(words: &[u64]) -> Self {
        let mut set = Self { places: vec![0; (words.len() * 2).next_power_of_two()], len: 0, plain: 0 };
        for (passage, words) in in_rows(words).zip(words.windows(PASSAGE)) {
            let numbered = is_number(words.iter().fold(0, |all, word| all | word));
            set.insert(if numbered { passage | NUMBERED } else { (passage & !NUMBERED).max(1) });
        }
        set
    }

    fn insert(&mut self, passage: u64) {
        let place = self.place(passage);
        if self.places[place] == 0 {
            self.places[place] = passage;
            self.len += 1;
            self.plain += usize::from(passage < NUMBERED);
        }
    }

    /// Where a passage stands, or would.
    #[expect(clippy::cast_possible_truncation, reason = "the low bits of a hash")]
    fn place(&self, passage: u64) -> usize {
        let most = self.places.len() - 1;
        let mut place = passage as usize & most;
        while self.places[place] != 0 && self.places[place] != passage {
            place = (place + 1) & most;
        }
        place
    }

    /// How many passages stand in both, and how many of them have no number.
    fn in_both(&self, other: &Self) -> (usize, usize) {
        let both = other.places.iter().filter(|passage| **passage != 0 && self.places[self.place(**passage)] != 0);
        both.fold((0, 0), |(both, plain), passage| (both + 1, plain + usize::from(*passage < NUMBERED)))
    }
}

/// Calls `found` for every passage of a text, in order and repeatedly, and counts the words.
pub fn passages(text: &str, found: impl FnMut(u64)) -> usize {
    let words = Words::of(text).list;
    in_rows(&words).for_each(found);
    words.len()
}

/// The words of a passage are the digits of a number to this base, so that each new word costs the same however long a
/// passage is.
const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

/// Every five words in a row as one number.
fn in_rows(words: &[u64]) -> impl Iterator<Item = u64> + '_ {
    const OUT: u64 = BASE.wrapping_pow(PASSAGE as u32);
    let digit = |sum: u64, word: &u64| sum.wrapping_mul(BASE).wrapping_add(*word);
    let (first, others) = words.split_at(words.len().min(PASSAGE));
    let sum = first.iter().fold(0, digit);
    let next = move |sum: &mut u64, (word, oldest): (&u64, &u64)| {
        *sum = digit(*sum, word).wrapping_sub(oldest.wrapping_mul(OUT));
        Some(mixed(*sum))
    };
    let first = (first.len() == PASSAGE).then(|| mixed(sum));
    first.into_iter().chain(others.iter().zip(words).scan(sum, next))
}

const fn mixed(mut number: u64) -> u64 {
    number = (number ^ (number >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    number = (number ^ (number >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    number ^ (number >> 32)
}

/// The words of a text as numbers: of Latin and other scripts with spaces each word, of others each character.
struct Words {
    list: Vec<u64>,
    /// The places of those with a digit, in order.
    numbers: Vec<usize>,
}

impl Words {
    /// Most of most texts is ASCII or from U+4E00 to U+9FFF, with a little punctuation; to ask the tables of Unicode for
    /// each character is slow.
    fn of(text: &str) -> Self {
        let mut rest = text.as_bytes();
        // A Chinese character is a word of three bytes.
        let mut words = Self { list: Vec::with_capacity(rest.len() / 3 + 1), numbers: Vec::new() };
        loop {
            rest = match rest {
                [b'(', after @ ..] => &after[destination(text, after)..],
                [byte @ ..0x80, after @ ..] if SMALL[usize::from(*byte)] == 0 => after,
                [..0x80, ..] => words.letters(text, rest),
                [] => return words,
                _ if is_punctuation(rest) => &rest[3..],
                _ => match han(rest) {
                    0 => words.other(text, rest),
                    run => {
                        let (run, after) = rest.split_at(3 * run);
                        words.list.extend(run.as_chunks().0.iter().map(|bytes| add(START, character(*bytes))));
                        after
                    }
                },
            };
        }
    }

    /// Adds what begins `rest`, the end of `text`, whatever it is, and returns what stands behind it.
    fn other<'a>(&mut self, text: &str, rest: &'a [u8]) -> &'a [u8] {
        let (part, after) = Part::at(text, rest);
        match part {
            Part::Letter(_) => return self.letters(text, rest),
            Part::Word(character) => self.list.push(add(START, character)),
            Part::Gap => {}
        }
        after
    }

    /// Adds the word of letters that begins `rest`, the end of `text`, and returns what stands behind it.
    fn letters<'a>(&mut self, text: &str, mut rest: &'a [u8]) -> &'a [u8] {
        let (mut hash, mut digits) = (START, false);
        loop {
            let run = rest.iter().position(|byte| SMALL[usize::from(*byte)] == 0).unwrap_or(rest.len());
            for byte in &rest[..run] {
                let small = SMALL[usize::from(*byte)];
                hash = add(hash, u32::from(small));
                digits |= small <= b'9';
            }
            rest = &rest[run..];
            match rest {
                [] | [..0x80 | 0xE4..=0xE9, ..] => break,
                _ if is_punctuation(rest) => break,
                _ => {
                    let (Part::Letter(letter), after) = Part::at(text, rest) else { break };
                    hash = add(hash, letter);
                    rest = after;
                }
            }
        }
        if digits {
            self.numbers.push(self.list.len());
        }
        self.list.push(hash);
        rest
    }
}

/// How many characters from U+4E00 to U+9FFF a text begins with; they have three bytes each.
fn han(text: &[u8]) -> usize {
    let is_han = |[first, second, _]: &&[u8; 3]| (0xE4B8..=0xE9BF).contains(&u16::from_be_bytes([*first, *second]));
    text.as_chunks().0.iter().take_while(is_han).count()
}

/// The character that has these three bytes in UTF-8.
fn character(bytes: [u8; 3]) -> u32 {
    const MARKS: u32 = (0xE0 << 12) + (0x80 << 6) + 0x80;
    let [first, second, third] = bytes.map(u32::from);
    (first << 12) + (second << 6) + third - MARKS
}

/// Whether a text begins with what Chinese has most of beside: one of U+2010 to U+2027, U+3000 to U+3020, U+FF01 to U+FF20,
/// but for letters and digits.
fn is_punctuation(text: &[u8]) -> bool {
    matches!(
        text,
        [0xE2, 0x80, 0x90..=0xA7, ..]
            | [0xE3, 0x80, 0x80..=0x84 | 0x88..=0xA0, ..]
            | [0xEF, 0xBC, 0x81..=0x8F | 0x9A..=0xA0, ..]
    )
}

/// FNV-1a over characters.
pub const START: u64 = 0xcbf2_9ce4_8422_2325;

pub const fn add(hash: u64, part: u32) -> u64 {
    (hash ^ part as u64).wrapping_mul(0x0000_0100_0000_01b3)
}

/// What a character is to words.
enum Part {
    /// A small one.
    Letter(u32),
    /// One that is a word by itself, in a script without spaces.
    Word(u32),
    /// Neither; an address too.
    Gap,
}

/// For each byte that is a letter or a digit, the small letter; else naught.
static SMALL: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        if (byte as u8).is_ascii_alphanumeric() {
            table[byte] = (byte as u8).to_ascii_lowercase();
        }
        byte += 1;
    }
    table
};

impl Part {
    /// What begins `rest`, the end of `text`, and what stands behind it.
    fn at<'a>(text: &str, rest: &'a [u8]) -> (Self, &'a [u8]) {
        let c = text[text.len() - rest.len()..].chars().next().unwrap_or_default();
        (Self::of(c), &rest[c.len_utf8()..])
    }

    fn of(c: char) -> Self {
        let number = u32::from(c);
        match number {
            0x0E00..=0x0EFF
            | 0x1000..=0x109F
            | 0x1780..=0x17FF
            | 0x3040..=0x30FF
            | 0x3400..=0x9FFF
            | 0xF900..=0xFAFF
            | 0x20000..=0x3FFFF => {
                if c.is_alphabetic() {
                    Self::Word(number)
                } else {
                    Self::Gap
                }
            }
            _ if c.is_alphanumeric() => Self::Letter(number),
            _ => Self::Gap,
        }
    }
}

/// How long the address of a link is that begins `rest`, the end of the text from a parenthesis on, and is closed on this
/// line; naught where there is none.
fn destination(text: &str, rest: &[u8]) -> usize {
    if !text.as_bytes()[..text.len() - rest.len()].ends_with(b"](") {
        return 0;
    }
    let line = memchr::memchr(b'\n', rest).map_or(rest, |end| &rest[..end]);
    memchr::memchr(b')', line).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passages_do_not_depend_on_markup_and_addresses() {
        let all = |text: &str| {
            let mut list = Vec::new();
            passages(text, |passage| list.push(passage));
            list
        };
        let plain = all("Bees sleep at night in the old hive 蜜蜂在夜里睡觉");
        assert_eq!(plain.len(), 8 + 7 - 4);
        assert_eq!(all("**Bees** sleep [at night](https://a.test/b) in\nthe old hive: 蜜蜂，在夜里睡觉。"), plain);
        assert_eq!(all("One two three four"), Vec::<u64>::new());
    }

    #[test]
    fn words_end_where_their_script_does() {
        let count = |text: &str| Words::of(text).list.len();
        for (text, expected) in
            [("élan vital", 2), ("a1蜂b", 3), ("かな、カナ", 4), ("一二〇x", 3), ("[a](b c)d(e)", 3), ("", 0)]
        {
            assert_eq!(count(text), expected, "{text}");
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
    fn a_passage_without_numbers_that_differs_is_no_matter_of_numbers() {
        let text = |word: &str| format!("{word} {}", "all of it is here 1 2 3 4 5 ".repeat(2));
        let share = Article::read(&text("first")).share(&Article::read(&text("second")));
        assert!(share.but_for_numbers < 100, "{share:?}");
    }
}
