//! Every place of many phrases in one pass over a text, in any case of ASCII letters.
//!
//! The text is looked at in windows that start at every second byte: a phrase of seven bytes holds a window of six
//! wherever it starts, one of five bytes holds one of four, and where there is a choice, it is known by the rarest. The few
//! shorter phrases are known by three bytes. So the pass takes few instructions a byte, and seldom has to compare.

use rustc_hash::FxHashMap;

/// A word of a filter has room for so many keys: a window that no phrase has is then taken for one in one of 240 to 1,000 cases.
const ROOM: usize = 2;
/// How many bits of a third byte are part of a key: two-byte phrases have a key for each value of them.
const THIRD: u8 = 0b111;

/// Phrases that are looked for together.
#[derive(Debug)]
pub struct Sieve {
    /// Those of at least seven bytes, by a window of six each.
    long: Filter,
    /// Those of five or six bytes, by a window of four, and those of four where they start at an even byte.
    middle: Filter,
    /// The others, by three bytes.
    short: Filter,
    /// Each phrase with its length before it, and behind it how many look for it, and who: one place in memory for all that
    /// is looked at together.
    phrases: Vec<u8>,
}

/// Which keys are known, and what they stand for.
#[derive(Debug)]
struct Filter {
    /// Two bits of one of these words for each key (a blocked Bloom filter); as many words as a power of two.
    known: Vec<u64>,
    /// For each of those words, where the anchors of its keys start; and where the last ones end.
    starts: Vec<u32>,
    anchors: Vec<Anchor>,
}

