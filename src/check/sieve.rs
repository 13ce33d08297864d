//! Every place of many phrases in one pass over a text, in any case of ASCII letters.
//!
//! The text is looked at in windows of four bytes, of which every second one is enough: a phrase of five bytes holds one
//! of them wherever it starts, and where it has the choice, it is known by the rarest. The few shorter phrases are known by
//! two bytes. So the pass takes few instructions a byte, and seldom has to compare.

use rustc_hash::FxHashSet;

/// How many bits are left of a window. Their table takes 64 KiB: a smaller one knows too many windows that no phrase has.
const WINDOW: u32 = 19;
/// The bits of two bytes.
const PAIR: u32 = 16;
/// How many bits of a key tell a place in a word.
const WORD: u32 = u64::BITS.ilog2();

/// Phrases that are looked for together.
#[derive(Debug)]
pub struct Sieve {
    /// Those of at least five bytes, by a window each.
    long: Filter<{ 1 << (WINDOW - WORD) }>,
    /// The others, by two bytes.
    short: Filter<{ 1 << (PAIR - WORD) }>,
    /// All phrases, one after the other.
    text: Vec<u8>,
    /// Whoever looks for each phrase.
    owners: Vec<u16>,
}

/// Which keys are known, and what they stand for.
#[derive(Debug)]
struct Filter<const WORDS: usize> {
    /// A bit for each key.
    known: Box<[u64; WORDS]>,
    /// For each of these numbers, how many bits are set in those before it.
    ranks: Vec<u16>,
    /// For each known key in rising order, where its anchors start; and where the last ones end.
    starts: Vec<u16>,
    anchors: Vec<Anchor>,
}

/// A phrase that may stand where its key does.
#[derive(Debug, Clone, Copy)]
struct Anchor {
    /// How many bytes behind the start of the key the phrase ends.
    end: u16,
    length: u16,
    /// In `Sieve::text`.
    start: u32,
    /// In `Sieve::owners`.
    owners: (u16, u16),
    /// The last byte of the phrase as [`caseless`], which tells most beside the key.
    last: u8,
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
        let mut all: Vec<(&[u8], usize)> = phrases.map(|(owner, phrase)| (phrase, owner)).collect();
        all.sort_unstable();
        let frequent = frequent();
        let (mut long, mut short) = (Vec::new(), Vec::new());
        let (mut text, mut owners) = (Vec::new(), Vec::new());
        for same in all.chunk_by(|(phrase, _), (other, _)| phrase == other) {
            let phrase = same[0].0;
            let pairs: Vec<u64> =
                phrase.windows(2).map(|pair| u64::from(frequency([pair[0], pair[1]], &frequent))).collect();
            let (start, first) = (u32::try_from(text.len()).ok()?, u16::try_from(owners.len()).ok()?);
            text.extend(phrase);
            for (_, owner) in same {
                owners.push(u16::try_from(*owner).ok()?);
            }
            let length = u16::try_from(phrase.len()).ok().filter(|length| *length < u16::MAX)?;
            let anchor = Anchor {
                end: length,
                length,
                start,
                owners: (first, u16::try_from(owners.len()).ok()?),
                last: caseless(*phrase.last()?),
            };
            let size = if phrase.len() > 4 { 4 } else { 2 };
            for parity in [0, 1] {
                let keys = phrase.windows(size).enumerate().skip(parity).step_by(2);
                let rarest = keys.min_by_key(|(at, key)| pairs[*at..at + key.len() - 1].iter().product::<u64>());
                match rarest {
                    Some((at, &[a, b, c, d])) => {
                        long.push((
                            window(u32::from_le_bytes([a, b, c, d])),
                            Anchor { end: length - u16::try_from(at).ok()?, ..anchor },
                        ));
                    }
                    Some((at, &[a, b])) => {
                        let anchor = Anchor { end: length - u16::try_from(at).ok()?, ..anchor };
                        short.extend(in_any_case([a, b]).map(|key| (key, anchor)));
                    }
                    // It is cut in two, with any byte before it.
                    _ => {
                        let anchor = Anchor { end: length + 1, ..anchor };
                        let bytes = (0..=u8::MAX).filter(|byte| !byte.is_ascii_uppercase());
                        short.extend(bytes.flat_map(|byte| in_any_case([byte, phrase[0]])).map(|key| (key, anchor)));
                    }
                }
            }
        }
        Some(Self { long: Filter::new(long)?, short: Filter::new(short)?, text, owners })
    }

    /// Every place, in order of who looks for it.
    pub fn find(&self, text: &str) -> Vec<Place> {
        let mut found = Vec::new();
        let text = text.as_bytes();
        let mut at = 0;
        while let Some((bytes, rest)) = text.get(at..).and_then(<[u8]>::split_first_chunk) {
            // The last window ends two bytes behind these.
            let Some(next) = rest.first_chunk() else { break };
            let (eight, two) = (u64::from_le_bytes(*bytes), u16::from_le_bytes(*next));
            let known = [eight, eight >> 16, eight >> 32, eight >> 48 | u64::from(two) << 16].map(|bytes| {
                let bytes = bytes as u32;
                self.long.bit(window(bytes)) | self.short.bit(pair(bytes))
            });
            let mut known = known[0] | known[1] << 1 | known[2] << 2 | known[3] << 3;
            while known != 0 {
                self.look(text, at + 2 * known.trailing_zeros() as usize, &mut found);
                known &= known - 1;
            }
            at += 8;
        }
        (at..text.len()).step_by(2).for_each(|at| self.look(text, at, &mut found));
        found.sort_unstable();
        found
    }

    /// Adds the phrases of the keys that start at `at`.
    fn look(&self, text: &[u8], at: usize, found: &mut Vec<Place>) {
        let rest = &text[at..];
        let long = rest.first_chunk().map_or(&[][..], |bytes| self.long.anchors(window(u32::from_le_bytes(*bytes))));
        let short = rest.first_chunk().map_or(&[][..], |bytes| self.short.anchors(u16::from_le_bytes(*bytes).into()));
        for anchor in long.iter().chain(short) {
            let end = at + usize::from(anchor.end);
            // Most of what stands at a key ends otherwise.
            if text.get(end - 1).is_none_or(|last| caseless(*last) != anchor.last) {
                continue;
            }
            let Some(start) = end.checked_sub(usize::from(anchor.length)) else { continue };
            let phrase = &self.text[anchor.start as usize..][..usize::from(anchor.length)];
            if text[start..end].eq_ignore_ascii_case(phrase) {
                let owners = &self.owners[usize::from(anchor.owners.0)..usize::from(anchor.owners.1)];
                found.extend(owners.iter().map(|owner| Place { owner: *owner, start }));
            }
        }
    }
}

