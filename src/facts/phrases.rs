//! Finds thousands of phrases in short texts. Most of an automaton for so many would never be visited in a run over one
//! post, and building it would be most of that run; here the first bytes of a phrase, its key, lead to it.

/// Phrases, sorted by where their keys lead.
#[derive(Debug)]
pub struct Phrases {
    phrases: Vec<Phrase>,
    /// For each value of [`bucket`], where its phrases begin; one more for their end.
    buckets: Vec<u32>,
    /// One bit for each value of [`mark`], set where a phrase's key has it: nearly all places in a text need no further
    /// look.
    marks: Box<[u64; MARKS]>,
    /// For each byte, what to do where it begins a character: see [`Step`].
    steps: [Step; 256],
}

#[derive(Debug)]
struct Phrase {
    /// In small letters, as far as ASCII goes.
    text: Box<[u8]>,
    /// Its first bytes, and those of them that lead to it.
    head: u64,
    key: u64,
    /// Of the head, those bits that belong to the phrase: it may be shorter.
    mask: u64,
    number: usize,
}

/// What a byte says that begins a character. The lowest byte: how many bytes the character has, or naught for an ASCII
/// letter or digit, which is part of a word. The others: how long the keys are of the phrases that begin with it, as the
/// first bit behind a key of that length.
type Step = u64;

/// Of characters of three bytes with which phrases begin that have keys of six bytes.
const WIDE: Step = WIDE_END | 3;
const WIDE_END: u64 = 1 << (6 * u8::BITS);

/// So many bytes at most are the key of a phrase that begins with ASCII: most words are short.
const KEY: usize = 5;
/// The same of other phrases: two characters of Chinese or Japanese, as many phrases begin with the same one.
const WIDE_KEY: usize = 6;

/// So many bits of a hash are a [`mark`]: eight kilobytes stay near the processor.
const MARK_BITS: u32 = 16;
const MARKS: usize = 1 << (MARK_BITS - u64::BITS.ilog2());
/// So many of them are a [`bucket`].
const BUCKET_BITS: u32 = 12;

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
        let all = phrases.iter().enumerate().filter(|(_, text)| !text.is_empty());
        let mut phrases: Vec<_> = all.map(|(number, text)| Phrase::new(number, text)).collect();
        phrases.sort_by_key(|phrase| mark(phrase.key));
        let mut buckets = vec![0; (1 << BUCKET_BITS) + 1];
        let mut marks = Box::new([0; MARKS]);
        let mut steps = std::array::from_fn(|byte| length(u8::try_from(byte).unwrap_or_default()));
        for phrase in &phrases {
            let mark = mark(phrase.key);
            marks[mark / 64] |= 1 << (mark % 64);
            buckets[bucket(mark) + 1] += 1;
            let first = phrase.text[0];
            for first in [first, first.to_ascii_uppercase()] {
                steps[usize::from(first)] |= end_of(phrase.key_length());
            }
        }
        for at in 1..buckets.len() {
            buckets[at] += buckets[at - 1];
        }
        Self { phrases, buckets, marks, steps }
    }

    /// Every place of every phrase, by where it starts. Places that start inside a word of ASCII letters and digits are left
    /// out.
    pub fn find(&self, text: &str) -> Vec<Match> {
        let bytes = text.as_bytes();
        let mut found = Vec::new();
        let mut start = 0;
        while let Some(first) = bytes.get(start) {
            let step = self.steps[usize::from(*first)];
            // By far the most characters of Chinese and Japanese: a single key, and no word around it.
            if step == WIDE {
                start = self.find_wide(start, bytes, &mut found);
                continue;
            }
            let length = step & 0xFF;
            let mut ends = step ^ length;
            if ends != 0 {
                let head = head(&bytes[start..]);
                while ends != 0 {
                    // The lowest bit, which leaves the bits of the key below it.
                    let end = ends & ends.wrapping_neg();
                    self.look(head & (end - 1), start, bytes, &mut found);
                    ends ^= end;
                }
            }
            start += length as usize;
            if length == 0 {
                let in_word = |byte: &u8| self.steps[usize::from(*byte)] & 0xFF == 0;
                start += bytes[start..].iter().take_while(|byte| in_word(byte)).count();
            }
        }
        found
    }

    /// Looks at the character at `start`, which is [`WIDE`], and at those behind it that are so too; where they end.
    #[inline]
    fn find_wide(&self, mut start: usize, text: &[u8], found: &mut Vec<Match>) -> usize {
        // Their first byte and their key are in the same eight bytes, which are read once.
        while let Some(bytes) = text.get(start..).and_then(<[u8]>::first_chunk) {
            if self.steps[usize::from(bytes[0])] != WIDE {
                return start;
            }
            self.look((u64::from_le_bytes(*bytes) | SMALL) & (WIDE_END - 1), start, text, found);
            start += 3;
        }
        while text.get(start).is_some_and(|first| self.steps[usize::from(*first)] == WIDE) {
            self.look(last_head(&text[start..]) & (WIDE_END - 1), start, text, found);
            start += 3;
        }
        start
    }

    #[inline]
    fn look(&self, key: u64, start: usize, text: &[u8], found: &mut Vec<Match>) {
        let mark = mark(key);
        if self.marks[mark / 64] & 1 << (mark % 64) != 0 {
            self.add(key, start, text, found);
        }
    }

    /// Adds the phrases with this key that stand at `start`. Rare, and kept out of the way.
    #[inline(never)]
    fn add(&self, key: u64, start: usize, text: &[u8], found: &mut Vec<Match>) {
        let bucket = bucket(mark(key));
        let head = head(&text[start..]);
        for phrase in &self.phrases[self.buckets[bucket] as usize..self.buckets[bucket + 1] as usize] {
            if phrase.key == key && phrase.head == head & phrase.mask {
                found.extend(phrase.at(start, text));
            }
        }
    }
}

