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
        // A Chinese character is a word of three bytes.
        let mut list = Vec::with_capacity(text.len() / 3);
        list.extend(words(text).map(|(word, digits)| word & !1 | u64::from(digits)));
        Self { words: list, passages: OnceCell::new() }
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
        for words in words.windows(PASSAGE) {
            let numbered = words.iter().any(|word| is_number(*word));
            let passage = passage(words) & !NUMBERED;
            set.insert(if numbered { passage | NUMBERED } else { passage.max(1) });
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
pub fn passages(text: &str, mut found: impl FnMut(u64)) -> usize {
    let (mut last, mut count) = ([0; PASSAGE], 0);
    for (word, _) in words(text) {
        let [_, before @ ..] = last;
        let [a, b, c, d] = before;
        last = [a, b, c, d, word];
        count += 1;
        if count >= PASSAGE {
            found(passage(&last));
        }
    }
    count
}

/// Words in a row as one number.
fn passage(words: &[u64]) -> u64 {
    const BASE: u64 = 0x9E37_79B9_7F4A_7C15;
    mixed(words.iter().fold(0, |all, word| all.wrapping_mul(BASE).wrapping_add(*word)))
}

const fn mixed(mut number: u64) -> u64 {
    number = (number ^ (number >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    number = (number ^ (number >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    number ^ (number >> 32)
}

/// The words of a text as numbers, and whether a digit is in each: of Latin and other scripts with spaces each word, of
/// others each character.
fn words(text: &str) -> impl Iterator<Item = (u64, bool)> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            match Part::at(text, at)? {
                (_, Part::Letter(_)) => break,
                (width, Part::Word(character)) => {
                    at += width;
                    return Some((add(START, character), false));
                }
                (width, Part::Gap) => at += width,
            }
        }
        let (mut hash, mut digits) = (START, false);
        while let Some((width, Part::Letter(letter))) = Part::at(text, at) {
            hash = add(hash, letter);
            digits |= letter.wrapping_sub(u32::from('0')) < 10;
            at += width;
        }
        Some((hash, digits))
    })
}

/// FNV-1a over characters.
const START: u64 = 0xcbf2_9ce4_8422_2325;

const fn add(hash: u64, part: u32) -> u64 {
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
    /// What begins at `at`, and how many bytes it has; none at the end.
    #[inline]
    fn at(text: &str, at: usize) -> Option<(usize, Self)> {
        let byte = *text.as_bytes().get(at)?;
        let small = SMALL[usize::from(byte)];
        if small != 0 {
            return Some((1, Self::Letter(u32::from(small))));
        }
        if byte < 0x80 {
            return Some((if byte == b'(' { 1 + destination(text, at) } else { 1 }, Self::Gap));
        }
        // U+4E00 to U+9FFF. To ask the tables of Unicode for each would be slow.
        if let Some([first @ 0xE4..=0xE9, second, third]) = text.as_bytes().get(at..at + 3) {
            let character = u32::from(first & 0xF) << 12 | u32::from(second & 0x3F) << 6 | u32::from(third & 0x3F);
            if character >= 0x4E00 {
                return Some((3, Self::Word(character)));
            }
        }
        text[at..].chars().next().map(|c| (c.len_utf8(), Self::of(c)))
    }

    fn of(c: char) -> Self {
        let number = u32::from(c);
        match number {
            // Punctuation of Chinese.
            0x2010..=0x2027 | 0x3000..=0x3004 | 0x3008..=0x3020 | 0xFF01..=0xFF0F | 0xFF1A..=0xFF20 => Self::Gap,
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

/// How long the address of a link is whose parenthesis opens at `at` and closes on this line; naught where there is none.
fn destination(text: &str, at: usize) -> usize {
    let (before, rest) = (&text.as_bytes()[..at], &text.as_bytes()[at + 1..]);
    if !before.ends_with(b"]") {
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
        let count = |text: &str| words(text).count();
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
