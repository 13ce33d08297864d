//! Patterns that are compiled when a text first needs them: most posts need few of those that the rules hold, and
//! compiling them all is most of what a small run costs.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

use super::{
    need::Need,
    screen::{Chance, Near, Needs},
};
use crate::source::Span;

/// How many bytes the states of a pattern may take up. With less, texts in many scripts drive the states of a long pattern
/// out again and again, and the search goes on by a way that is fifty times slower.
const ROOM: usize = 1 << 24;

/// What the patterns of the shipped rules need, as `build.rs` worked it out, sorted by pattern: whether matches stay in a
/// line, and the phrases.
mod known {
    include!(concat!(env!("OUT_DIR"), "/needs.rs"));
}

/// A regular expression.
#[derive(Debug)]
pub struct Pattern {
    source: String,
    /// Whether `^` and `$` are the ends of a line, and not those of the text.
    lines: bool,
    need: OnceLock<Option<Need>>,
    compiled: OnceLock<Result<Regex, regex::Error>>,
}

impl Pattern {
    /// One in which `^` and `$` are the ends of a line.
    pub const fn of_lines(source: String) -> Self {
        Self::new(source, true)
    }

    const fn new(source: String, lines: bool) -> Self {
        Self { source, lines, need: OnceLock::new(), compiled: OnceLock::new() }
    }

    pub fn source(&self) -> &str {
        &self.source
    }

    /// # Errors
    /// A pattern that is none. Whoever takes patterns from users asks before the first text is searched.
    pub fn get(&self) -> Result<&Regex, &regex::Error> {
        let compile =
            || RegexBuilder::new(&self.source).multi_line(self.lines).crlf(self.lines).dfa_size_limit(ROOM).build();
        self.compiled.get_or_init(compile).as_ref()
    }

    /// What must stand in a text before the pattern can match there; none where that cannot be said.
    pub fn need(&self) -> Option<&Need> {
        let need = || match known::NEEDS.binary_search_by_key(&self.source(), |(pattern, _, _)| pattern) {
            Ok(at) => Need::known(known::NEEDS[at].1, known::NEEDS[at].2),
            Err(_) => Need::work_out(&self.source),
        };
        self.need.get_or_init(need).as_ref()
    }

    /// Whether no match goes beyond a line. The ends of the text are those of a set's patterns.
    pub fn stays_in_line(&self) -> bool {
        self.lines && self.need().is_some_and(|need| need.in_line)
    }

    /// The first match that starts at `at` or behind it; `near` is where the text, or a longer one, holds what the pattern
    /// needs.
    pub fn find(&self, text: &str, at: usize, near: Option<&Near>) -> Option<Span> {
        let search = |text: &str, at: usize| {
            let found = self.get().ok()?.find_at(text, at)?;
            Some(Span::new(found.start(), found.end()))
        };
        if at > text.len() {
            return None;
        }
        let Some(Near { sets, lines }) = near else { return search(text, at) };
        let holds_all = |from: usize, to: usize| {
            let next = |starts: &Vec<usize>| starts.get(starts.partition_point(|start| *start < from)).copied();
            sets.iter().all(|starts| next(starts).is_some_and(|start| start < to))
        };
        let Some(lines) = lines else { return holds_all(at, text.len()).then(|| search(text, at)).flatten() };
        let lines = lines[lines.partition_point(|line| line.end <= at)..].iter();
        lines.take_while(|line| line.start < text.len()).find_map(|line| {
            let (from, to) = (line.start.max(at), line.end.min(text.len()));
            holds_all(from, to).then(|| search(&text[..to], from)).flatten()
        })
    }
}

/// Patterns of which one may match; `^` and `$` are the ends of the text.
#[derive(Debug)]
pub struct Set {
    patterns: Vec<Pattern>,
    needs: OnceLock<Needs>,
}

impl Set {
    pub fn new(sources: Vec<String>) -> Self {
        let pattern = |source| Pattern::new(source, false);
        Self { patterns: sources.into_iter().map(pattern).collect(), needs: OnceLock::new() }
    }

    /// # Errors
    /// As for [`Pattern::get`].
    pub fn compile(&self) -> Result<(), String> {
        self.patterns.iter().try_for_each(|pattern| pattern.get().map(|_| ()).map_err(ToString::to_string))
    }

    pub fn is_match(&self, text: &str) -> bool {
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
            assert!(!set.is_match(text) && set.patterns.iter().all(|pattern| pattern.compiled.get().is_none()));
        }
        assert!(set.is_match("REST of it omitted") && set.is_match("以下省略"));
        assert!(!set.is_match("REST of it omitted\nand more"), "the text goes on");
    }

    #[test]
    fn what_is_searched_near_phrases_is_what_is_found_anywhere() {
        let text = "A bee.\r\nbee\nNo wasp\n\nthe bees: bee, BEE\nhive";
        for source in ["(?i)^bees?$", r"(?i)\bbee\b", r"bee\s+the|bee\s+no", "(?m)bee.*$", r"bees?[:,] \w+", r"hive\z"]
        {
            let pattern = Pattern::of_lines(source.to_owned());
            let met = Needs::of(std::iter::once(&pattern)).met(text);
            for at in 0..=text.len() {
                let near = met[0].near.as_ref().unwrap();
                assert_eq!(pattern.find(text, at, Some(near)), pattern.find(text, at, None), "{source} from {at}");
            }
        }
    }
}
