//! Finds thousands of phrases in short texts. Most of an automaton for so many would never be visited in a run over one
//! post, and building it would be most of that run; here the first bytes of a phrase lead to it.

/// Phrases, sorted by where their first bytes lead.
#[derive(Debug, Default)]
pub struct Phrases {
    /// In small letters, as far as ASCII goes; those of fewer bytes than [`KEY`] first.
    phrases: Vec<Phrase>,
    /// For each value of [`bucket`], where its phrases begin; one more for their end.
    buckets: Vec<u32>,
    /// For each two bytes, whether a phrase begins with them: most places in a text need no further look.
    pairs: Vec<bool>,
    /// How many are of fewer bytes than [`KEY`].
    short: usize,
    /// For each byte, whether such a short one begins with it.
    begins_short: Vec<bool>,
}

#[derive(Debug)]
struct Phrase {
    text: Box<[u8]>,
    number: usize,
}

/// So many bytes lead to a phrase.
const KEY: usize = 4;
/// So many bits of them.
const BITS: u32 = 14;

/// A phrase in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// In bytes.
    pub start: usize,
    pub end: usize,
    /// Of the phrase, in the order in which they were given.
    pub number: usize,
}

impl Phrases {
    /// ASCII letters match in both cases.
    pub fn new(phrases: &[String]) -> Self {
        let lower = |text: &String| text.to_ascii_lowercase().into_bytes().into_boxed_slice();
        let mut all: Vec<_> =
            phrases.iter().enumerate().map(|(number, text)| Phrase { text: lower(text), number }).collect();
        all.sort_by_key(|phrase| key(&phrase.text).map(bucket));
        let short = all.partition_point(|phrase| phrase.text.len() < KEY);
        let begins =
            |byte: u8| all[..short].iter().any(|phrase| phrase.text.first() == Some(&byte.to_ascii_lowercase()));
        let begins_short = (0..=u8::MAX).map(begins).collect();
        let mut buckets = vec![0; (1 << BITS) + 1];
        let mut last = 0;
        for (at, phrase) in (0_u32..).zip(&all) {
            let Some(bucket) = key(&phrase.text).map(bucket) else { continue };
            buckets[last..=bucket].fill(at);
            last = bucket + 1;
        }
        buckets[last..].fill(u32::try_from(all.len()).unwrap_or(u32::MAX));
        let mut pairs = vec![false; 1 << 16];
        for phrase in all.iter().skip(short) {
            let both = |byte: u8| [byte, byte.to_ascii_uppercase()];
            for first in both(phrase.text[0]) {
                both(phrase.text[1]).into_iter().for_each(|second| pairs[pair(first, second)] = true);
            }
        }
        Self { phrases: all, buckets, pairs, short, begins_short }
    }

    /// Every place of every phrase, by where it starts. Places that start inside a word of ASCII letters and digits are left
    /// out.
    pub fn find(&self, text: &str) -> Vec<Match> {
        let bytes = text.as_bytes();
        let mut found = Vec::new();
        let mut start = 0;
        while let Some(first) = bytes.get(start) {
            let begins = bytes.get(start + 1).is_some_and(|second| self.pairs[pair(*first, *second)]);
            if let Some(key) = begins.then(|| key(&bytes[start..])).flatten() {
                let bucket = bucket(key);
                let (from, to) = (self.buckets[bucket], self.buckets[bucket + 1]);
                if from != to {
                    add(&self.phrases[from as usize..to as usize], &bytes[start..], start, &mut found);
                }
            }
            if self.begins_short[usize::from(*first)] {
                add(&self.phrases[..self.short], &bytes[start..], start, &mut found);
            }
            start += 1;
            if first.is_ascii_alphanumeric() {
                // The rest of the word.
                while bytes.get(start).is_some_and(u8::is_ascii_alphanumeric) {
                    start += 1;
                }
            } else if *first >= 0xC0 {
                // The rest of the character.
                while bytes.get(start).is_some_and(|byte| matches!(byte, 0x80..=0xBF)) {
                    start += 1;
                }
            }
        }
        found
    }
}

/// Those of `phrases` that `rest` begins with, which is the text from `start` on.
fn add(phrases: &[Phrase], rest: &[u8], start: usize, found: &mut Vec<Match>) {
    for phrase in phrases {
        if rest.get(..phrase.text.len()).is_some_and(|found| found.eq_ignore_ascii_case(&phrase.text)) {
            found.push(Match { start, end: start + phrase.text.len(), number: phrase.number });
        }
    }
}

/// The first bytes of a text in small letters, if it has so many.
fn key(text: &[u8]) -> Option<[u8; KEY]> {
    text.first_chunk::<KEY>().map(|first| first.map(|byte| byte.to_ascii_lowercase()))
}

const fn pair(first: u8, second: u8) -> usize {
    (first as usize) << 8 | second as usize
}

const fn bucket(key: [u8; KEY]) -> usize {
    (u32::from_le_bytes(key).wrapping_mul(0x9E37_79B1) >> (u32::BITS - BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(phrases: &[&str], text: &str) -> Vec<(usize, String)> {
        let phrases: Vec<String> = phrases.iter().map(|phrase| (*phrase).to_owned()).collect();
        let found = Phrases::new(&phrases);
        let mut all: Vec<_> =
            found.find(text).into_iter().map(|found| (found.number, text[found.start..found.end].to_owned())).collect();
        all.sort();
        all
    }

    #[test]
    fn every_place_of_every_phrase_is_found_in_any_case() {
        let all = found(
            &["read more", "Read", "more", "关注", "请关注我们", "% off", "qq", "t.me", "подпи"],
            "READ MORE, QQ: 请关注我们。50% off on t.me; Подпи подпи",
        );
        let numbers: Vec<usize> = all.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(all[8].1, "подпи");
    }

    #[test]
    fn a_phrase_that_starts_inside_a_word_is_none() {
        assert_eq!(found(&["more"], "furthermore, more 2more"), [(0, "more".to_owned())]);
    }
}