/// A phrase that may stand where its key does.
#[derive(Debug, Clone, Copy)]
struct Anchor {
    key: Key,
    /// Where it stands in `Sieve::phrases`.
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

/// A phrase's windows by what they are looked up with, as they are gathered.
#[derive(Default)]
struct Gathered {
    long: Vec<Anchor>,
    middle: Vec<Anchor>,
    short: Vec<Anchor>,
}

impl Gathered {
    /// Adds a phrase by a key for each parity of its place.
    fn add(&mut self, phrase: &[u8], anchor: Anchor) {
        for parity in [0, 1] {
            if let Some((at, [a, b, c, d, e, f])) = rarest(phrase, parity) {
                let key = Key::long(u64::from_le_bytes([a, b, c, d, e, f, 0, 0]));
                self.long.push(Anchor { key, end: number(phrase.len() - at), ..anchor });
            } else if let Some((at, window)) = rarest(phrase, parity) {
                let key = Key::middle(u32::from_le_bytes(window).into());
                self.middle.push(Anchor { key, end: number(phrase.len() - at), ..anchor });
            } else {
                let (before, keys) = triples(phrase, parity);
                let end = number(phrase.len().saturating_add_signed(-before));
                self.short.extend(keys.into_iter().map(|key| Anchor { key, end, ..anchor }));
            }
        }
    }
}

/// The rarest window that is as far from the start of a phrase as `parity` says, and where it starts.
fn rarest<const LENGTH: usize>(phrase: &[u8], parity: usize) -> Option<(usize, [u8; LENGTH])> {
    let windows = phrase.windows(LENGTH).enumerate().skip(parity).step_by(2);
    let (at, window) = windows.min_by_key(|(_, window)| frequency(window))?;
    Some((at, *window.first_chunk()?))
}

impl Sieve {
    /// For phrases in small letters of two to 255 bytes, with who looks for each.
    pub fn new<'a>(phrases: impl Iterator<Item = (usize, &'a [u8])>) -> Self {
        let mut owners_of: FxHashMap<&[u8], Vec<u32>> = FxHashMap::default();
        for (owner, phrase) in phrases {
            owners_of.entry(phrase).or_default().push(number(owner));
        }
        let mut gathered = Gathered::default();
        let mut all = Vec::new();
        for (phrase, owners) in owners_of {
            let last = phrase.last_chunk().copied().map(caseless).unwrap_or_default();
            gathered.add(phrase, Anchor { key: Key(0), phrase: number(all.len()), end: 0, last });
            all.push(number(phrase.len()));
            all.extend(phrase);
            all.push(number(owners.len()));
            all.extend(owners.iter().flat_map(|owner| owner.to_le_bytes()));
        }
        let Gathered { long, middle, short } = gathered;
        let [long, middle, short] = [long, middle, short].map(Filter::new);
        Self { long, middle, short, phrases: all }
    }

    /// Every place, in no order.
    pub fn find(&self, text: &str) -> Vec<Place> {
        let mut found = Vec::new();
        let text = text.as_bytes();
        let mut at = 0;
        while let Some(bytes) = text.get(at..).and_then(<[u8]>::first_chunk) {
            let bytes = u128::from_le_bytes(*bytes);
            let windows = [bytes, bytes >> 16, bytes >> 32, bytes >> 48].map(|bytes| bytes as u64);
            let mut known = 0;
            for (number, window) in windows.into_iter().enumerate() {
                known |= self.bit(window) << number;
            }
            while known != 0 {
                let number = known.trailing_zeros() as usize;
                self.look(text, at + 2 * number, windows[number], &mut found);
                known &= known - 1;
            }
            at += 8;
        }
        for at in (at..text.len()).step_by(2) {
            // What would follow is no part of a phrase.
            let window = text[at..].iter().take(8).rev().fold(0, |bytes, byte| bytes << 8 | u64::from(*byte));
            self.look(text, at, window, &mut found);
        }
        found
    }

    /// 1 for a window that may be one of a phrase.
    #[inline]
    fn bit(&self, window: u64) -> u64 {
        self.long.bit(Key::long(window)) | self.middle.bit(Key::middle(window)) | self.short.bit(Key::short(window))
    }

    /// Adds the phrases of the keys that start at `at`, where the text holds these eight bytes.
    fn look(&self, text: &[u8], at: usize, window: u64, found: &mut Vec<Place>) {
        let keys =
            [(&self.long, Key::long(window)), (&self.middle, Key::middle(window)), (&self.short, Key::short(window))];
        for (filter, key) in keys {
            if filter.bit(key) == 0 {
                continue;
            }
            for anchor in filter.anchors(key) {
                let end = at + usize::from(anchor.end);
                // Most of what stands at a key ends otherwise.
                let ends =
                    || text.get(..end).and_then(<[u8]>::last_chunk).is_some_and(|last| caseless(*last) == anchor.last);
                if anchor.key == key && ends() {
                    self.compare(text, end, anchor.phrase as usize, found);
                }
            }
        }
    }

    /// Adds the phrase of this place in the list if it ends at `end`.
    #[inline]
    fn compare(&self, text: &[u8], end: usize, place: usize, found: &mut Vec<Place>) -> Option<()> {
        let (length, rest) = self.phrases.get(place..)?.split_first()?;
        let (phrase, rest) = rest.split_at_checked(usize::from(*length))?;
        let start = end.checked_sub(phrase.len())?;
        if text[start..end].eq_ignore_ascii_case(phrase) {
            let (count, rest) = rest.split_first()?;
            let owners = rest.as_chunks().0.iter().take(usize::from(*count)).map(|owner| u32::from_le_bytes(*owner));
            found.extend(owners.map(|owner| Place { owner, start }));
        }
        Some(())
    }
}

impl Filter {
    /// For these anchors.
    fn new(mut anchors: Vec<Anchor>) -> Self {
        let words = (anchors.len() / ROOM).next_power_of_two();
        let mut filter = Self { known: vec![0; words], starts: vec![0; words + 1], anchors: Vec::new() };
        anchors.sort_unstable_by_key(|anchor| filter.word(anchor.key));
        for anchor in &anchors {
            let word = filter.word(anchor.key);
            filter.known[word] |= anchor.key.bits();
            filter.starts[word + 1] += 1;
        }
        let mut end = 0;
        for start in &mut filter.starts {
            end += *start;
            *start = end;
        }
        filter.anchors = anchors;
        filter
    }

