//! Every place of many phrases in one pass over a text, in any case of ASCII letters.
//!
//! The text is looked at in pairs of bytes that do not overlap. A phrase of three bytes holds one of these pairs wherever
//! it starts, and where it has the choice, it is known by the rarest pair; so the pass takes few instructions a byte, and
//! seldom has to compare.

/// Phrases that are looked for together.
#[derive(Debug)]
pub struct Sieve {
    /// For each pair of bytes, one more than its place in `buckets`; 0 where no phrase is known by it.
    pairs: Vec<u16>,
    /// Where the anchors of each pair start, and behind the last one, where they end.
    buckets: Vec<usize>,
    anchors: Vec<Anchor>,
    /// All phrases, one after the other.
    text: Vec<u8>,
}

/// A phrase that may stand where one of its pairs does.
#[derive(Debug, Clone, Copy)]
struct Anchor {
    /// In small letters.
    pair: u16,
    /// How many bytes of the phrase stand before the second byte of the pair.
    before: u16,
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
        let (mut anchors, mut text) = (Vec::new(), Vec::new());
        for (owner, phrase) in phrases {
            let (start, length) = (u32::try_from(text.len()).ok()?, u16::try_from(phrase.len()).ok()?);
            let owner = u16::try_from(owner).ok()?;
            text.extend(phrase);
            let mut add = |pair: u16, before| anchors.push(Anchor { pair, before, start, length, owner });
            for parity in [1, 2] {
                let seconds = (parity..length).step_by(2);
                let at = |second: u16| [phrase[usize::from(second) - 1], phrase[usize::from(second)]];
                match seconds.min_by_key(|second| at(*second).map(frequency).iter().product::<u32>()) {
                    Some(second) => add(u16::from_le_bytes(at(second)), second),
                    // It is cut in two, with any byte before it.
                    None => (0..=u8::MAX)
                        .filter(|byte| !byte.is_ascii_uppercase())
                        .for_each(|byte| add(u16::from_le_bytes([byte, phrase[0]]), 0)),
                }
            }
        }
        anchors.sort_by_key(|anchor| anchor.pair);
        let mut sieve = Self { pairs: vec![0; 1 << 16], buckets: Vec::new(), anchors, text };
        for (at, anchor) in sieve.anchors.iter().enumerate() {
            if at.checked_sub(1).is_none_or(|before| sieve.anchors[before].pair != anchor.pair) {
                sieve.buckets.push(at);
                let bucket = u16::try_from(sieve.buckets.len()).ok()?;
                let [first, second] = anchor.pair.to_le_bytes().map(|byte| [byte, byte.to_ascii_uppercase()]);
                for pair in first.into_iter().flat_map(|first| second.map(|second| u16::from_le_bytes([first, second])))
                {
                    sieve.pairs[usize::from(pair)] = bucket;
                }
            }
        }
        sieve.buckets.push(sieve.anchors.len());
        Some(sieve)
    }

    /// Every place, in order of who looks for it.
    pub fn find(&self, text: &str) -> Vec<Place> {
        let mut found = Vec::new();
        for (at, pair) in text.as_bytes().as_chunks::<2>().0.iter().enumerate() {
            let bucket = self.pairs[usize::from(u16::from_le_bytes(*pair))];
            if bucket != 0 {
                self.compare(usize::from(bucket), text.as_bytes(), 2 * at + 1, &mut found);
            }
        }
        found.sort_unstable();
        found
    }

    /// Adds the phrases with the pair of which the second byte is `second`.
    fn compare(&self, bucket: usize, text: &[u8], second: usize, found: &mut Vec<Place>) {
        for anchor in &self.anchors[self.buckets[bucket - 1]..self.buckets[bucket]] {
            let phrase = &self.text[anchor.start as usize..][..usize::from(anchor.length)];
            let Some(start) = second.checked_sub(usize::from(anchor.before)) else { continue };
            if text.get(start..start + phrase.len()).is_some_and(|part| part.eq_ignore_ascii_case(phrase)) {
                found.push(Place { owner: anchor.owner, start });
            }
        }
    }
}

/// How often a byte stands in texts, of a thousand: estimates from posts in Chinese and in languages of Europe, rounded.
const fn frequency(byte: u8) -> u32 {
    match byte {
        b' ' | b'e' | 0xE4..=0xE8 => 40,
        b'a' | b'i' | b'n' | b'o' | b'r' | b's' | b't' => 25,
        b'c'
        | b'd'
        | b'h'
        | b'l'
        | b'm'
        | b'p'
        | b'u'
        | b'\n'
        | 0xC3
        | 0xCE
        | 0xCF
        | 0xD0
        | 0xD1
        | 0xE3
        | 0xE9..=0xEF => 10,
        0x80..=0xBF => 7,
        b'b' | b'f' | b'g' | b'k' | b'v' | b'w' | b'y' | b'-' | b'.' | b'/' => 5,
        _ => 3,
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
