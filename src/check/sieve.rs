//! Every place of many phrases in one pass over a text, in any case of ASCII letters.
//!
//! The text is looked at in windows of four bytes, of which every second one is enough: a phrase of five bytes holds one
//! of them wherever it starts, and where it has the choice, it is known by the rarest. The few shorter phrases are known by
//! three bytes. So the pass takes few instructions a byte, and seldom has to compare.

use rustc_hash::FxHashMap;

/// How many bits are left of a window. Their table takes 64 KiB: a smaller one knows too many windows that no phrase has.
const WINDOW: u32 = 19;
/// The bits of two bytes, and the lower three of a third one.
const TRIPLE: u32 = 19;
/// How many bits of a key tell a place in a word.
const WORD: u32 = u64::BITS.ilog2();

/// Phrases that are looked for together.
#[derive(Debug)]
pub struct Sieve {
    /// Those of at least five bytes, by a window each.
    long: Filter<{ 1 << (WINDOW - WORD) }>,
    /// The others, by three bytes.
    short: Filter<{ 1 << (TRIPLE - WORD) }>,
    phrases: Vec<Phrase>,
    /// All phrases, one after the other.
    text: Vec<u8>,
    /// Whoever looks for each phrase.
    owners: Vec<u32>,
}

/// Where a phrase and those who look for it start in the lists; they end where those of the next one start.
#[derive(Debug, Clone, Copy)]
struct Phrase {
    text: u32,
    owners: u32,
}

/// Which keys are known, and what they stand for.
#[derive(Debug)]
struct Filter<const WORDS: usize> {
    /// A bit for each key.
    known: Box<[u64; WORDS]>,
    /// For each of these numbers, how many bits are set in those before it.
    ranks: Vec<u32>,
    /// For each known key in rising order, where its anchors start; and where the last ones end.
    starts: Vec<u32>,
    anchors: Vec<Anchor>,
}

/// A phrase that may stand where its key does.
#[derive(Debug, Clone, Copy)]
struct Anchor {
    /// In `Sieve::phrases`.
    phrase: u32,
    /// How many bytes behind the start of the key the phrase ends.
    end: u16,
    /// The last two bytes of the phrase as [`caseless`], which tell most beside the key.
    last: [u8; 2],
}

/// A phrase that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub owner: u32,
    /// Where it starts, in bytes.
    pub start: usize,
}

/// Phrases with their keys, as they are gathered.
#[derive(Default)]
struct Gathered {
    long: Vec<(u32, Anchor)>,
    short: Vec<(u32, Anchor)>,
}

impl Gathered {
    /// Adds a phrase by a key for each parity of its place.
    fn add(&mut self, phrase: &[u8], anchor: Anchor) {
        for parity in [0, 1] {
            let windows = phrase.windows(4).enumerate().skip(parity).step_by(2);
            match windows.min_by_key(|(_, window)| frequency(window)) {
                Some((at, &[a, b, c, d])) if phrase.len() > 4 => {
                    let end = number(phrase.len() - at);
                    self.long.push((window(u32::from_le_bytes([a, b, c, d])), Anchor { end, ..anchor }));
                }
                _ => {
                    let (before, keys) = triples(phrase, parity);
                    let end = number(phrase.len().saturating_add_signed(-before));
                    self.short.extend(keys.into_iter().map(|key| (key, Anchor { end, ..anchor })));
                }
            }
        }
    }
}

