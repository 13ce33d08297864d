//! Families on their way out of one run and into the next: what `copydesk learn` writes down, and what a run that sees
//! only some posts knows from it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Corpus, Frame,
    family::{Family, Likeness, Rephrased, Verdict},
    mine::Mined,
};
use crate::{
    document::{
        Document, Posts,
        tail::{self, Appended, PeeledKind, Tail},
    },
    facts::promotion::Kind,
    source::Span,
};

/// A family that says where fewer articles end says nothing.
const FEWEST: usize = 3;
/// Nor does one that says so in fewer than one in so many of its posts: it is a sentence of the articles.
const TELLING: usize = 3;

/// A family with all that leads to it.
#[derive(Debug, Clone)]
pub struct Known {
    pub family: Family,
    /// Fingerprints of blocks that are members; for a family that is told anew each time, the other names that all share.
    pub keys: Vec<u64>,
    /// For a family that is told anew each time, what its members share.
    pub likeness: Option<Likeness>,
}

impl Known {
    /// Whether somebody decided what becomes of this family.
    pub fn is_decided(&self) -> bool {
        self.family.verdict != Verdict::usual(self.family.kind)
    }
}

/// The corpus as a run would know it that has not heard of blocks to peel.
struct Adverts<'a>(Frame<'a>);

impl Appended for Adverts<'_> {
    fn appended(&self, document: &Document, span: Span) -> Option<PeeledKind> {
        self.0.appended(document, span).filter(|kind| *kind == PeeledKind::Promotion)
    }
}

impl Corpus {
    /// The families that one post alone would be judged otherwise without: adverts, families of the kinds that are
    /// `reported`, and those that articles end before which nobody could tell by their words. `tails` belong to `posts`.
    pub fn worth_knowing(
        &self,
        posts: &Posts<'_>,
        tails: &[Tail],
        vocabulary: &tail::Vocabulary,
        reported: &BTreeSet<Kind>,
    ) -> Vec<Known> {
        let ends = posts.look(|post, document| self.frame(post).telling(document, &tails[post], vocabulary));
        let mut told: BTreeMap<u64, usize> = BTreeMap::new();
        for family in ends.into_iter().flatten().flatten() {
            *told.entry(family).or_default() += 1;
        }
        let tells = |family: &Family| {
            let told = told.get(&family.key).copied().unwrap_or_default();
            told >= FEWEST && told * TELLING >= family.posts
        };
        let mut known = self.known();
        known.retain(|Known { family, .. }| {
            family.verdict == Verdict::Deny || reported.contains(&family.kind) || tells(family)
        });
        known
    }
}

impl Frame<'_> {
    /// The families of what was peeled from a post, if the article would end elsewhere with them unknown.
    fn telling(&self, document: &Document, tail: &Tail, vocabulary: &tail::Vocabulary) -> BTreeSet<u64> {
        let repeated = || tail.peeled.iter().filter(|peeled| peeled.kind == PeeledKind::Repeated);
        if repeated().next().is_none() || Tail::peel(document, vocabulary, &Adverts(*self)).end == tail.end {
            return BTreeSet::new();
        }
        repeated().filter_map(|peeled| Some(self.family_at(peeled.span)?.key)).collect()
    }
}

impl Mined {
    /// Every family, by its fingerprint.
    pub fn known(&self) -> Vec<Known> {
        let known = |family: &Family| Known { family: family.clone(), keys: Vec::new(), likeness: None };
        let mut all: Vec<Known> = self.families.iter().map(known).collect();
        for (key, family) in &self.by_key {
            all[*family].keys.push(*key);
        }
        for (name, rephrased) in &self.by_name {
            let known = &mut all[rephrased.family];
            if *name == known.family.key {
                known.likeness = Some(rephrased.likeness.clone());
            } else {
                known.keys.push(*name);
            }
        }
        all.iter_mut().for_each(|known| known.keys.sort_unstable());
        all.sort_by_key(|known| known.family.key);
        all
    }

    /// Adds families from before. What they say of a block counts more than what these posts alone say, and so does the
    /// verdict; the larger number of posts counts.
    pub fn recall(&mut self, before: &[Known]) {
        // Two that were apart before may be one now: what somebody decided of either holds.
        let (decided, others): (Vec<_>, Vec<_>) = before.iter().partition(|known| known.is_decided());
        for known in others.into_iter().chain(decided) {
            let found = std::iter::once(&known.family.key).chain(&known.keys).find_map(|key| {
                self.by_key.get(key).copied().or_else(|| self.by_name.get(key).map(|rephrased| rephrased.family))
            });
            let index = found.unwrap_or(self.families.len());
            match found.and_then(|index| self.families.get_mut(index)) {
                Some(family) => {
                    let (posts, share) = (family.posts, family.share);
                    *family = known.family.clone();
                    if posts > family.posts {
                        (family.posts, family.share) = (posts, share);
                    }
                }
                None => self.families.push(known.family.clone()),
            }
            self.by_key.extend(known.keys.iter().map(|key| (*key, index)));
            let Some(likeness) = &known.likeness else { continue };
            for name in std::iter::once(known.family.key).chain(known.keys.iter().copied()) {
                let rephrased = Rephrased { family: index, likeness: likeness.clone() };
                if self.by_name.insert(name, rephrased).is_none() {
                    self.names.add_any();
                }
            }
        }
    }
}
