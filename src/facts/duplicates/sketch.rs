//! What is kept of a post to find its copies: 312 bytes, however long it is.

use crate::{
    data::Node,
    document::{Block, BlockKind, Document, tail::Tail},
    source::Span,
};

use super::passages::{PASSAGE, Word, each_word};

/// Size of a sketch.
const SLOTS: usize = 128;
/// So many slots in a row that agree make two articles worth comparing.
const BAND: usize = 4;
pub const BANDS: usize = SLOTS / BAND;

/// A slot that no passage fell into.
const EMPTY: u16 = u16::MAX;

/// A MinHash with one permutation, and what tells without the text that two posts are no copies.
#[derive(Debug, Clone)]
pub struct Sketch {
    /// Each passage belongs to one slot, and a slot keeps half of its least one.
    slots: [u16; SLOTS],
    /// All passages added up; nearly all copies are exact, and known by this alone.
    pub sum: u64,
    /// Where the article stands in the file, without what was put behind it.
    pub article: Span,
    pub title: Option<Title>,
    pub published: Option<Day>,
}

/// The letters and numbers of a title in small letters, hashed.
#[derive(Debug, Clone, Copy)]
pub struct Title {
    pub whole: u64,
    pub unnumbered: u64,
}

/// Year, month and day as they are written, as one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(u32);

impl Sketch {
    /// None for an article with fewer than `least` words.
    pub fn of(document: &Document, tail: &Tail, least: usize) -> Option<Self> {
        tail.last?;
        let article = Span::new(document.body.start, tail.end);
        // A word has at least one byte.
        if article.len() < least {
            return None;
        }
        let mut minima = [u32::MAX; SLOTS];
        let (mut words, mut passage, mut sum) = (0, Passage::default(), 0_u64);
        each_word(document.text(article), |word| {
            words += 1;
            let (slot, number, hash) = passage.with(word);
            minima[slot] = minima[slot].min(number);
            sum = sum.wrapping_add(hash);
        });
        (words >= least.max(PASSAGE)).then(|| Self {
            slots: minima.map(half),
            sum,
            article,
            title: Title::of(document),
            published: published(document),
        })
    }

    /// What stands in a band, as one number. A single passage may be a coincidence.
    pub fn band(&self, band: usize) -> Option<u64> {
        let slots = &self.slots[band * BAND..][..BAND];
        let is_telling = slots.iter().filter(|slot| **slot != EMPTY).count() > 1;
        is_telling.then(|| slots.iter().fold(0, |all, slot| all << 16 | u64::from(*slot)))
    }

    /// The percentage of passages that two articles share, roughly.
    pub fn estimate(&self, other: &Self) -> usize {
        let filled = |a: u16, b: u16| a != EMPTY || b != EMPTY;
        let (both, all) = self.slots.iter().zip(&other.slots).fold((0_u16, 0_u16), |(both, all), (a, b)| {
            (both + u16::from(a == b && *a != EMPTY), all + u16::from(filled(*a, *b)))
        });
        usize::from(both) * 100 / usize::from(all.max(1))
    }
}

/// The last words of a text. A word goes out of it by itself, after so many others as make a passage.
#[derive(Default)]
struct Passage(u64);

impl Passage {
    /// So far each word pushes those before it.
    const STEP: u32 = u64::BITS.div_ceil(PASSAGE as u32);

    /// Adds a word, and returns the slot of the passage that ends there, what may be the least in it, and all of its hash.
    #[expect(clippy::cast_possible_truncation, reason = "parts of a hash")]
    fn with(&mut self, word: Word) -> (usize, u32, u64) {
        self.0 = (self.0 >> Self::STEP) ^ word;
        let hash = self.0.wrapping_mul(0xd6e8_feb8_6659_fd93);
        ((hash >> (u64::BITS - SLOTS.ilog2())) as usize, (hash >> 24) as u32, hash)
    }
}