impl Phrase {
    fn new(number: usize, text: &str) -> Self {
        let text = text.to_ascii_lowercase().into_bytes().into_boxed_slice();
        let mask = end_of(text.len()).wrapping_sub(1);
        let mut phrase = Self { head: head(&text) & mask, key: 0, mask, number, text };
        phrase.key = phrase.head & (end_of(phrase.key_length()) - 1);
        phrase
    }

    /// In bytes.
    fn key_length(&self) -> usize {
        self.text.len().min(if self.text[0].is_ascii() { KEY } else { WIDE_KEY })
    }

    fn at(&self, start: usize, text: &[u8]) -> Option<Match> {
        let end = start + self.text.len();
        let is_here = text.get(start..end)?.eq_ignore_ascii_case(&self.text);
        is_here.then_some(Match { start, end, number: self.number })
    }
}

/// The lowest byte of a [`Step`].
const fn length(first: u8) -> u64 {
    match first {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => 0,
        0xC0..0xE0 => 2,
        0xE0..0xF0 => 3,
        0xF0.. => 4,
        _ => 1,
    }
}

/// What makes small letters of ASCII capitals.
const SMALL: u64 = u64::from_le_bytes([b' '; 8]);

/// The first eight bytes of a text as one number, the first byte lowest; where there are fewer, spaces follow. Of ASCII
/// letters it has the small ones, and of some other bytes it has one for two: a key may lead too far, but never astray.
#[inline]
pub fn head(text: &[u8]) -> u64 {
    text.first_chunk().map_or_else(|| last_head(text), |bytes| u64::from_le_bytes(*bytes) | SMALL)
}

/// The same of fewer bytes. Rare, and kept out of the way.
#[cold]
#[inline(never)]
fn last_head(text: &[u8]) -> u64 {
    u64::from_le_bytes(std::array::from_fn(|at| text.get(at).copied().unwrap_or(b' '))) | SMALL
}

/// The first bit of a [`head`] behind so many bytes; none behind all of it.
fn end_of(length: usize) -> u64 {
    u32::try_from(length).ok().and_then(|length| 1_u64.checked_shl(length.saturating_mul(u8::BITS))).unwrap_or(0)
}

/// Where a key leads. No byte of one is naught, so that keys of different lengths differ.
#[inline]
fn mark(key: u64) -> usize {
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - MARK_BITS)) as usize
}

const fn bucket(mark: usize) -> usize {
    mark >> (MARK_BITS - BUCKET_BITS)
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
    fn short_phrases_and_phrases_at_the_end_are_found() {
        let phrases = ["q", "qq", "qqq", "qqqq", "qqqqq", "qqqqqqqqqq", "©", "é", "关", "关注", "👏", "👏👏"];
        for (number, phrase) in phrases.iter().enumerate() {
            for text in [(*phrase).to_owned(), format!("在 {phrase}"), format!("{phrase} {phrase}")] {
                let times = text.matches(phrase).count();
                let of_it = found(&phrases, &text).into_iter().filter(|(found, _)| *found == number).count();
                assert_eq!(of_it, times, "{phrase} in {text}");
            }
        }
    }

    #[test]
    fn each_phrase_is_found_once_where_several_begin_alike() {
        let all = found(&["关注", "关注我", "关注我们", "follow", "follow us", "Follow us"], "关注我们！FOLLOW US");
        assert_eq!(all.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn only_ascii_matches_in_both_cases() {
        assert_eq!(found(&["привет", "加qq群", "été"], "ПРИВЕТ 加QQ群 ÉTÉ"), [(1, "加QQ群".to_owned())]);
        // Bytes that differ from those of the phrase in the bit that tells small letters from capitals.
        assert!(found(&["关注", "@a", "`b"], "女注 关泈 `a @b").is_empty());
    }

    #[test]
    fn a_phrase_that_starts_inside_a_word_is_none() {
        assert_eq!(found(&["more"], "furthermore, more 2more"), [(0, "more".to_owned())]);
    }
}
