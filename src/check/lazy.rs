//! Patterns that are compiled when a text first needs them: most posts need few of those that the rules hold, and
//! compiling them all is most of what a small run costs.

use std::sync::OnceLock;

use regex_automata::{Anchored, Input};

use super::{
    engine::Engine,
    need::{Need, Reach},
    screen::{Chance, Near, Needs},
};
use crate::source::Span;

/// A match of at most so many bytes is tried at each phrase that it begins with.
const SHORT: u16 = 256;

/// What the patterns of the shipped rules need, as `build.rs` worked it out, sorted by pattern: whether matches stay in a
/// line and begin with one, how far they reach, and the phrases.
mod known {
    use crate::check::need::{Bytes, Need, Reach};

    include!(concat!(env!("OUT_DIR"), "/needs.rs"));
}

/// A regular expression.
#[derive(Debug)]
pub struct Pattern {
    source: String,
    /// Whether `^` and `$` are the ends of a line, and not those of the text.
    lines: bool,
    need: OnceLock<Option<Need>>,
    engine: OnceLock<Result<Box<Engine>, String>>,
}

impl Pattern {
    /// One in which `^` and `$` are the ends of a line.
    pub const fn of_lines(source: String) -> Self {
        Self::new(source, true)
    }

    const fn new(source: String, lines: bool) -> Self {
        Self { source, lines, need: OnceLock::new(), engine: OnceLock::new() }
    }

    pub fn source(&self) -> &str {
        &self.source
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

    /// Whether no match goes beyond a line. The ends of the text are those of a set's patterns.
    pub fn stays_in_line(&self) -> bool {
        self.lines && self.need().is_some_and(|need| need.in_line)
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
        if at > text.len() {
            return None;
        }
        let (Some(near), Some(need)) = (near, self.need()) else {
            return self.search(text, at, text.len(), Anchored::No);
        };
        // Where `^` is the start of each of these and no other place, a pattern that begins with it can start nowhere else.
        let whole = [Span::new(0, text.len())];
        let (stretches, is_split) = match &near.lines {
            Some(lines) => (&lines[lines.partition_point(|line| line.end <= at)..], true),
            None => (&whole[..], !self.lines),
        };
        stretches.iter().take_while(|stretch| stretch.start <= text.len()).find_map(|stretch| {
            let Around { from, to, first } =
                Around::of(near, need, stretch.start.max(at), stretch.end.min(text.len()))?;
            let is_apart = is_split && !(self.lines && has_return(&text.as_bytes()[stretch.start..to]));
            let Reach { before, behind, lead: may_lead } = *need.reaches.first()?;
            if !(need.at_start && is_apart) {
                let (Some(0), Some(behind @ ..=SHORT)) = (before, behind) else {
                    return self.search(text, from, to, Anchored::No);
                };
                let starts = near.sets.first()?;
                let starts = &starts[starts.partition_point(|start| *start < from)..];
                return starts
                    .iter()
                    .take_while(|start| **start < to)
                    .find_map(|start| self.search(text, *start, to.min(start + usize::from(behind)), Anchored::Yes));
            }
            let lead = text.get(stretch.start..first)?;
            let is_lead = lead.bytes().all(|byte| may_lead.holds(byte.to_ascii_lowercase()));
            (from == stretch.start && is_lead).then(|| self.search(text, from, to, Anchored::Yes)).flatten()
        })
    }

    /// The first match in `from..to`; what stands around it is looked at by `^`, `$` and `\b`.
    fn search(&self, text: &str, from: usize, to: usize, anchored: Anchored) -> Option<Span> {
        self.engine().ok()?.search(&Input::new(text).range(from..to).anchored(anchored))
    }
}

/// Where in a stretch of text a match can be.
struct Around {
    from: usize,
    to: usize,
    /// Where the first phrase of the first set starts.
    first: usize,
}

impl Around {
    /// Within `from..to`, and within reach of a phrase of each set; nothing where there is no such place.
    fn of(near: &Near, need: &Need, from: usize, to: usize) -> Option<Self> {
        let mut around = Self { from, to, first: to };
        for (at, (starts, reach)) in near.sets.iter().zip(need.reaches.iter()).enumerate() {
            let end = |limit| starts.partition_point(|start| *start < limit);
            let within = &starts[end(from)..end(to)];
            let (first, last) = (*within.first()?, *within.last()?);
            around.first = if at == 0 { first } else { around.first };
            around.from =
                reach.before.map_or(from, |before| first.saturating_sub(usize::from(before))).max(around.from);
            around.to = reach.behind.map_or(to, |behind| last + usize::from(behind)).min(around.to);
        }
        (around.from < around.to).then_some(around)
    }
}

/// Whether a carriage return stands anywhere but at the end, where a line begins for a pattern and for nothing else.
fn has_return(line: &[u8]) -> bool {
    memchr::memchr(b'\r', line).is_some_and(|at| at + 2 < line.len())
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
    /// As for [`Pattern::check`].
    pub fn compile(&self) -> Result<(), String> {
        self.patterns.iter().try_for_each(Pattern::check)
    }

    pub fn patterns(&self) -> &[Pattern] {
        &self.patterns
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
                let pattern = Pattern::new(source.to_owned(), lines);
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