/// Half of a hash tells two as well, but for one in 65,536.
#[expect(clippy::cast_possible_truncation, reason = "the low half of a hash")]
fn half(minimum: u32) -> u16 {
    match minimum {
        u32::MAX => EMPTY,
        minimum => (minimum as u16).min(EMPTY - 1),
    }
}

impl Title {
    /// The title is the heading that a post begins with, where the front matter has none.
    fn of(document: &Document) -> Option<Self> {
        let said = document.front_matter.tree.as_ref().and_then(|tree| tree.get("title")).and_then(Node::text);
        let is_title = |block: &&Block| matches!(block.kind, BlockKind::Heading { level: 1, setext: false });
        let heading = || document.blocks.first().filter(is_title).map(|block| document.text(block.span));
        let (mut whole, mut unnumbered) = (START, START);
        let mut add = |letter: char, is_number: bool| {
            whole = with(whole, letter);
            if !is_number {
                unnumbered = with(unnumbered, letter);
            }
        };
        for c in said.or_else(heading)?.chars() {
            match c {
                // As the tables of Unicode say too, slowly.
                '\u{4e00}'..='\u{9fff}' | 'a'..='z' => add(c, false),
                '\0'..='\x7f' if c.is_ascii_alphanumeric() => add(c.to_ascii_lowercase(), c.is_ascii_digit()),
                '\0'..='\x7f' => {}
                _ if c.is_alphanumeric() => c.to_lowercase().for_each(|letter| add(letter, letter.is_numeric())),
                _ => {}
            }
        }
        if whole == START {
            return None;
        }
        Some(Self { whole, unnumbered })
    }
}

/// FNV-1a over characters.
const START: u64 = 0xcbf2_9ce4_8422_2325;

fn with(hash: u64, letter: char) -> u64 {
    (hash ^ u64::from(letter)).wrapping_mul(0x0000_0100_0000_01b3)
}

/// The day on which a post says that it was published, if it says so in the usual way; else the one in its name.
fn published(document: &Document) -> Option<Day> {
    let name = document.path().rsplit('/').next().unwrap_or_default();
    let said = document.front_matter.tree.as_ref().and_then(|tree| tree.get("date")).and_then(Node::text);
    [said, Some(name)].into_iter().flatten().find_map(Day::at)
}

impl Day {
    /// The day that a text begins with: `2024-05-01`.
    fn at(text: &str) -> Option<Self> {
        let day = text.as_bytes().get(..10)?;
        let is_day = day.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
        let digits = day.iter().filter(|byte| **byte != b'-');
        is_day.then(|| Self(digits.fold(0, |day, digit| day * 10 + u32::from(digit - b'0'))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{site::Sites, source::Source};

    fn sketch(text: &str) -> Option<Sketch> {
        let document = Document::parse(Source::from_text("2024-05-01-a.md", text), &Sites::default());
        let tail = Tail { last: Some(0), end: text.len(), ..Tail::default() };
        Sketch::of(&document, &tail, 30)
    }

    #[test]
    fn a_sketch_stays_small_and_estimates_what_is_shared() {
        assert_eq!(size_of::<Sketch>(), 312);
        let words = |from: usize, to: usize| (from..to).map(|word| format!("word{word} ")).collect::<String>();
        let (one, other) = (sketch(&words(0, 2_000)).unwrap(), sketch(&words(1_000, 3_000)).unwrap());
        assert!((20..=46).contains(&one.estimate(&other)), "{}", one.estimate(&other));
        assert_eq!(one.estimate(&one), 100);
        assert!(sketch(&words(0, 29)).is_none());
    }

    #[test]
    fn the_day_of_a_post_is_in_its_front_matter_or_its_name() {
        let text = "a word of it ".repeat(20);
        assert_eq!(sketch(&text).unwrap().published, Some(Day(20_240_501)));
        assert_eq!(
            sketch(&format!("---\ndate: 2023-12-31 10:00\n---\n{text}")).unwrap().published,
            Some(Day(20_231_231))
        );
    }
}
