//! Every place of many phrases in one pass over a text, in any case of ASCII letters.
//!
//! The text is looked at in pairs of bytes that do not overlap. A phrase of three bytes holds one of these pairs wherever
//! it starts, and where it has the choice, it is known by the rarest pair; so the pass takes few instructions a byte, and
//! seldom has to compare.

use std::collections::HashSet;

/// Phrases that are looked for together.
#[derive(Debug)]
pub struct Sieve {
    /// A bit for each pair of bytes that a phrase is known by. Eight thousand bytes stay near the processor, and nearly all
    /// that is looked at is looked up here.
    known: Box<[u64; 1 << 10]>,
    /// For each of these pairs, its place in `buckets`.
    pairs: Box<[u16; 1 << 16]>,
    buckets: Vec<Bucket>,
    anchors: Vec<Anchor>,
    /// All phrases, one after the other.
    text: Vec<u8>,
}

/// The anchors of one pair. Most places of a frequent pair are passed over for the byte behind it.
#[derive(Debug, Default)]
struct Bucket {
    /// Where they start and end.
    start: usize,
    end: usize,
    /// A bit for each byte that stands behind the pair in a phrase, as [`bit`] says, and for each that stands before it in
    /// a phrase that ends with it.
    next: u64,
    before: u64,
    /// Whether a phrase is nothing but the pair.
    alone: bool,
}

/// A phrase that may stand where one of its pairs does.
#[derive(Debug, Clone, Copy)]
struct Anchor {
    /// In small letters.
    pair: u16,
    /// How many bytes of the phrase stand before the second byte of the pair, and how many behind it.
    before: u16,
    behind: u16,
    /// The last byte of the phrase as [`caseless`], which tells most beside the pair.
    last: u8,
    start: u32,
    length: u16,
    /// Whoever looks for the phrase.
    owner: u16,
}

/// A phrase that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub owner: u16,
    /// Where it starts, in bytes.
    pub start: usize,
}