impl Sieve {
    /// For phrases in small letters of two to 255 bytes, with who looks for each.
    pub fn new<'a>(phrases: impl Iterator<Item = (usize, &'a [u8])>) -> Self {
        let mut owners_of: FxHashMap<&[u8], Vec<u32>> = FxHashMap::default();
        for (owner, phrase) in phrases {
            owners_of.entry(phrase).or_default().push(number(owner));
        }
        let mut gathered = Gathered::default();
        let (mut all, mut text, mut owners) = (Vec::with_capacity(owners_of.len() + 1), Vec::new(), Vec::new());
        for (phrase, of_phrase) in owners_of {
            let last = phrase.last_chunk().copied().map(caseless).unwrap_or_default();
            gathered.add(phrase, Anchor { phrase: number(all.len()), end: 0, last });
            all.push(Phrase { text: number(text.len()), owners: number(owners.len()) });
            text.extend(phrase);
            owners.extend(of_phrase);
        }
        all.push(Phrase { text: number(text.len()), owners: number(owners.len()) });
        let Gathered { long, short } = gathered;
        Self { long: Filter::new(&long), short: Filter::new(&short), phrases: all, text, owners }
    }

    /// Every place, in no order.
    pub fn find(&self, text: &str) -> Vec<Place> {
        let mut found = Vec::new();
        let text = text.as_bytes();
        let mut at = 0;
        while let Some((bytes, rest)) = text.get(at..).and_then(<[u8]>::split_first_chunk) {
            // The last window ends two bytes behind these.
            let Some(next) = rest.first_chunk() else { break };
            let (eight, two) = (u64::from_le_bytes(*bytes), u16::from_le_bytes(*next));
            let windows = [eight, eight >> 16, eight >> 32, eight >> 48 | u64::from(two) << 16];
            let known = windows.map(|bytes| self.long.bit(window(bytes as u32)) | self.short.bit(triple(bytes as u32)));
            let mut known = known[0] | known[1] << 1 | known[2] << 2 | known[3] << 3;
            while known != 0 {
                let number = known.trailing_zeros() as usize;
                self.look(text, at + 2 * number, windows[number] as u32, &mut found);
                known &= known - 1;
            }
            at += 8;
        }
        for at in (at..text.len()).step_by(2) {
            // What would follow is no part of a phrase.
            let bytes = text[at..].iter().take(4).rev().fold(0, |bytes, byte| bytes << 8 | u32::from(*byte));
            self.look(text, at, bytes, &mut found);
        }
        found
    }

    /// Adds the phrases of the keys that start at `at`, where the text holds these four bytes.
    fn look(&self, text: &[u8], at: usize, bytes: u32, found: &mut Vec<Place>) {
        for anchors in [self.long.anchors(window(bytes)), self.short.anchors(triple(bytes))] {
            for anchor in anchors {
                let end = at + usize::from(anchor.end);
                // Most of what stands at a key ends otherwise.
                if text.get(..end).and_then(<[u8]>::last_chunk).is_some_and(|last| caseless(*last) == anchor.last) {
                    self.compare(text, end, anchor.phrase as usize, found);
                }
            }
        }
    }

    /// Adds the phrase with this number if it ends at `end`.
    fn compare(&self, text: &[u8], end: usize, number: usize, found: &mut Vec<Place>) {
        let (this, next) = (self.phrases[number], self.phrases[number + 1]);
        let phrase = &self.text[this.text as usize..next.text as usize];
        let Some(start) = end.checked_sub(phrase.len()) else { return };
        if text[start..end].eq_ignore_ascii_case(phrase) {
            let owners = &self.owners[this.owners as usize..next.owners as usize];
            found.extend(owners.iter().map(|owner| Place { owner: *owner, start }));
        }
    }
}

impl<const WORDS: usize> Filter<WORDS> {
    /// For anchors by their keys.
    fn new(gathered: &[(u32, Anchor)]) -> Self {
        let mut known = Box::new([0_u64; WORDS]);
        for (key, _) in gathered {
            known[(key / u64::BITS) as usize] |= 1 << (key % u64::BITS);
        }
        let mut keys = 0;
        let mut ranks = Vec::with_capacity(known.len());
        for word in known.iter() {
            ranks.push(keys);
            keys += word.count_ones();
        }
        let mut filter = Self { known, ranks, starts: vec![0; keys as usize + 1], anchors: Vec::new() };
        let rank = |filter: &Self, key: u32| filter.rank(key).unwrap_or_default();
        for (key, _) in gathered {
            let rank = rank(&filter, *key);
            filter.starts[rank] += 1;
        }
        // How many there are becomes where they end, and, once each has its place, where they start.
        let mut end = 0;
        for start in &mut filter.starts {
            end += *start;
            *start = end;
        }
        filter.anchors = vec![Anchor { phrase: 0, end: 0, last: [0; 2] }; gathered.len()];
        for (key, anchor) in gathered {
            let rank = rank(&filter, *key);
            filter.starts[rank] -= 1;
            let place = filter.starts[rank] as usize;
            filter.anchors[place] = *anchor;
        }
        filter
    }

    /// 1 for a key that is known.
    #[inline]
    fn bit(&self, key: u32) -> u64 {
        self.known[(key / u64::BITS) as usize] >> (key % u64::BITS) & 1
    }

    /// How many known keys are smaller; none where this one is not known.
    #[inline]
    fn rank(&self, key: u32) -> Option<usize> {
        let (word, bit) = (self.known[(key / u64::BITS) as usize], 1 << (key % u64::BITS));
        (word & bit != 0).then(|| (self.ranks[(key / u64::BITS) as usize] + (word & (bit - 1)).count_ones()) as usize)
    }

