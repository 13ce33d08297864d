//! Long patterns in parts, each of which is compiled only when a text holds what it needs: a rule has the words of many
//! languages in one pattern, and a site is written in one or two. `build.rs` reads this file and takes the patterns of the
//! shipped rules apart.

use regex_syntax::ast::{Ast, RepetitionKind, RepetitionRange, parse::Parser};

/// About so many states an automaton has that is compiled as it is.
const LONG: usize = 250;
/// About so many of them go to a class of characters, and to one of the letters of all scripts.
const CLASS: usize = 12;
const LETTERS: usize = 200;

/// Patterns of which the first in this order, among those that match where the earliest match starts, matches there as
/// `pattern` does.
pub fn parts(pattern: &str) -> Vec<String> {
    let whole = || vec![pattern.to_owned()];
    let Ok(ast) = Parser::new().parse(pattern) else { return whole() };
    let all = weight(&ast);
    // What stands around alternatives is compiled with each part.
    let Some(cut) = Cut::find(&ast, pattern).filter(|cut| all > LONG && cut.weight * 2 > all) else { return whole() };
    let mut parts = Vec::new();
    let mut flags = String::new();
    let mut rest = cut.branches;
    while let Some(first) = rest.first() {
        let mut room = LONG.saturating_sub(weight(first));
        let fits = |branch: &&Ast| {
            let left = room.checked_sub(weight(branch));
            room = left.unwrap_or_default();
            left.is_some()
        };
        let (part, others) = rest.split_at(1 + rest[1..].iter().take_while(fits).count());
        let branches = &pattern[part[0].span().start.offset..part[part.len() - 1].span().end.offset];
        let source = format!("{}{flags}{branches}{}", cut.above, cut.below);
        // A branch may have alternatives itself.
        if part.len() == 1 {
            parts.extend(self::parts(&source))
        } else {
            parts.push(source)
        }
        part.iter().flat_map(set_flags).for_each(|set| flags.push_str(text(set, pattern)));
        rest = others;
    }
    parts
}

/// Where a pattern is taken apart: the alternatives that take up most of it.
struct Cut<'a> {
    branches: &'a [Ast],
    weight: usize,
    /// What stands before each of them, and behind it.
    above: String,
    below: String,
}

impl<'a> Cut<'a> {
    /// Alternatives of which every match of `ast` holds one, and only one.
    fn find(ast: &'a Ast, pattern: &str) -> Option<Self> {
        let within = |inner: &'a Ast| {
            let mut cut = Self::find(inner, pattern)?;
            cut.above.insert_str(0, &pattern[ast.span().start.offset..inner.span().start.offset]);
            cut.below.push_str(&pattern[inner.span().end.offset..ast.span().end.offset]);
            Some(cut)
        };
        match ast {
            Ast::Alternation(alternation) => Some(Self {
                branches: &alternation.asts,
                weight: weight(ast),
                above: String::new(),
                below: String::new(),
            }),
            Ast::Group(group) => within(&group.ast),
            Ast::Concat(concat) => concat.asts.iter().filter_map(within).max_by_key(|cut| cut.weight),
            _ => None,
        }
    }
}

/// The flags that are set at the start of an alternative or within it, and go on in those behind it.
fn set_flags(branch: &Ast) -> impl Iterator<Item = &Ast> {
    let parts = match branch {
        Ast::Concat(concat) => concat.asts.as_slice(),
        one => std::slice::from_ref(one),
    };
    parts.iter().filter(|part| matches!(part, Ast::Flags(_)))
}

fn text<'a>(ast: &Ast, pattern: &'a str) -> &'a str {
    &pattern[ast.span().start.offset..ast.span().end.offset]
}

/// About how many states an automaton has for this.
fn weight(ast: &Ast) -> usize {
    match ast {
        Ast::Empty(_) | Ast::Flags(_) | Ast::Assertion(_) => 0,
        Ast::Literal(literal) => literal.c.len_utf8(),
        Ast::Dot(_) | Ast::ClassBracketed(_) => CLASS,
        Ast::ClassPerl(_) | Ast::ClassUnicode(_) => LETTERS,
        Ast::Repetition(repetition) => {
            let times = match &repetition.op.kind {
                RepetitionKind::Range(
                    RepetitionRange::Exactly(times)
                    | RepetitionRange::AtLeast(times)
                    | RepetitionRange::Bounded(_, times),
                ) => *times,
                _ => 1,
            };
            weight(&repetition.ast) * usize::try_from(times).unwrap_or(usize::MAX).clamp(1, 1_000)
        }
        Ast::Group(group) => weight(&group.ast),
        Ast::Alternation(alternation) => alternation.asts.iter().map(weight).sum(),
        Ast::Concat(concat) => concat.asts.iter().map(weight).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pattern with as many alternatives.
    fn of(above: &str, words: usize, below: &str) -> String {
        let words: Vec<String> = (0..words).map(|number| format!("word{number:04} and more of it")).collect();
        format!("{above}{}{below}", words.join("|"))
    }

    #[test]
    fn only_what_is_long_is_taken_apart() {
        assert_eq!(parts("^(?:bee|wasp)$"), ["^(?:bee|wasp)$"]);
        assert_eq!(parts(&of("", 5, "")).len(), 1);
        // What is long is no alternative.
        assert_eq!(parts(r"(?:bee|wasp)\w{100}").len(), 1);
    }

    #[test]
    fn each_part_is_a_pattern_with_all_that_stands_around() {
        for (above, below) in
            [("", ""), ("(?i)", ""), ("^[ *]{0,4}(?<here>(?i:hive|", ")x)$"), ("a(b(?i)c(", "|d)e)[fg]")]
        {
            let pattern = of(above, 60, below);
            let parts = parts(&pattern);
            assert!(parts.len() > 3, "{above}");
            let [whole, any] =
                [pattern, parts.join("|").replace("?<here>", "?:")].map(|one| regex::Regex::new(&one).unwrap());
            for text in [
                "word0001 and more of it",
                "WORD0042 and more of it",
                "  hivex",
                "abCword0059 and more of iteg",
                "abCdef",
            ] {
                let found = |regex: &regex::Regex| regex.find(text).map(|found| found.range());
                assert_eq!(found(&whole), found(&any), "{above} {text}");
            }
            assert!(parts.iter().all(|part| regex::Regex::new(part).is_ok()));
        }
    }
}
