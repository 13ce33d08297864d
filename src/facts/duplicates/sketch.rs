//! What is kept of a post to find its copies: 312 bytes, however long it is.

use crate::{
    data::Node,
    document::{Block, BlockKind, Document, tail::Tail},
    source::Span,
};

use super::passages::{PASSAGE, START, add, passages};

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
        let mut sum = 0_u64;
        let words = passages(document.text(article), |passage| {
            let [slot, .., a, b, c, d] = passage.to_be_bytes();
            let minimum = &mut minima[usize::from(slot / 2)];
            *minimum = (*minimum).min(u32::from_be_bytes([a, b, c, d]));
            sum = sum.wrapping_add(passage);
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
        let mut letters =
            said.or_else(heading)?.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).peekable();
        letters.peek()?;
        let (mut whole, mut unnumbered) = (START, START);
        for letter in letters {
            whole = add(whole, u32::from(letter));
            if !letter.is_numeric() {
                unnumbered = add(unnumbered, u32::from(letter));
            }
        }
        Some(Self { whole, unnumbered })
    }
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
