//! Finds the blocks that many posts share. One pass writes down fingerprints, a second one over the fingerprints alone
//! asks what stands before the frequent ones; memory grows by the fingerprints of each post's ends only.

use std::collections::{HashMap, HashSet};

use super::{
    ends::{Ends, Unit},
    family::{Family, Rephrased},
    fingerprint::Fingerprint,
};
use crate::{
    document::{Block, BlockKind, Document},
    facts::promotion::{Kind, Score, Vocabulary},
    source::Span,
};

/// So many different things stand before a block, at most counted.
const CONTEXTS: usize = 32;
/// Below this share of different contexts, the posts are copies of one article.
const LEAST_DIVERSITY: f32 = 0.3;

/// Fewer posts that say the same of a name in other words are chance.
const LEAST_REPHRASED: usize = 8;
/// One in so many of them calls in plain words; else they only speak of the same thing.
const PLAIN: usize = 3;

/// What is known of a frequent fingerprint.
#[derive(Default)]
struct Frequent {
    posts: usize,
    last: Option<usize>,
    first_seen: (usize, Span),
    heading: bool,
    contexts: HashSet<u64>,
}

/// The families of a site and the fingerprints that lead to them.
#[derive(Debug, Default)]
pub struct Mined {
    /// In so many posts a block is frequent; in fewer only a plain advert is of interest.
    least: usize,
    pub families: Vec<Family>,
    pub by_key: HashMap<u64, usize>,
    pub by_name: HashMap<u64, Rephrased>,
    /// How many posts hold each block that more than a few have.
    pub seen: HashMap<u64, usize>,
}

/// `ends` are those of the documents, in the same order.
pub fn mine(documents: &[Document], ends: &[Ends], vocabulary: &Vocabulary) -> Mined {
    let least = (documents.len() / 200).max(4);
    let mut frequent = count(ends);
    frequent.retain(|_, found| found.posts >= (documents.len() / 1000).max(3));
    contexts(documents, ends, &mut frequent, least);
    let mut mined = Mined { least, ..Mined::default() };
    mined.add_repeated(documents, ends, &frequent, vocabulary);
    mined.add_rephrased(documents, ends, vocabulary);
    mined.seen = frequent.into_iter().map(|(key, found)| (key, found.posts)).collect();
    mined
}

/// How many posts hold each fingerprint.
fn count(ends: &[Ends]) -> HashMap<u64, Frequent> {
    let mut all: HashMap<u64, Frequent> = HashMap::new();
    for (post, ends) in ends.iter().enumerate() {
        for (unit, fingerprint) in ends.known() {
            for key in fingerprint.keys() {
                let found = all.entry(key).or_default();
                if found.last != Some(post) {
                    if found.last.is_none() {
                        found.first_seen = (post, unit.place.span);
                        found.heading = unit.place.heading;
                    }
                    found.posts += 1;
                    found.last = Some(post);
                }
            }
        }
    }
    all
}

/// Notes what stands before each frequent block: the nearest block that is not frequent itself; behind it, where none
/// stands before. Copies of one post have nothing that is not frequent.
fn contexts(documents: &[Document], ends: &[Ends], frequent: &mut HashMap<u64, Frequent>, least: usize) {
    for (post, (document, ends)) in documents.iter().zip(ends).enumerate() {
        let is_own = |unit: &Unit, fingerprint: &Fingerprint, frequent: &HashMap<u64, Frequent>| {
            let hot = |key| frequent.get(&key).is_some_and(|found| found.posts >= least);
            !unit.place.line && !unit.place.heading && !fingerprint.keys().any(hot)
        };
        let first = ends.known().find(|(unit, fingerprint)| is_own(unit, fingerprint, frequent));
        let between = document.blocks.iter().filter(|block| is_prose(block)).count() > ends.blocks();
        let mut before = match first {
            Some((_, fingerprint)) => fingerprint.exact,
            None if between => post as u64,
            None => 0,
        };
        for (unit, fingerprint) in ends.known() {
            for key in fingerprint.keys() {
                let Some(found) = frequent.get_mut(&key) else { continue };
                if found.contexts.len() < CONTEXTS {
                    found.contexts.insert(before);
                }
            }
            if is_own(unit, fingerprint, frequent) {
                before = fingerprint.exact;
            }
        }
    }
}

/// Whether a block can tell one post from another; those that the ends leave out always do.
const fn is_prose(block: &Block) -> bool {
    !matches!(block.kind, BlockKind::Rule | BlockKind::Definition | BlockKind::Heading { setext: false, .. })
}

impl Frequent {
    fn diversity(&self) -> f32 {
        ratio(self.contexts.len(), self.posts.min(CONTEXTS))
    }

