//! A block that stands in many posts, word for word or told anew each time.

use rustc_hash::FxHashMap;

use crate::facts::promotion::Kind;

#[derive(Debug, Clone, PartialEq)]
pub struct Family {
    /// The fingerprint that the family is known by: the widest one, or that of the name that all members share.
    pub key: u64,
    pub kind: Kind,
    pub verdict: Verdict,
    /// How many posts hold a member.
    pub posts: usize,
    /// Of all posts, between 0 and 1.
    pub share: f32,
    /// The first member, as it is written.
    pub text: String,
}

/// What becomes of the members of a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Each is reported, and none is part of an article.
    Deny,
    /// None is reported as an advert, and none is part of an article.
    Peel,
    /// Each is part of its article.
    Allow,
}

impl Verdict {
    /// What becomes of a block of this kind where nobody says otherwise.
    pub const fn usual(kind: Kind) -> Self {
        match kind {
            Kind::Promotional => Self::Deny,
            Kind::Structural | Kind::Duplicate | Kind::Data => Self::Allow,
            _ => Self::Peel,
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Deny => "deny",
            Self::Peel => "peel",
            Self::Allow => "allow",
        }
    }
}

/// An example is no longer than this many characters.
const LONGEST_TEXT: usize = 160;

impl Family {
    /// A family that was just found; `text` is its first member.
    pub fn new(key: u64, kind: Kind, posts: usize, share: f32, text: &str) -> Self {
        let text = text.chars().take(LONGEST_TEXT).collect();
        Self { key, kind, verdict: Verdict::usual(kind), posts, share, text }
    }
}

/// What the members of a family have in common that are no copies of each other.
#[derive(Debug, Clone)]
pub struct Rephrased {
    pub family: usize,
    pub likeness: Likeness,
}

/// Features of texts, each list sorted.
#[derive(Debug, Clone)]
pub struct Likeness {
    /// Those of many members.
    pub common: Vec<u32>,
    /// Those of most members: what all of them are about.
    pub core: Vec<u32>,
}

/// A feature is common if one member in so many has it.
const COMMON: usize = 5;
/// A feature belongs to the core if one member in so many has it.
const CORE: usize = 2;
/// Texts with a smaller core share a name and no more.
const LEAST_CORE: usize = 5;
/// Percent of a member's features that must be common.
const LIKENESS: usize = 55;
/// The same where a member's own words are none of an advert.
const NEAR_LIKENESS: usize = 65;
/// Percent of the core that such a member must have.
const NEAR_CORE: usize = 50;
/// A text with fewer features is too short to compare.
const LEAST_FEATURES: usize = 5;

impl Likeness {
    /// What texts that share a name have in common, by the features of each, and which of the texts are alike; none where
    /// fewer than `least` are.
    pub fn learn(texts: &[&[u32]], least: usize) -> Option<(Self, Vec<usize>)> {
        let mut count: FxHashMap<u32, usize> = FxHashMap::default();
        for feature in texts.iter().copied().flatten() {
            *count.entry(*feature).or_default() += 1;
        }
        let enough = |part: usize| (texts.len() / part).max(2);
        let in_one_of = |part: usize| {
            let of_many = count.iter().filter(|(_, texts)| **texts >= enough(part));
            let mut features: Vec<u32> = of_many.map(|(feature, _)| *feature).collect();
            features.sort_unstable();
            features
        };
        let likeness = Self { common: in_one_of(COMMON), core: in_one_of(CORE) };
        let least_common = enough(COMMON);
        let is_common = |feature: &&u32| count.get(feature).is_some_and(|texts| *texts >= least_common);
        let is_alike = |features: &[u32]| is_like(features, features.iter().filter(is_common).count(), LIKENESS);
        let alike: Vec<usize> = (0..texts.len()).filter(|text| is_alike(texts[*text])).collect();
        let is_family = likeness.core.len() >= LEAST_CORE && alike.len() >= least && alike.len() * 2 >= texts.len();
        is_family.then_some((likeness, alike))
    }
}

impl Rephrased {
    /// Whether a text with these features says the same; more of it must be the same where it does not promote anything,
    /// which is asked last.
    pub fn holds(&self, features: &[u32], promotes: impl FnOnce() -> bool) -> bool {
        let Likeness { common, core } = &self.likeness;
        let shared = |with: &[u32]| features.iter().filter(|feature| with.binary_search(feature).is_ok()).count();
        let in_common = shared(common);
        is_like(features, in_common, LIKENESS)
            && (is_like(features, in_common, NEAR_LIKENESS) && shared(core) * 100 >= core.len() * NEAR_CORE
                || promotes())
    }
}

/// Whether so many percent of the features are common.
const fn is_like(features: &[u32], common: usize, percent: usize) -> bool {
    features.len() >= LEAST_FEATURES && common * 100 >= features.len() * percent
}