impl<const WORDS: usize> Filter<WORDS> {
    /// For anchors by their keys. None where there are too many.
    fn new(mut anchors: Vec<(u32, Anchor)>) -> Option<Self> {
        anchors.sort_by_key(|(key, _)| *key);
        let mut known = Box::new([0_u64; WORDS]);
        let mut starts = Vec::new();
        for (at, (key, _)) in anchors.iter().enumerate() {
            let word = &mut known[(key / u64::BITS) as usize];
            let bit = 1 << (key % u64::BITS);
            if *word & bit == 0 {
                *word |= bit;
                starts.push(u16::try_from(at).ok()?);
            }
        }
        starts.push(u16::try_from(anchors.len()).ok()?);
        let mut rank = 0;
        let mut ranks = Vec::with_capacity(known.len());
        for word in known.iter() {
            ranks.push(rank);
            rank += ones(*word);
        }
        Some(Self { ranks, known, starts, anchors: anchors.into_iter().map(|(_, anchor)| anchor).collect() })
    }

    /// 1 for a key that is known.
    #[inline]
    fn bit(&self, key: u32) -> u64 {
        self.known[(key / u64::BITS) as usize] >> (key % u64::BITS) & 1
    }

    /// What a key stands for.
    fn anchors(&self, key: u32) -> &[Anchor] {
        let (word, bit) = (self.known[(key / u64::BITS) as usize], 1 << (key % u64::BITS));
        if word & bit == 0 {
            return &[];
        }
        let number = usize::from(self.ranks[(key / u64::BITS) as usize] + ones(word & (bit - 1)));
        &self.anchors[usize::from(self.starts[number])..usize::from(self.starts[number + 1])]
    }
}

/// How many bits are set: at most 64.
#[expect(clippy::cast_possible_truncation, reason = "at most 64")]
const fn ones(word: u64) -> u16 {
    word.count_ones() as u16
}

/// The key of four bytes, in any case.
#[inline]
const fn window(bytes: u32) -> u32 {
    // Knuth's multiplicative hash: the upper bits depend on all of them.
    (bytes | 0x2020_2020).wrapping_mul(0x9e37_79b1) >> (u32::BITS - WINDOW)
}

/// The key of the first two of four bytes.
#[inline]
const fn pair(bytes: u32) -> u32 {
    bytes & 0xffff
}

/// The keys of two bytes in small letters, each once.
fn in_any_case(bytes: [u8; 2]) -> impl Iterator<Item = u32> {
    let cases =
        |byte: u8| [byte, byte.to_ascii_uppercase()].into_iter().take(1 + usize::from(byte.is_ascii_lowercase()));
    cases(bytes[0]).flat_map(move |first| cases(bytes[1]).map(move |second| u16::from_le_bytes([first, second]).into()))
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
fn frequent() -> FxHashSet<[u8; 2]> {
    FREQUENT.split_whitespace().filter_map(|word| word.as_bytes().last_chunk().copied()).collect()
}

/// How often a pair of bytes stands in texts, in some unit: estimates, since only the order matters.
fn frequency(pair: [u8; 2], frequent: &FxHashSet<[u8; 2]>) -> u32 {
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
    fn many_phrases_have_room() {
        let phrases: Vec<String> = (0..10_000).map(|number| format!("phrase {number:08}")).collect();
        let sieve = Sieve::new(phrases.iter().map(String::as_bytes).enumerate()).unwrap();
        assert_eq!(sieve.find("a phrase 00009999 more"), [Place { owner: 9_999, start: 2 }]);
    }

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