    fn kind(&self, text: &str, score: &Score, share: f32, vocabulary: &Vocabulary) -> Kind {
        if self.diversity() < LEAST_DIVERSITY {
            Kind::Duplicate
        } else if self.heading || is_component(text) {
            Kind::Structural
        } else if score.against.contains(&Kind::Leak) {
            Kind::Leak
        } else if vocabulary.promotes_repeated(score, share) {
            Kind::Promotional
        } else {
            score.against.first().copied().unwrap_or(Kind::Unknown)
        }
    }
}

/// A shortcode, an include or a directive: what it shows stands elsewhere.
fn is_component(text: &str) -> bool {
    ["{{", "{%", "{#", "<!--", ":::", "???", "!!!", "%%", "\\begin{", "\\end{"]
        .iter()
        .any(|open| text.starts_with(open))
        || is_tags(text)
}

/// Nothing but the tags of HTML or of components.
fn is_tags(text: &str) -> bool {
    let mut outside = text.split('<').map(|part| part.split_once('>').map_or(part, |(_, after)| after));
    text.starts_with('<') && text.ends_with('>') && outside.all(|part| part.trim().is_empty())
}

impl Mined {
    /// One family for each frequent block; its skeleton and the exact blocks under it are one.
    fn add_repeated(
        &mut self,
        documents: &[Document],
        ends: &[Ends],
        frequent: &HashMap<u64, Frequent>,
        vocabulary: &Vocabulary,
    ) {
        let mut of_no_interest: HashSet<u64> = HashSet::new();
        for (_, fingerprint) in ends.iter().flat_map(Ends::known) {
            let hot = |key: &u64| frequent.get(key).map(|found| (*key, found));
            // The wider fingerprint first: exact copies join the family of their skeleton.
            let Some((key, found)) = fingerprint.skeleton.as_ref().and_then(hot).or_else(|| hot(&fingerprint.exact))
            else {
                continue;
            };
            if of_no_interest.contains(&key) {
                continue;
            }
            let family = match self.by_key.get(&key) {
                Some(family) => *family,
                None => {
                    let (post, span) = found.first_seen;
                    let text = documents[post].text(span);
                    let score = ends[post].at(span).map_or_else(Score::default, |unit| unit.score.clone());
                    let share = ratio(found.posts, documents.len());
                    let kind = found.kind(text, &score, share, vocabulary);
                    let is_rare = found.posts < self.least;
                    if is_rare && (kind != Kind::Promotional || !vocabulary.promotes_rare(&score)) {
                        of_no_interest.insert(key);
                        continue;
                    }
                    self.families.push(Family::new(key, kind, found.posts, share, text));
                    self.by_key.insert(key, self.families.len() - 1);
                    self.families.len() - 1
                }
            };
            if frequent.get(&fingerprint.exact).is_some_and(|found| found.posts >= self.least) {
                self.by_key.entry(fingerprint.exact).or_insert(family);
            }
        }
    }

    /// Families of adverts that say the same of the same name in other words each time.
    fn add_rephrased(&mut self, documents: &[Document], ends: &[Ends], vocabulary: &Vocabulary) {
        let mut by_name: HashMap<u64, Vec<(usize, Span)>> = HashMap::new();
        for (post, ends) in ends.iter().enumerate() {
            for (name, span) in &ends.names {
                let places = by_name.entry(*name).or_default();
                if places.last().is_none_or(|(last, _)| *last != post) {
                    places.push((post, *span));
                }
            }
        }
        let least = (documents.len() / 1000).max(LEAST_REPHRASED);
        let mut names: Vec<_> = by_name.into_iter().filter(|(_, places)| places.len() >= least).collect();
        names.sort_by_key(|(name, places)| (std::cmp::Reverse(places.len()), *name));
        for (name, places) in names {
            let texts = places.iter().map(|(post, span)| documents[*post].text(*span));
            let plain = texts.clone().filter(|text| vocabulary.score(text).plain).count();
            if plain * PLAIN < places.len() {
                continue;
            }
            let Some((rephrased, posts)) = Rephrased::learn(texts, least, self.families.len()) else { continue };
            let places = places.iter().map(|(post, span)| documents[*post].text(*span));
            // The shortest one shows best what the members share.
            let text = places.filter(|text| rephrased.holds(text, true)).min_by_key(|text| text.len()).unwrap_or("");
            let share = ratio(posts, documents.len());
            self.families.push(Family::new(name, Kind::Promotional, posts, share, text));
            self.by_name.insert(name, rephrased);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of posts")]
pub fn ratio(part: usize, whole: usize) -> f32 {
    part as f32 / whole.max(1) as f32
}
