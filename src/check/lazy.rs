//! Patterns that are compiled when a text first needs them: most posts need few of those that the rules hold, and
//! compiling them all is most of what a small run costs.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use regex::{Regex, RegexBuilder, RegexSet};

use super::screen;

/// How many bytes the states of a pattern may take up. With less, texts in many scripts drive the states of a long pattern
/// out again and again, and the search goes on by a way that is fifty times slower.
const ROOM: usize = 1 << 24;

/// A pattern in which `^` and `$` are the ends of a line.
#[derive(Debug)]
pub struct Pattern {
    source: String,
    compiled: OnceLock<Result<Regex, regex::Error>>,
}

impl Pattern {
    pub const fn new(source: String) -> Self {
        Self { source, compiled: OnceLock::new() }
    }

    /// # Errors
    /// A pattern that is none. Whoever takes patterns from users asks before the first text is searched.
    pub fn get(&self) -> Result<&Regex, &regex::Error> {
        self.compiled.get_or_init(|| compile(&self.source)).as_ref()
    }
}

/// # Errors
/// A pattern that is none.
pub fn compile(source: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(source).multi_line(true).crlf(true).dfa_size_limit(ROOM).build()
}

/// Patterns of which one may match. They are compiled when a text holds a phrase that one of them needs.
#[derive(Debug)]
pub struct Set {
    sources: Vec<String>,
    phrases: OnceLock<Option<AhoCorasick>>,
    compiled: OnceLock<Result<RegexSet, regex::Error>>,
}

impl Set {
    pub const fn new(sources: Vec<String>) -> Self {
        Self { sources, phrases: OnceLock::new(), compiled: OnceLock::new() }
    }

    /// # Errors
    /// As for [`Pattern::get`].
    pub fn compile(&self) -> Result<(), String> {
        self.get().map(|_| ()).map_err(ToString::to_string)
    }

    pub fn is_match(&self, text: &str) -> bool {
        let phrases = self.phrases.get_or_init(|| {
            let each: Option<Vec<_>> = self.sources.iter().map(|source| screen::phrases(source)).collect();
            AhoCorasick::builder().ascii_case_insensitive(true).build(each?.concat()).ok()
        });
        phrases.as_ref().is_none_or(|phrases| phrases.is_match(text)) && self.get().is_ok_and(|set| set.is_match(text))
    }

    fn get(&self) -> Result<&RegexSet, &regex::Error> {
        self.compiled.get_or_init(|| RegexSet::new(&self.sources)).as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_the_phrases_compiles_nothing() {
        let set = Set::new(vec!["(?i)^rest .* (cut|omitted)$".to_owned(), "省略".to_owned()]);
        assert!(!set.is_match("The bees sleep.") && set.compiled.get().is_none());
        assert!(set.is_match("REST of it omitted") && set.is_match("以下省略"));
    }
}