    /// What a key stands for.
    #[inline]
    fn anchors(&self, key: u32) -> &[Anchor] {
        let Some(rank) = self.rank(key) else { return &[] };
        &self.anchors[self.starts[rank] as usize..self.starts[rank + 1] as usize]
    }
}

/// A length or a place among phrases, which all together have far fewer bytes than there are numbers of this size.
fn number<N: TryFrom<usize> + Default>(number: usize) -> N {
    N::try_from(number).unwrap_or_default()
}

/// The key of four bytes, in any case.
#[inline]
const fn window(bytes: u32) -> u32 {
    // Knuth's multiplicative hash: the upper bits depend on all of them.
    (bytes | 0x2020_2020).wrapping_mul(0x9e37_79b1) >> (u32::BITS - WINDOW)
}

/// The key of the first three of four bytes.
#[inline]
const fn triple(bytes: u32) -> u32 {
    (bytes & 0xffff) << (TRIPLE - 16) | bytes >> 16 & ((1 << (TRIPLE - 16)) - 1)
}

/// Three bytes of a short phrase, of which two may be enough: where the rarest ones start in it that are as far from its
/// start as `parity` says, and all keys that they have.
fn triples(phrase: &[u8], parity: usize) -> (isize, Vec<u32>) {
    let byte = |at: isize| phrase.get(usize::try_from(at).ok()?).copied();
    let first = if parity == 0 { 0 } else { -1 };
    let starts = (first..isize::try_from(phrase.len()).unwrap_or(first) - 1).step_by(2);
    let known = |start: &isize| match [byte(*start), byte(*start + 1), byte(*start + 2)] {
        [Some(a), Some(b), Some(c)] => frequency(&[a, b, c]),
        [Some(a), Some(b), _] | [_, Some(a), Some(b)] => frequency(&[a, b]),
        _ => i32::MAX,
    };
    let start = starts.min_by_key(known).unwrap_or(first);
    // A byte of the phrase in both cases, or any.
    let cases = |at: isize| {
        let (from, to) = byte(at).map_or((0, u8::MAX), |byte| (byte, byte));
        let other = byte(at).map(|byte| byte.to_ascii_uppercase()).filter(|upper| *upper != from);
        (from..=to).chain(other)
    };
    let third = |c: u8| u32::from(c) << 16;
    let mut keys = Vec::new();
    for a in cases(start) {
        for b in cases(start + 1) {
            let pair = u32::from(u16::from_le_bytes([a, b]));
            match byte(start + 2) {
                // The lower bits of a letter are those of both cases.
                Some(c) => keys.push(triple(pair | third(c))),
                None => keys.extend((0..1 << (TRIPLE - 16)).map(|c| triple(pair | third(c)))),
            }
        }
    }
    (start, keys)
}

/// Two bytes, the same for both cases of a letter; some other bytes share one too.
const fn caseless([a, b]: [u8; 2]) -> [u8; 2] {
    [a | 0x20, b | 0x20]
}

/// How often each byte, and behind it each pair of bytes, stands in the texts of the rules, which are in many languages: ten
/// times the logarithm to the base of two. `build.rs` counts them.
static COUNTS: &[u8; 256 + 65_536] = include_bytes!(concat!(env!("OUT_DIR"), "/counts.bin"));

/// How often these bytes in small letters stand in texts, in some unit: each byte depends on the one before it.
fn frequency(bytes: &[u8]) -> i32 {
    let pair = |pair: &[u8]| COUNTS[256 + usize::from(pair[0]) * 256 + usize::from(pair[1])];
    let pairs: i32 = bytes.windows(2).map(|bytes| i32::from(pair(bytes))).sum();
    let inner = bytes.get(1..bytes.len().saturating_sub(1)).unwrap_or_default();
    pairs - inner.iter().map(|byte| i32::from(COUNTS[usize::from(*byte)])).sum::<i32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_phrases_have_room() {
        let phrases: Vec<String> = (0..70_000).map(|number| format!("phrase {number:08}")).collect();
        let sieve = Sieve::new(phrases.iter().map(String::as_bytes).enumerate());
        assert_eq!(sieve.find("a phrase 00069999 more"), [Place { owner: 69_999, start: 2 }]);
    }

    #[test]
    fn every_place_is_found_wherever_it_starts() {
        let phrases = ["read more", "more", "关注", "\u{ad}", "% off", "é"];
        let sieve = Sieve::new(phrases.iter().map(|phrase| phrase.as_bytes()).enumerate());
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
                .map(|(owner, start)| Place { owner: owner as u32, start })
                .collect();
            places.sort();
            assert_eq!(places.len(), 6);
            let mut found = sieve.find(&text);
            found.sort();
            assert_eq!(found, places, "{text}");
        }
    }
}
