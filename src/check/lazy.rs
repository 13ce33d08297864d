//! Patterns that are compiled when a text first needs them: most posts need few of those that the rules hold, and
//! compiling them all is most of what a small run costs.

use std::sync::OnceLock;

use regex_automata::{Anchored, Input};

use super::{
    engine::Engine,
    need::{Bytes, Need, Reach},
    screen::{Chance, Near, Needs},
};
use crate::source::Span;

/// A match of at most so many bytes is tried wherever it may start.
const SHORT: usize = 512;
/// In so many other places a match is tried before all are looked at together.
const TRIES: usize = 32;

/// The patterns of the shipped rules in parts, as `build.rs` took them apart, and what each part needs, as it worked that
/// out: whether matches stay in a line, what they begin with, how far they reach, and the phrases. Sorted by pattern.
mod known {
    use crate::check::need::{Bytes, Need, Reach, Start};

    include!(concat!(env!("OUT_DIR"), "/needs.rs"));
}

/// A regular expression, or a part of one.
#[derive(Debug)]
pub struct Pattern {
    source: String,
    /// Which one it is a part of.
    whole: usize,
    /// Whether `^` and `$` are the ends of a line, and not those of the text.
    lines: bool,
    need: OnceLock<Option<Need>>,
    engine: OnceLock<Result<Box<Engine>, String>>,
}

impl Pattern {
    const fn new(source: String, whole: usize, lines: bool) -> Self {
        Self { source, whole, lines, need: OnceLock::new(), engine: OnceLock::new() }
    }

    /// Patterns in their order, long ones in parts; `^` and `$` are the ends of a line.
    pub fn of_lines(sources: Vec<String>) -> impl Iterator<Item = Self> {
        Self::of(sources, true)
    }

    fn of(sources: Vec<String>, lines: bool) -> impl Iterator<Item = Self> {
        sources.into_iter().enumerate().flat_map(move |(whole, source)| {
            let of_parts =
                |at: usize| known::PARTS[at].1.iter().map(|part| Self::new((*part).to_owned(), whole, lines));
            match known::PARTS.binary_search_by_key(&source.as_str(), |(pattern, _)| pattern) {
                Ok(at) => of_parts(at).collect(),
                Err(_) => vec![Self::new(source, whole, lines)],
            }
        })
    }

    pub fn source(&self) -> &str {
        &self.source
    }

    /// The zero-based number of the pattern that it is, or is a part of, among those that it was made with.
    pub const fn whole(&self) -> usize {
        self.whole
    }

    /// # Errors
    /// A pattern that is none. Whoever takes patterns from users asks before the first text is searched.
    pub fn check(&self) -> Result<(), String> {
        let fault = |reason: &String| format!("the pattern `{}` is not a regular expression: {reason}", self.source);
        self.engine().map(|_| ()).map_err(fault)
    }

    fn engine(&self) -> Result<&Engine, &String> {
        self.engine.get_or_init(|| Engine::new(&self.source, self.lines).map(Box::new)).as_deref()
    }

    /// What must stand in a text before the pattern can match there; none where that cannot be said.
    pub fn need(&self) -> Option<&Need> {
        let need = || match known::NEEDS.binary_search_by_key(&self.source(), |(pattern, ..)| pattern) {
            Ok(at) => known::NEEDS[at].1.clone(),
            Err(_) => Need::work_out(&self.source),
        };
        self.need.get_or_init(need).as_ref()
    }

    pub fn is_match(&self, text: &str) -> bool {
        self.engine().is_ok_and(|engine| engine.is_match(text))
    }

    /// The group named `here` of the match that `found` is, where the pattern has one.
    pub fn here(&self, text: &str, found: Span) -> Option<Span> {
        let engine = self.engine().ok().filter(|_| self.source.contains("<here>"))?;
        engine.group("here", text, found)
    }

