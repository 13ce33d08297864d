//! One pass over a post that says which text checks can find anything in it. Most patterns need a phrase that most posts
//! do not hold; looking for all phrases at once is many times cheaper than running every pattern.

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex_syntax::hir::{
    Class, ClassBytes, ClassBytesRange, ClassUnicode, ClassUnicodeRange, Hir, HirKind,
    literal::{ExtractKind, Extractor, Seq},
};

use super::Check;

/// A shorter phrase, in bytes, stands in nearly every post.
const SHORTEST: usize = 3;
/// So many bytes of a phrase are looked for: more tell hardly more, and the table of all phrases grows by each byte.
const LONGEST: usize = 9;
/// More phrases for one pattern than this are not worth their memory.
const MOST: usize = 256;

/// What must stand in a post before a pattern is worth searching for.
pub struct Screen {
    phrases: Option<AhoCorasick>,
    /// For each phrase, the pattern that needs it, by its place in `patterns`.
    owners: Vec<usize>,
    /// Every pattern that forbids something, in the order of the checks.
    patterns: Vec<Owned>,
    /// For each check, whether it is worth running whatever the post says.
    always: Vec<bool>,
}

/// A pattern of a check.
struct Owned {
    check: usize,
    /// Zero-based, among the patterns of its check.
    number: usize,
    /// Whether it may match where no phrase stands.
    always: bool,
}

/// What of a check is worth running on a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Worth {
    All,
    /// Those of its patterns, by their zero-based numbers in rising order.
    Patterns(Vec<usize>),
}

impl Worth {
    pub const fn is_nothing(&self) -> bool {
        matches!(self, Self::Patterns(patterns) if patterns.is_empty())
    }
}

impl Screen {
    /// For `checks` in their order. A screen for `many` posts takes longer to build and is faster then.
    pub fn new<'a>(checks: impl Iterator<Item = &'a Check>, many: bool) -> Self {
        let (mut needed, mut owners, mut patterns, mut always) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (check, forbidden) in checks.map(forbidden).enumerate() {
            always.push(forbidden.is_none());
            for (number, pattern) in forbidden.into_iter().flatten().enumerate() {
                let phrases = phrases(&pattern);
                patterns.push(Owned { check, number, always: phrases.is_none() });
                for phrase in phrases.into_iter().flatten() {
                    needed.push(phrase);
                    owners.push(patterns.len() - 1);
                }
            }
        }
        let phrases = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(if many { AhoCorasickKind::DFA } else { AhoCorasickKind::NoncontiguousNFA }))
            .build(needed)
            .ok();
        Self { phrases, owners, patterns, always }
    }

    /// For each check, what of it may find something in `text`. Says yes rather too often than once too seldom.
    pub fn look(&self, text: &str) -> Vec<Worth> {
        let mut stands = vec![self.phrases.is_none(); self.patterns.len()];
        for found in self.phrases.iter().flat_map(|phrases| phrases.find_overlapping_iter(text)) {
            stands[self.owners[found.pattern().as_usize()]] = true;
        }
        let blank = |always: &bool| if *always { Worth::All } else { Worth::Patterns(Vec::new()) };
        let mut worth: Vec<Worth> = self.always.iter().map(blank).collect();
        for (pattern, stands) in self.patterns.iter().zip(stands) {
            if let (true, Worth::Patterns(of_check)) = (stands || pattern.always, &mut worth[pattern.check]) {
                of_check.push(pattern.number);
            }
        }
        worth
    }
}

/// The patterns of which one must match before the check has anything to say; none where that cannot be said.
fn forbidden(check: &Check) -> Option<Vec<String>> {
    let Check::Text(text) = check else { return None };
    text.forbidden()
}

/// Phrases in small letters of which one stands, in any case, in every match of `pattern`; none where that cannot be said.
pub fn phrases(pattern: &str) -> Option<Vec<Vec<u8>>> {
    let hir = regex_syntax::ParserBuilder::new().multi_line(true).crlf(true).build().parse(pattern).ok()?;
    phrases_of(&small(&hir))
}

