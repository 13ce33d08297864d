//! Patterns that are compiled when a text first needs them: most posts need few of those that the rules hold, and
//! compiling them all is most of what a small run costs.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use regex::{Regex, RegexBuilder};

use super::screen;

/// How many bytes the states of a pattern may take up. With less, texts in many scripts drive the states of a long pattern
/// out again and again, and the search goes on by a way that is fifty times slower.
const ROOM: usize = 1 << 24;

/// A regular expression.
#[derive(Debug)]
pub struct Pattern {
    source: String,
    /// Whether `^` and `$` are the ends of a line, and not those of the text.
    lines: bool,
    compiled: OnceLock<Result<Regex, regex::Error>>,
}

impl Pattern {
    /// One in which `^` and `$` are the ends of a line.
    pub const fn of_lines(source: String) -> Self {
        Self { source, lines: true, compiled: OnceLock::new() }
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
}

/// Patterns of which one may match; `^` and `$` are the ends of the text.
#[derive(Debug)]
pub struct Set {
    patterns: Vec<Pattern>,
    screen: OnceLock<Screen>,
}

/// What must stand in a text before a pattern of a set is tried.
#[derive(Debug)]
struct Screen {
    phrases: Option<AhoCorasick>,
    /// For each phrase, the pattern that needs it.
    owners: Vec<usize>,
    /// Patterns that need no phrase.
    always: Vec<usize>,
}

impl Set {
    pub fn new(sources: Vec<String>) -> Self {
        let pattern = |source| Pattern { source, lines: false, compiled: OnceLock::new() };
        Self { patterns: sources.into_iter().map(pattern).collect(), screen: OnceLock::new() }
    }

    /// # Errors
    /// As for [`Pattern::get`].
    pub fn compile(&self) -> Result<(), String> {
        self.patterns.iter().try_for_each(|pattern| pattern.get().map(|_| ()).map_err(ToString::to_string))
    }

    pub fn is_match(&self, text: &str) -> bool {
        let screen = self.screen.get_or_init(|| Screen::new(&self.patterns));
        let matches = |pattern: usize| self.patterns[pattern].get().is_ok_and(|regex| regex.is_match(text));
        let Some(phrases) = &screen.phrases else { return (0..self.patterns.len()).any(matches) };
        let mut tried: Vec<usize> = phrases
            .find_overlapping_iter(text)
            .map(|found| screen.owners[found.pattern().as_usize()])
            .chain(screen.always.iter().copied())
            .collect();
        tried.sort_unstable();
        tried.dedup();
        tried.into_iter().any(matches)
    }
}

impl Screen {
    fn new(patterns: &[Pattern]) -> Self {
        let (mut needed, mut owners, mut always) = (Vec::new(), Vec::new(), Vec::new());
        for (number, pattern) in patterns.iter().enumerate() {
            match screen::phrases(&pattern.source) {
                None => always.push(number),
                Some(phrases) => {
                    owners.extend(phrases.iter().map(|_| number));
                    needed.extend(phrases);
                }
            }
        }
        Self { phrases: AhoCorasick::builder().ascii_case_insensitive(true).build(needed).ok(), owners, always }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_the_phrases_compiles_nothing() {
        let set = Set::new(vec!["(?i)^rest .* (cut|omitted)$".to_owned(), "省略".to_owned()]);
        assert!(
            !set.is_match("The bees sleep.") && set.patterns.iter().all(|pattern| pattern.compiled.get().is_none())
        );
        assert!(set.is_match("REST of it omitted") && set.is_match("以下省略"));
    }
}
