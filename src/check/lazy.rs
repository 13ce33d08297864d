//! Patterns that are compiled when a text first needs them: most posts need few of those that the rules hold, and
//! compiling them all is most of what a small run costs.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

use super::screen::Needs;

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
    needs: OnceLock<Needs>,
}

impl Set {
    pub fn new(sources: Vec<String>) -> Self {
        let pattern = |source| Pattern { source, lines: false, compiled: OnceLock::new() };
        Self { patterns: sources.into_iter().map(pattern).collect(), needs: OnceLock::new() }
    }

    /// # Errors
    /// As for [`Pattern::get`].
    pub fn compile(&self) -> Result<(), String> {
        self.patterns.iter().try_for_each(|pattern| pattern.get().map(|_| ()).map_err(ToString::to_string))
    }

    pub fn is_match(&self, text: &str) -> bool {
        let sources = || self.patterns.iter().map(|pattern| pattern.source.as_str());
        let met = self.needs.get_or_init(|| Needs::of(sources(), None)).met(text);
        let worth = self.patterns.iter().zip(met).filter(|(_, met)| *met);
        worth.into_iter().any(|(pattern, _)| pattern.get().is_ok_and(|regex| regex.is_match(text)))
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