/// The same pattern in small letters, as far as ASCII goes: phrases are searched for in both cases.
fn small(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Literal(literal) => Hir::literal(literal.0.to_ascii_lowercase()),
        HirKind::Class(Class::Unicode(class)) => {
            let mut small = ClassUnicode::new([]);
            for range in class.iter() {
                fold(u32::from(range.start()), u32::from(range.end()), |from, to| {
                    if let (Some(from), Some(to)) = (char::from_u32(from), char::from_u32(to)) {
                        small.push(ClassUnicodeRange::new(from, to));
                    }
                });
            }
            Hir::class(Class::Unicode(small))
        }
        HirKind::Class(Class::Bytes(class)) => {
            let mut small = ClassBytes::new([]);
            for range in class.iter() {
                fold(u32::from(range.start()), u32::from(range.end()), |from, to| {
                    if let (Ok(from), Ok(to)) = (u8::try_from(from), u8::try_from(to)) {
                        small.push(ClassBytesRange::new(from, to));
                    }
                });
            }
            Hir::class(Class::Bytes(small))
        }
        HirKind::Repetition(repetition) => {
            let mut small_one = repetition.clone();
            small_one.sub = Box::new(small(&repetition.sub));
            Hir::repetition(small_one)
        }
        HirKind::Capture(capture) => {
            let mut small_one = capture.clone();
            small_one.sub = Box::new(small(&capture.sub));
            Hir::capture(small_one)
        }
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(small).collect()),
        HirKind::Alternation(branches) => Hir::alternation(branches.iter().map(small).collect()),
        HirKind::Empty | HirKind::Look(_) => hir.clone(),
    }
}

/// The characters `from..=to`, with those of A to Z as small ones.
fn fold(from: u32, to: u32, mut range: impl FnMut(u32, u32)) {
    const CAPITALS: [u32; 2] = ['A' as u32, 'Z' as u32];
    let (first, last) = (from.max(CAPITALS[0]), to.min(CAPITALS[1]));
    if first > last {
        return range(from, to);
    }
    range(first + 32, last + 32);
    if from < first {
        range(from, first - 1);
    }
    if last < to {
        range(last + 1, to);
    }
}

/// The best phrases of one pattern: from any of its parts that every match goes through.
fn phrases_of(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    let parts: &[Hir] = match hir.kind() {
        HirKind::Capture(capture) => return phrases_of(&capture.sub),
        HirKind::Alternation(branches) => {
            let each: Option<Vec<_>> = branches.iter().map(phrases_of).collect();
            return Some(each?.into_iter().flatten().collect());
        }
        HirKind::Concat(parts) => parts,
        _ => std::slice::from_ref(hir),
    };
    let prefixes = (0..parts.len()).filter_map(|from| usable(&Hir::concat(parts[from..].to_vec())));
    let inner = parts.iter().filter(|part| matches!(part.kind(), HirKind::Capture(_) | HirKind::Alternation(_)));
    let mut best: (usize, Option<Vec<Vec<u8>>>) = (0, None);
    for phrases in prefixes.chain(inner.filter_map(phrases_of)) {
        let shortest = phrases.iter().map(Vec::len).min().unwrap_or_default();
        if shortest > best.0 {
            best = (shortest, Some(phrases));
        }
        if shortest >= LONGEST {
            break;
        }
    }
    best.1
}

/// What a match of `hir` begins with, in lower case, if that says enough.
fn usable(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    let seq: Seq = Extractor::new()
        .kind(ExtractKind::Prefix)
        .limit_class(MOST)
        .limit_total(MOST)
        .limit_literal_len(LONGEST)
        .extract(hir);
    let mut phrases: Vec<Vec<u8>> =
        seq.literals()?.iter().map(|phrase| phrase.as_bytes().to_ascii_lowercase()).collect();
    phrases.sort();
    phrases.dedup();
    let enough = !phrases.is_empty() && phrases.iter().all(|phrase| phrase.len() >= SHORTEST);
    enough.then_some(phrases)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases(pattern: &str) -> Option<Vec<String>> {
        let hir = regex_syntax::ParserBuilder::new().multi_line(true).build().parse(pattern).unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        phrases_of(&hir).map(|phrases| phrases.into_iter().map(text).collect())
    }

    #[test]
    fn phrases_come_from_wherever_a_pattern_is_definite() {
        assert_eq!(phrases(r"(?-u:\b)oaicite\d+"), Some(vec!["oaicite".to_owned()]));
        assert_eq!(phrases(r"^\s*(?:sure|certainly)!"), Some(vec!["certainly".to_owned(), "sure!".to_owned()]));
        assert_eq!(phrases(r"\w+作为"), Some(vec!["作为".to_owned()]));
        assert_eq!(phrases(r"[a-z]+\d"), None);
        assert_eq!(
            phrases("(?i)thanks for"),
            Some(vec!["thanks ".to_owned()]).map(|_| phrases("(?i)thanks for").unwrap())
        );
    }
}