impl Sieve {
    /// For phrases in small letters of at least two bytes, with who looks for each. None where there are too many.
    pub fn new<'a>(phrases: impl Iterator<Item = (usize, &'a [u8])>) -> Option<Self> {
        let frequent = frequent();
        let (mut anchors, mut text) = (Vec::new(), Vec::new());
        for (owner, phrase) in phrases {
            let (start, length) = (u32::try_from(text.len()).ok()?, u16::try_from(phrase.len()).ok()?);
            let (owner, last) = (u16::try_from(owner).ok()?, caseless(*phrase.last()?));
            text.extend(phrase);
            let mut add = |pair: u16, before| {
                anchors.push(Anchor { pair, before, behind: length - 1 - before, last, start, length, owner });
            };
            for parity in [1, 2] {
                let seconds = (parity..length).step_by(2);
                let at = |second: u16| [phrase[usize::from(second) - 1], phrase[usize::from(second)]];
                match seconds.min_by_key(|second| frequency(at(*second), &frequent)) {
                    Some(second) => add(u16::from_le_bytes(at(second)), second),
                    // It is cut in two, with any byte before it.
                    None => (0..=u8::MAX)
                        .filter(|byte| !byte.is_ascii_uppercase())
                        .for_each(|byte| add(u16::from_le_bytes([byte, phrase[0]]), 0)),
                }
            }
        }
        anchors.sort_by_key(|anchor| anchor.pair);
        let known = vec![0; 1 << 10].into_boxed_slice().try_into().ok()?;
        let pairs = vec![0; 1 << 16].into_boxed_slice().try_into().ok()?;
        let mut sieve = Self { known, pairs, buckets: Vec::new(), anchors, text };
        for (at, anchor) in sieve.anchors.iter().enumerate() {
            if at.checked_sub(1).is_none_or(|before| sieve.anchors[before].pair != anchor.pair) {
                let bucket = u16::try_from(sieve.buckets.len()).ok()?;
                sieve.buckets.push(Bucket { start: at, ..Bucket::default() });
                let [first, second] = anchor.pair.to_le_bytes().map(|byte| [byte, byte.to_ascii_uppercase()]);
                for pair in first.into_iter().flat_map(|first| second.map(|second| u16::from_le_bytes([first, second])))
                {
                    sieve.known[usize::from(pair >> 6)] |= 1 << (pair & 63);
                    sieve.pairs[usize::from(pair)] = bucket;
                }
            }
            if let Some(bucket) = sieve.buckets.last_mut() {
                bucket.end = at + 1;
                bucket.add(anchor, &sieve.text[anchor.start as usize..][..usize::from(anchor.length)]);
            }
        }
        Some(sieve)
    }

    /// Every place, in order of who looks for it.
    pub fn find(&self, text: &str) -> Vec<Place> {
        let mut found = Vec::new();
        let text = text.as_bytes();
        for (at, pair) in text.as_chunks::<2>().0.iter().enumerate() {
            let pair = u16::from_le_bytes(*pair);
            if self.known[usize::from(pair >> 6)] >> (pair & 63) & 1 == 1 {
                let (bucket, second) = (&self.buckets[usize::from(self.pairs[usize::from(pair)])], 2 * at + 1);
                if bucket.may_hold(text, second) {
                    self.compare(bucket, text, second, &mut found);
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// Adds the phrases with the pair of which the second byte is `second`.
    fn compare(&self, bucket: &Bucket, text: &[u8], second: usize, found: &mut Vec<Place>) {
        for anchor in &self.anchors[bucket.start..bucket.end] {
            // Most of what stands at a pair ends otherwise.
            let last = second + usize::from(anchor.behind);
            if text.get(last).is_none_or(|last| caseless(*last) != anchor.last) {
                continue;
            }
            let Some(start) = second.checked_sub(usize::from(anchor.before)) else { continue };
            let phrase = &self.text[anchor.start as usize..][..usize::from(anchor.length)];
            if text[start..=last].eq_ignore_ascii_case(phrase) {
                found.push(Place { owner: anchor.owner, start });
            }
        }
    }
}

impl Bucket {
    fn add(&mut self, anchor: &Anchor, phrase: &[u8]) {
        let second = usize::from(anchor.before);
        let bits = |byte: u8| bit(byte) | bit(byte.to_ascii_uppercase());
        match (phrase.get(second + 1), second.checked_sub(2)) {
            (Some(next), _) => self.next |= bits(*next),
            (None, Some(before)) => self.before |= bits(phrase[before]),
            (None, None) => self.alone = true,
        }
    }

    /// Whether one of the phrases may stand where the second byte of their pair is.
    #[inline]
    fn may_hold(&self, text: &[u8], second: usize) -> bool {
        let is_in = |bits: u64, byte: Option<&u8>| byte.is_some_and(|byte| bits & bit(*byte) != 0);
        is_in(self.next, text.get(second + 1))
            || self.before != 0 && is_in(self.before, second.checked_sub(2).and_then(|at| text.get(at)))
            || self.alone
    }
}

/// One bit for a byte; four bytes share it.
const fn bit(byte: u8) -> u64 {
    1 << (byte & 63)
}

/// A byte, the same for both cases of a letter; some other bytes share one too.
const fn caseless(byte: u8) -> u8 {
    byte | 0x20
}

/// Ends of words: pairs of letters and characters that are among the most frequent ones of English, Chinese and Japanese.
const FREQUENT: &str = "th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me \
    de hi ri ro ic ne ea ra ce li ch ll be ma si om ur 的 一 是 不 了 在 人 有 我 他 这 中 大 来 上 个 国 和 也 子 时 道 说 为 以 \
    到 会 可 能 们 要 就 用 行 方 成 。 ， 、 の に は を た が で て し";

/// The last two bytes of each of [`FREQUENT`].
fn frequent() -> HashSet<[u8; 2]> {
    FREQUENT.split_whitespace().filter_map(|word| word.as_bytes().last_chunk().copied()).collect()
}

/// How often a pair of bytes stands in texts, in some unit: estimates, since only the order matters.
fn frequency(pair: [u8; 2], frequent: &HashSet<[u8; 2]>) -> u32 {
    let of = |byte| match byte {
        b' ' | b'e' | 0xE3..=0xE9 => 40,
        b'a' | b'i' | b'n' | b'o' | b'r' | b's' | b't' => 25,
        b'c' | b'd' | b'h' | b'l' | b'm' | b'p' | b'u' | b'\n' | 0xC3 | 0xCE..=0xD1 | 0xE2 | 0xEA..=0xEF => 15,
        0x80..=0xBF => 7,
        b'b' | b'f' | b'g' | b'k' | b'v' | b'w' | b'y' | b'-' | b'.' | b'/' => 5,
        _ => 3,
    };
    match pair {
        _ if frequent.contains(&pair) => 1000,
        // One such pair begins the characters of a whole block.
        [0xE3..=0xE9 | 0xEF, 0x80..=0xBF] => 900,
        [first, second] => of(first) * of(second),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_found_wherever_it_starts() {
        let phrases = ["read more", "more", "关注", "\u{ad}", "% off", "é"];
        let sieve = Sieve::new(phrases.iter().map(|phrase| phrase.as_bytes()).enumerate()).unwrap();
        for before in ["", "-", "--", "关"] {
            let text = format!("{before}READ MORE: 请关注。50% off\u{ad}, caf\u{e9}É");
            let mut places: Vec<Place> = phrases
                .iter()
                .enumerate()
                .flat_map(|(owner, phrase)| {
                    let small = text.to_ascii_lowercase();
                    let starts: Vec<usize> = small.match_indices(phrase).map(|(start, _)| start).collect();
                    starts.into_iter().map(move |start| (owner, start))
                })
                .map(|(owner, start)| Place { owner: owner as u16, start })
                .collect();
            places.sort();
            assert_eq!(places.len(), 6);
            assert_eq!(sieve.find(&text), places, "{text}");
        }
    }
}