    /// The first match that starts at `at` or behind it; `near` is where the text, or a longer one, holds what the pattern
    /// needs.
    pub fn find(&self, text: &str, at: usize, near: Option<&Near>) -> Option<Span> {
        let (Some(near), Some(need)) = (near, self.need()) else {
            return if at > text.len() { None } else { self.search(text, at, text.len(), Anchored::No) };
        };
        // Rather the phrases that matches begin with than those that tell most.
        let leads = |reach: &Reach| reach.before == Some(0);
        let set = need.reaches.iter().position(leads).unwrap_or(0);
        let (phrases, reach) = (near.sets.get(set)?, need.reaches.get(set)?);
        let longest = reach.before.zip(reach.behind).map(|(before, behind)| usize::from(before) + usize::from(behind));
        let is_in_line = self.lines && need.in_line;
        let is_of_line = need.start.anywhere == Bytes::default();
        let mut tries = if longest.is_some_and(|longest| longest <= SHORT) { usize::MAX } else { TRIES };
        // Where the line ends that was tried last.
        let mut line = 0;
        // No match starts before it.
        let mut from = at;
        for phrase in &phrases[phrases.partition_point(|phrase| *phrase < at)..] {
            if *phrase >= text.len() {
                break;
            }
            if *phrase < from {
                continue;
            }
            from = lead(text, *phrase, from, reach);
            if reach.before.is_none() && !is_of_line {
                tries = 0;
            }
            for start in from..=*phrase {
                if !may_start(text, start, need) {
                    continue;
                }
                if need.in_line && *phrase >= line {
                    line = memchr::memchr(b'\n', &text.as_bytes()[*phrase..]).map_or(text.len(), |end| phrase + end);
                    // One match starts in a line, unless carriage returns part it.
                    tries = if is_in_line && is_of_line { tries.max(TRIES) } else { tries };
                }
                let last = if need.in_line { line } else { text.len() };
                if !may_hold(near, need, start, last) {
                    continue;
                }
                let end = longest.map_or(last, |longest| last.min(start + longest));
                if tries > 0 {
                    tries -= 1;
                    if let Some(found) = self.search(text, start, end, Anchored::Yes) {
                        return Some(found);
                    }
                    continue;
                }
                // Each further try might read as much again, and all of them at once read it once.
                if !is_in_line {
                    return self.search(text, start, text.len(), Anchored::No);
                }
                if let Some(found) = self.search(text, start, last, Anchored::No) {
                    return Some(found);
                }
                from = last;
                break;
            }
            from = from.max(phrase + 1);
        }
        None
    }

    /// The first match in `from..to`; what stands around it is looked at by `^`, `$` and `\b`.
    fn search(&self, text: &str, from: usize, to: usize, anchored: Anchored) -> Option<Span> {
        self.engine().ok()?.search(&Input::new(text).range(from..to).anchored(anchored))
    }
}

/// Whether a match may begin with what stands at `at`.
fn may_start(text: &str, at: usize, need: &Need) -> bool {
    let byte = text.as_bytes()[at].to_ascii_lowercase();
    let is_start = || at.checked_sub(1).is_none_or(|before| matches!(text.as_bytes()[before], b'\n' | b'\r'));
    (need.start.anywhere.holds(byte) || need.start.of_line.holds(byte) && is_start()) && text.is_char_boundary(at)
}

/// Where a match that holds the phrase at `phrase` starts at the earliest, and not before `from`.
fn lead(text: &str, phrase: usize, from: usize, reach: &Reach) -> usize {
    let from = reach.before.map_or(from, |before| phrase.saturating_sub(usize::from(before)).max(from));
    let lead = text.as_bytes()[from..phrase].iter().rev();
    phrase - lead.take_while(|byte| reach.lead.holds(byte.to_ascii_lowercase())).count()
}

/// Whether a match that starts at `start` and ends before `end` may hold a phrase of each set.
fn may_hold(near: &Near, need: &Need, start: usize, end: usize) -> bool {
    near.sets.iter().zip(need.reaches.iter()).all(|(phrases, reach)| {
        let phrase = phrases.get(phrases.partition_point(|phrase| *phrase < start));
        phrase.is_some_and(|phrase| {
            *phrase < end && reach.before.is_none_or(|before| phrase - start <= usize::from(before))
        })
    })
}

