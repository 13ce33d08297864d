//! One pass over a post that says which text checks can find anything in it, and where. Most patterns need a phrase that
//! most posts do not hold; looking for all phrases at once is many times cheaper than running every pattern.

use super::{
    Check,
    lazy::Pattern,
    need::Need,
    sieve::{Place, Sieve},
};
/// What must stand in a text before any of some patterns can match there.
#[derive(Debug)]
pub struct Needs {
    /// For all phrases of all sets.
    sieve: Box<Sieve>,
    /// For each set of phrases, the zero-based number of the pattern that needs it, in rising order.
    sets: Vec<usize>,
    /// For each pattern, how many sets it needs.
    counts: Vec<u32>,
    /// The patterns that need none, which may match anywhere, in rising order.
    anywhere: Vec<usize>,
}

/// One pattern that may match in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chance {
    /// Its zero-based number.
    pub pattern: usize,
    /// None where it may match anywhere.
    pub near: Option<Near>,
}

/// Where a text holds what a pattern needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// For each set of phrases of which a match holds one, where these start, in rising order.
    pub sets: Vec<Vec<usize>>,
}

impl Needs {
    /// For `patterns` in their order.
    pub fn of<'a>(patterns: impl Iterator<Item = &'a Pattern>) -> Self {
        let needs: Vec<Option<&Need>> = patterns.map(Pattern::need).collect();
        let sets: Vec<_> = needs
            .iter()
            .enumerate()
            .flat_map(|(pattern, need)| need.iter().flat_map(|need| need.sets()).map(move |set| (pattern, set)))
            .collect();
        let phrases = sets.iter().enumerate().flat_map(|(number, (_, set))| set.clone().map(move |one| (number, one)));
        let sieve = Box::new(Sieve::new(phrases));
        let mut counts = vec![0; needs.len()];
        sets.iter().for_each(|(pattern, _)| counts[*pattern] += 1);
        let anywhere = (0..needs.len()).filter(|pattern| counts[*pattern] == 0).collect();
        Self { sieve, sets: sets.iter().map(|(pattern, _)| *pattern).collect(), counts, anywhere }
    }

    /// The patterns that may match in `text`, in their order. Names rather one too many than one too few.
    pub fn met(&self, text: &str) -> Vec<Chance> {
        let mut places = self.sieve.find(text);
        places.sort_unstable();
        let pattern = |place: &Place| self.sets[place.owner as usize];
        let starts = |places: &[Place]| -> Vec<usize> { places.iter().map(|place| place.start).collect() };
        let near = places.chunk_by(|a, b| pattern(a) == pattern(b)).filter_map(|places| {
            let pattern = pattern(&places[0]);
            let sets = || places.chunk_by(|a, b| a.owner == b.owner);
            // Most have found a phrase of one set, and none of another.
            let is_complete = sets().count() == self.counts[pattern] as usize;
            is_complete.then(|| Chance { pattern, near: Some(Near { sets: sets().map(starts).collect() }) })
        });
        let mut met: Vec<Chance> = self.anywhere.iter().map(|pattern| Chance::anywhere(*pattern)).chain(near).collect();
        met.sort_by_key(|chance| chance.pattern);
        met
    }
}

impl Chance {
    pub const fn anywhere(pattern: usize) -> Self {
        Self { pattern, near: None }
    }
}

/// The needs of all text checks.
pub struct Screen {
    needs: Needs,
    /// For each pattern that forbids something, its check and its zero-based number there, in the order of the checks.
    patterns: Vec<(usize, usize)>,
    /// For each check, what of it is worth running whatever the post says.
    least: Vec<Worth>,
}

/// What of a check is worth running on a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Worth {
    All,
    /// Those of its patterns, in their order.
    Some(Vec<Chance>),
    /// What it finds without its patterns.
    Rest,
}

impl Worth {
    pub const fn is_nothing(&self) -> bool {
        matches!(self, Self::Some(patterns) if patterns.is_empty())
    }
}

impl Screen {
    /// For `checks` in their order.
    pub fn new<'a>(checks: impl Iterator<Item = &'a Check>) -> Self {
        let (patterns, least): (Vec<&[Pattern]>, Vec<Worth>) = checks.map(screened).unzip();
        let each = |(check, patterns): (usize, &&[Pattern])| (0..patterns.len()).map(move |number| (check, number));
        Self {
            needs: Needs::of(patterns.iter().copied().flatten()),
            patterns: patterns.iter().enumerate().flat_map(each).collect(),
            least,
        }
    }

    /// For each check, what of it may find something in `text`.
    pub fn look(&self, text: &str) -> Vec<Worth> {
        let mut worth = self.least.clone();
        for chance in self.needs.met(text) {
            let (check, pattern) = self.patterns[chance.pattern];
            match &mut worth[check] {
                Worth::Some(of_check) => of_check.push(Chance { pattern, ..chance }),
                rest => *rest = Worth::All,
            }
        }
        worth
    }
}

/// The patterns of a check that can be looked for beforehand, and what of it is worth running where none of them matches.
fn screened(check: &Check) -> (&[Pattern], Worth) {
    match check {
        Check::Text(text) => {
            text.forbidden().map_or((&[][..], Worth::All), |patterns| (patterns, Worth::Some(Vec::new())))
        }
        Check::Elision(elision) => (elision.markers(), Worth::Rest),
        _ => (&[], Worth::All),
    }
}
