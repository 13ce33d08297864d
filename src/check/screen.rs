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

/// What must stand in a text before any of some patterns can match there.
#[derive(Debug)]
pub struct Needs {
    phrases: Option<AhoCorasick>,
    /// For each phrase, the zero-based number of the pattern that needs it.
    owners: Vec<usize>,
    /// For each pattern, whether it may match where no phrase stands.
    always: Vec<bool>,
}

impl Needs {
    /// For `patterns` in their order; `kind` is that of the search, where it matters.
    pub fn of<'a>(patterns: impl Iterator<Item = &'a str>, kind: Option<AhoCorasickKind>) -> Self {
        let (mut needed, mut owners, mut always) = (Vec::new(), Vec::new(), Vec::new());
        for (number, phrases) in patterns.map(phrases).enumerate() {
            always.push(phrases.is_none());
            for phrase in phrases.into_iter().flatten() {
                needed.push(phrase);
                owners.push(number);
            }
        }
        let phrases = AhoCorasick::builder().ascii_case_insensitive(true).kind(kind).build(needed).ok();
        Self { phrases, owners, always }
    }

    /// For each pattern, whether it may match in `text`. Says yes rather too often than once too seldom.
    pub fn met(&self, text: &str) -> Vec<bool> {
        let Some(phrases) = &self.phrases else { return vec![true; self.always.len()] };
        let mut met = self.always.clone();
        for found in phrases.find_overlapping_iter(text) {
            met[self.owners[found.pattern().as_usize()]] = true;
        }
        met
    }
}

/// The needs of all text checks.
pub struct Screen {
    needs: Needs,
    /// For each pattern that forbids something, its check and its zero-based number there, in the order of the checks.
    patterns: Vec<(usize, usize)>,
    /// For each check, whether it is worth running whatever the post says.
    always: Vec<bool>,
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
        let forbidden: Vec<Option<Vec<String>>> = checks.map(forbidden).collect();
        let each = |(check, patterns): (usize, &Option<Vec<String>>)| {
            (0..patterns.as_ref().map_or(0, Vec::len)).map(move |number| (check, number)).collect::<Vec<_>>()
        };
        let kind = if many { AhoCorasickKind::DFA } else { AhoCorasickKind::NoncontiguousNFA };
        Self {
            needs: Needs::of(forbidden.iter().flatten().flatten().map(String::as_str), Some(kind)),
            patterns: forbidden.iter().enumerate().flat_map(each).collect(),
            always: forbidden.iter().map(Option::is_none).collect(),
        }
    }

    /// For each check, what of it may find something in `text`.
    pub fn look(&self, text: &str) -> Vec<Worth> {
        let blank = |always: &bool| if *always { Worth::All } else { Worth::Patterns(Vec::new()) };
        let mut worth: Vec<Worth> = self.always.iter().map(blank).collect();
        for ((check, number), met) in self.patterns.iter().zip(self.needs.met(text)) {
            if let (true, Worth::Patterns(of_check)) = (met, &mut worth[*check]) {
                of_check.push(*number);
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
fn phrases(pattern: &str) -> Option<Vec<Vec<u8>>> {
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