/// Patterns of which one may match.
#[derive(Debug)]
pub struct Set {
    patterns: Vec<Pattern>,
    needs: OnceLock<Needs>,
}

impl Set {
    /// `^` and `$` are the ends of the text.
    pub fn new(sources: Vec<String>) -> Self {
        Self::of(Pattern::of(sources, false))
    }

    /// `^` and `$` are the ends of a line.
    pub fn of_lines(sources: Vec<String>) -> Self {
        Self::of(Pattern::of_lines(sources))
    }

    fn of(patterns: impl Iterator<Item = Pattern>) -> Self {
        Self { patterns: patterns.collect(), needs: OnceLock::new() }
    }

    /// # Errors
    /// As for [`Pattern::check`].
    pub fn compile(&self) -> Result<(), String> {
        self.patterns.iter().try_for_each(Pattern::check)
    }

    pub const fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    pub fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }

    pub fn is_match(&self, text: &str) -> bool {
        if self.is_empty() {
            return false;
        }
        let met = self.needs.get_or_init(|| Needs::of(self.patterns.iter())).met(text);
        met.into_iter().any(|Chance { pattern, near }| self.patterns[pattern].find(text, 0, near.as_ref()).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_the_phrases_compiles_nothing() {
        let set = Set::new(vec!["(?i)^rest .* (left out|omitted)$".to_owned(), "省略".to_owned()]);
        for text in ["The bees sleep.", "The rest of the bees sleep."] {
            assert!(!set.is_match(text) && set.patterns.iter().all(|pattern| pattern.engine.get().is_none()));
        }
        assert!(set.is_match("REST of it omitted") && set.is_match("以下省略"));
        assert!(!set.is_match("REST of it omitted\nand more"), "the text goes on");
    }

    /// Texts of a few pieces in many orders, always the same ones.
    fn texts() -> impl Iterator<Item = String> {
        const PIECES: [&str; 16] = [
            "bee", "BEES", "wasp", "hive", "the ", "no ", " ", "\n", "\r\n", "\r", "蜂", "\u{3000}", "*", ": ", "```",
            "x",
        ];
        let mut state = 1_u32;
        let mut piece = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            PIECES[(state >> 28) as usize]
        };
        // Most are short, which are searched in another way than long ones.
        (0..400).map(move |text| (0..6 + text % 12 + 60 * usize::from(text % 8 == 0)).map(|_| piece()).collect())
    }

    #[test]
    fn what_is_searched_near_phrases_is_what_is_found_anywhere() {
        for source in [
            "(?i)^bees?$",
            r"(?i)\bbee\b",
            r"bee\s+the|bee\s+no",
            "(?m)^bee.*$",
            r"bees?[:,] \w+",
            r"hive\z",
            "^[ *\u{3000}]*bees?",
            "(?i)^(the|no) (bee|wasp)s?",
            "^.{0,3}bee|^hive",
            "(?:a|the) (?:bee|hive)[^e]{0,3}$",
            "(?:bee|hive){1,2}x",
            "(?<here>bee)[^蜂\n]{0,2}(?:wasp|蜂)",
            "(?i)^[`~]{3,}[^\n]*(?:bee|x).*\n?hive",
            "(?i)(?:bees|wasp).{0,4}hive",
            "^[^\n]*hive[^\n]{0,5}(?:wasp|bees) *$",
        ] {
            for lines in [true, false] {
                let pattern = Pattern::new(source.to_owned(), 0, lines);
                let plain = regex::RegexBuilder::new(source).multi_line(lines).crlf(lines).build().unwrap();
                let needs = Needs::of(std::iter::once(&pattern));
                let mut found = 0;
                for text in texts() {
                    let met = needs.met(&text);
                    for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
                        let expected = plain.find_at(&text, at).map(|found| Span::new(found.start(), found.end()));
                        let near = met.first().map(|chance| chance.near.as_ref());
                        assert_eq!(
                            near.and_then(|near| pattern.find(&text, at, near)),
                            expected,
                            "{source} {text:?} {at}"
                        );
                        found += usize::from(expected.is_some());
                    }
                }
                assert!(found > 0 || !lines, "{source} was never found");
            }
        }
    }
}