    /// The word of a key, which its upper bits tell.
    #[inline]
    fn word(&self, key: Key) -> usize {
        key.0 as usize >> 12 & (self.known.len() - 1)
    }

    /// 1 for a key that may be known.
    #[inline]
    fn bit(&self, key: Key) -> u64 {
        let word = self.known[self.word(key)];
        word >> key.first() & word >> key.second() & 1
    }

    /// What a key may stand for.
    #[inline]
    fn anchors(&self, key: Key) -> &[Anchor] {
        let word = self.word(key);
        &self.anchors[self.starts[word] as usize..self.starts[word + 1] as usize]
    }
}

/// A length or a place among phrases, which all together have far fewer bytes than there are numbers of this size.
fn number<N: TryFrom<usize> + Default>(number: usize) -> N {
    N::try_from(number).unwrap_or_default()
}

/// What some bytes are looked up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key(u32);

impl Key {
    /// Of the first six of eight bytes.
    #[inline]
    const fn long(bytes: u64) -> Self {
        Self::of(bytes & 0xffff_ffff_ffff | 0x2020_2020_2020)
    }

    /// Of the first four of eight bytes.
    #[inline]
    const fn middle(bytes: u64) -> Self {
        Self::of(bytes & 0xffff_ffff | 0x2020_2020)
    }

    /// Of the first three of eight bytes as they are: in few bytes each bit tells much. Of the third one only some.
    #[inline]
    const fn short(bytes: u64) -> Self {
        Self::of(bytes & (0xffff | (THIRD as u64) << 16))
    }

    /// Knuth's multiplicative hash: the upper bits depend on all of them.
    #[inline]
    const fn of(bytes: u64) -> Self {
        Self((bytes.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32)
    }

    #[inline]
    const fn first(self) -> u32 {
        self.0 & 63
    }

    #[inline]
    const fn second(self) -> u32 {
        self.0 >> 6 & 63
    }

    /// The bits of the key in its word.
    const fn bits(self) -> u64 {
        1 << self.first() | 1 << self.second()
    }
}

/// Three bytes of a short phrase, of which two may be enough: where the rarest ones start in it that are as far from its
/// start as `parity` says, and all keys that they have.
fn triples(phrase: &[u8], parity: usize) -> (isize, Vec<Key>) {
    let byte = |at: isize| phrase.get(usize::try_from(at).ok()?).copied();
    let first = if parity == 0 { 0 } else { -1 };
    let starts = (first..isize::try_from(phrase.len()).unwrap_or(first) - 1).step_by(2);
    let known = |start: &isize| match [byte(*start), byte(*start + 1), byte(*start + 2)] {
        [Some(a), Some(b), Some(c)] => frequency(&[a, b, c]),
        [Some(a), Some(b), _] | [_, Some(a), Some(b)] => frequency(&[a, b]),
        _ => i32::MAX,
    };
    let start = starts.min_by_key(known).unwrap_or(first);
    // A byte of the phrase in both cases, or any. The lower bits of a letter are those of both cases.
    let cases = |at: isize| {
        let (from, to) = byte(at).map_or((0, u8::MAX), |byte| (byte, byte));
        let other = byte(at).map(|byte| byte.to_ascii_uppercase()).filter(|upper| *upper != from);
        (from..=to).chain(other)
    };
    let thirds = byte(start + 2).map_or(0..=THIRD, |byte| byte..=byte);
    let mut keys = Vec::new();
    for a in cases(start) {
        for b in cases(start + 1) {
            keys.extend(thirds.clone().map(|c| Key::short(u64::from_le_bytes([a, b, c, 0, 0, 0, 0, 0]))));
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
        let phrases = ["read more", "more", "ead mor", "关注", "\u{ad}", "% off", "é"];
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
            assert_eq!(places.len(), 7);
            let mut found = sieve.find(&text);
            found.sort();
            assert_eq!(found, places, "{text}");
        }
    }
}
