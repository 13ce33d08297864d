//! A block that stands in many posts, word for word or told anew each time.

use super::fingerprint;
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

impl Rephrased {
    /// What texts that share a name have in common, and those of the texts that are alike; none where fewer than `least`
    /// are.
    pub fn learn(texts: &[String], least: usize, family: usize) -> Option<(Self, Vec<&str>)> {
        let all: Vec<Vec<u32>> = texts.iter().map(|text| fingerprint::features(text)).collect();
        let mut each: Vec<u32> = all.iter().flatten().copied().collect();
        each.sort_unstable();
        let in_one_of = |part: usize| {
            let enough = (all.len() / part).max(2);
            let of_many = each.chunk_by(|a, b| a == b).filter(|same| same.len() >= enough);
            of_many.filter_map(|same| same.first().copied()).collect()
        };
        let likeness = Likeness { common: in_one_of(COMMON), core: in_one_of(CORE) };
        let alike = texts.iter().zip(&all).filter(|(_, features)| likeness.holds(features, LIKENESS, 0));
        let alike: Vec<&str> = alike.map(|(text, _)| text.as_str()).collect();
        let is_family = likeness.core.len() >= LEAST_CORE && alike.len() >= least && alike.len() * 2 >= all.len();
        is_family.then_some((Self { family, likeness }, alike))
    }

    /// Whether `text` says the same; more of it must be the same where it is not known to promote anything.
    pub fn holds(&self, text: &str, promotes: bool) -> bool {
        let (common, core) = if promotes { (LIKENESS, 0) } else { (NEAR_LIKENESS, NEAR_CORE) };
        self.likeness.holds(&fingerprint::features(text), common, core)
    }
}

impl Likeness {
    /// Whether so many percent of the features are common, and so many of the core are among them.
    fn holds(&self, features: &[u32], common: usize, core: usize) -> bool {
        let shared = |with: &[u32]| features.iter().filter(|feature| with.binary_search(feature).is_ok()).count();
        features.len() >= LEAST_FEATURES
            && shared(&self.common) * 100 >= features.len() * common
            && shared(&self.core) * 100 >= self.core.len() * core
    }
}
