//! Patterns and words in a part of the post: the check behind many shipped rules and behind most rules that users write.
//! What a reader does not read (code, comments, markup of scripts) is never searched unless it is asked for.

mod kind;
mod parameters;

use kind::Kind;
pub use kind::hidden;
use parameters::Parameters;

use super::{
    Fixing, Hit, Severity, Subject,
    lazy::{Pattern, Set},
    screen::Chance,
};

pub const WORDS: &[&str] = &["found", "count", "says"];

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(try_from = "Parameters")]
#[schemars(with = "Parameters")]
pub struct Text {
    kinds: Vec<Kind>,
    /// Those of all kinds, one after the other, long ones in parts; of each kind, patterns first, then words as patterns.
    patterns: Vec<Pattern>,
}

impl TryFrom<Parameters> for Text {
    type Error = String;

    fn try_from(parameters: Parameters) -> Result<Self, String> {
        let (mut kinds, mut patterns) = (Vec::new(), Vec::new());
        for parameters in parameters.into_kinds()? {
            let from = patterns.len();
            patterns.extend(Pattern::of_lines(parameters.sources()));
            kinds.push(Kind::new(parameters, from..patterns.len())?);
        }
        Ok(Self { kinds, patterns })
    }
}

impl Text {
    /// Compiles the patterns.
    ///
    /// # Errors
    /// Which pattern is at fault, and why.
    pub fn compile(&self) -> Result<(), String> {
        for pattern in &self.patterns {
            pattern.check()?;
            if pattern.is_match("") {
                return Err(format!("the pattern `{}` matches the empty text", pattern.source()));
            }
        }
        self.kinds.iter().flat_map(Kind::sets).try_for_each(Set::compile)
    }

    /// By all patterns.
    pub fn run(&self, subject: &Subject<'_>) -> Vec<Hit> {
        self.run_some(subject, &(0..self.patterns.len()).map(Chance::anywhere).collect::<Vec<_>>())
    }

    /// By those patterns only that are `worth` it.
    pub fn run_some(&self, subject: &Subject<'_>, worth: &[Chance]) -> Vec<Hit> {
        let mut hits = Vec::new();
        for (rank, kind) in self.kinds.iter().enumerate() {
            let at = |number| worth.partition_point(|chance| chance.pattern < number);
            let worth = &worth[at(kind.numbers.start)..at(kind.numbers.end)];
            if !worth.is_empty() {
                hits.extend(kind.run(subject, &self.patterns, worth).into_iter().map(|hit| (rank, hit)));
            }
        }
        if self.kinds.len() == 1 { hits.into_iter().map(|(_, hit)| hit).collect() } else { first_of_each_place(hits) }
    }

    /// The patterns of which one must match before there is anything to say; none for a check that requires a match.
    pub fn forbidden(&self) -> Option<&[Pattern]> {
        self.kinds.iter().all(|kind| kind.parameters.at_least.is_none()).then_some(&self.patterns)
    }

    /// How bad each kind is, where that is not what the rule says, and what is said of it.
    pub fn kinds(&self) -> impl Iterator<Item = (Option<Severity>, &str)> {
        self.kinds.iter().map(|kind| (kind.parameters.severity, kind.parameters.says.as_str()))
    }

    pub fn fixing(&self) -> Fixing {
        let of = |kind: &Kind| match &kind.parameters.replace {
            Some(replace) if replace.safe => Fixing::Safe,
            Some(_) => Fixing::Unsafe,
            None if kind.parameters.remove => Fixing::Unsafe,
            None => Fixing::No,
        };
        let all: Vec<Fixing> = self.kinds.iter().map(of).collect();
        match all.contains(&Fixing::Safe) {
            true if all.iter().any(|fixing| *fixing != Fixing::Safe) => Fixing::SomeSafe,
            true => Fixing::Safe,
            false if all.contains(&Fixing::Unsafe) => Fixing::Unsafe,
            false => Fixing::No,
        }
    }
}

/// In order; of several at one place, that of the first kind.
fn first_of_each_place(mut hits: Vec<(usize, Hit)>) -> Vec<Hit> {
    hits.sort_by_key(|(rank, hit)| (hit.span.start, *rank));
    let mut kept: Vec<(usize, Hit)> = Vec::with_capacity(hits.len());
    for (rank, hit) in hits {
        match kept.last_mut() {
            Some(last) if last.1.span.overlaps(hit.span) => {
                if rank < last.0 {
                    *last = (rank, hit);
                }
            }
            _ => kept.push((rank, hit)),
        }
    }
    kept.into_iter().map(|(_, hit)| hit).collect()
}
