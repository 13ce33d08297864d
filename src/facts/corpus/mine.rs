//! Finds the blocks that many posts share. One pass writes down fingerprints, others over the fingerprints alone count
//! them and ask what stands before the frequent ones; memory grows by the fingerprints of each post's ends only.

use std::borrow::Cow;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    common::{self, Samples},
    ends::{Ends, Named, Unit},
    family::{Family, Likeness, Rephrased},
    fingerprint::{self, Beginning, Fingerprint, Sought, Words},
    zone::{self, Place},
};
use crate::{
    document::Posts,
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
    contexts: FxHashSet<u64>,
}

/// The families of a site and the fingerprints that lead to them.
#[derive(Debug, Default)]
pub struct Mined {
    /// In so many posts a block is frequent; in fewer only a plain advert is of interest.
    least: usize,
    pub families: Vec<Family>,
    pub by_key: FxHashMap<u64, usize>,
    pub by_name: FxHashMap<u64, Rephrased>,
    /// Those names.
    pub names: Sought,
    /// How many posts hold each block that more than a few have.
    pub seen: FxHashMap<u64, usize>,
}

/// `ends` are those of the posts; all of them get their fingerprints where `all` is said, else those that stand in several
/// posts.
pub fn mine(posts: &Posts<'_>, ends: &mut [Ends], all: bool, vocabulary: &Vocabulary) -> Mined {
    read_on(posts, ends, all);
    let least = (posts.len() / 200).max(4);
    let mut frequent = count(ends, (posts.len() / 1000).max(3));
    contexts(ends, &mut frequent, least);
    let mut mined = Mined { least, ..Mined::default() };
    mined.add_repeated(posts, ends, &frequent, vocabulary);
    mined.add_rephrased(posts, ends);
    mined.seen = frequent.into_iter().map(|(key, found)| (key, found.posts)).collect();
    mined
}

/// Reads all units to the end that begin like another one, or simply `all`.
fn read_on(posts: &Posts<'_>, ends: &mut [Ends], all: bool) {
    let twice = Twice::of(ends);
    let wanted = |beginning: Beginning| all || beginning.keys().any(|key| twice.has(key));
    ends.par_iter_mut().enumerate().for_each_init(Words::default, |words, (post, ends)| {
        if ends.lacks(wanted)
            && let Some(text) = posts.text(post)
        {
            ends.read_on(&text, words, wanted);
        }
    });
}

/// What is there twice or more often, and by chance a little that is not.
struct Twice {
    /// One bit each, by the low bits of a key.
    once: Vec<u64>,
    twice: Vec<u64>,
}

impl Twice {
    fn of(ends: &[Ends]) -> Self {
        let keys = || ends.iter().flat_map(Ends::beginnings).flat_map(Beginning::keys);
        // In so much room one key in sixteen at most happens to meet another one.
        let words = (keys().count() * 16).next_power_of_two().div_ceil(64);
        let mut found = Self { once: vec![0; words], twice: vec![0; words] };
        for key in keys() {
            let (word, bit) = found.place(key);
            found.twice[word] |= found.once[word] & bit;
            found.once[word] |= bit;
        }
        found
    }

    fn has(&self, key: u32) -> bool {
        let (word, bit) = self.place(key);
        self.twice[word] & bit != 0
    }

    const fn place(&self, key: u32) -> (usize, u64) {
        ((key as usize / 64) & (self.once.len() - 1), 1 << (key % 64))
    }
}

/// How many posts hold each fingerprint that `least` posts or more hold.
fn count(ends: &[Ends], least: usize) -> FxHashMap<u64, Frequent> {
    let rough = Rough::count(ends);
    let mut frequent: FxHashMap<u64, Frequent> = FxHashMap::default();
    for (post, ends) in ends.iter().enumerate() {
        for (unit, fingerprint) in ends.known() {
            for key in fingerprint.keys().filter(|key| rough.at_most(*key) >= least.min(Rough::MOST)) {
                let found = frequent.entry(key).or_default();
                if found.last != Some(post) {
                    if found.last.is_none() {
                        found.first_seen = (post, unit.place.span());
                        found.heading = unit.place.heading;
                    }
                    found.posts += 1;
                    found.last = Some(post);
                }
            }
        }
    }
    frequent.retain(|_, found| found.posts >= least);
    frequent
}

/// How often each fingerprint is there at most, in a byte for each. Most blocks stand in a single post, and a table that
/// tells them all apart would be many times larger than what is asked of it.
struct Rough {
    /// By the low bits of a fingerprint.
    counts: Vec<u8>,
}

impl Rough {
    /// More are not told apart.
    const MOST: usize = u8::MAX as usize;

    fn count(ends: &[Ends]) -> Self {
        let keys = || ends.iter().flat_map(Ends::known).flat_map(|(_, fingerprint)| fingerprint.keys());
        let mut rough = Self { counts: vec![0; (keys().count() * 2).next_power_of_two()] };
        for key in keys() {
            let at = rough.place(key);
            rough.counts[at] = rough.counts[at].saturating_add(1);
        }
        rough
    }

    fn at_most(&self, key: u64) -> usize {
        usize::from(self.counts[self.place(key)])
    }

    #[expect(clippy::cast_possible_truncation, reason = "the low bits are wanted")]
    fn place(&self, key: u64) -> usize {
        key as usize & (self.counts.len() - 1)
    }
}

/// Notes what stands before each frequent block: the nearest block that is not frequent itself; behind it, where none
/// stands before. Copies of one post have nothing that is not frequent.
fn contexts(ends: &[Ends], frequent: &mut FxHashMap<u64, Frequent>, least: usize) {
    for (post, ends) in ends.iter().enumerate() {
        let is_own = |unit: &Unit, fingerprint: Option<&Fingerprint>, frequent: &FxHashMap<u64, Frequent>| {
            let hot = |key| frequent.get(&key).is_some_and(|found| found.posts >= least);
            let is_hot = || fingerprint.is_some_and(|fingerprint| fingerprint.keys().any(hot));
            !unit.place.line && !unit.place.heading && !is_hot()
        };
        let first = ends.signs().find(|(unit, _, fingerprint)| is_own(unit, *fingerprint, frequent));
        let mut before = match first {
            Some((_, sign, _)) => sign,
            None if ends.between => post as u64,
            None => 0,
        };
        for (unit, sign, fingerprint) in ends.signs() {
            for key in fingerprint.into_iter().flat_map(Fingerprint::keys) {
                let Some(found) = frequent.get_mut(&key) else { continue };
                if found.contexts.len() < CONTEXTS {
                    found.contexts.insert(before);
                }
            }
            if is_own(unit, fingerprint, frequent) {
                before = sign;
            }
        }
    }
}

impl Frequent {
    fn diversity(&self) -> f32 {
        ratio(self.contexts.len(), self.posts.min(CONTEXTS))
    }

    fn kind(&self, component: bool, score: &Score, share: f32, vocabulary: &Vocabulary) -> Kind {
        if self.diversity() < LEAST_DIVERSITY {
            Kind::Duplicate
        } else if self.heading || component {
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

impl Mined {
    /// One family for each frequent block; its skeleton and the exact blocks under it are one.
    fn add_repeated(
        &mut self,
        posts: &Posts<'_>,
        ends: &[Ends],
        frequent: &FxHashMap<u64, Frequent>,
        vocabulary: &Vocabulary,
    ) {
        let samples = Samples::of(ends, |key| frequent.contains_key(&key));
        let mut of_no_interest: FxHashSet<u64> = FxHashSet::default();
        for (_, fingerprint) in ends.iter().flat_map(Ends::known) {
            let hot = |key: &u64| frequent.get(key).map(|found| (*key, found));
            // The wider fingerprint first: exact copies join the family of their skeleton.
            let Some((key, found)) =
                fingerprint.skeleton().as_ref().and_then(hot).or_else(|| hot(&fingerprint.exact()))
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
                    let unit = ends[post].at(span);
                    let source = posts.source(post);
                    let score = match (samples.members(key), unit, &source) {
                        (Some(members), _, Some(_)) => {
                            let texts: Vec<_> = members.map(|(post, place)| text(posts, post, place.span())).collect();
                            Cow::Owned(vocabulary.score(&common::words(&texts)))
                        }
                        (_, Some(unit), Some(source)) => ends[post].score(unit, &source.text, vocabulary),
                        (_, unit, _) => Cow::Owned(unit.map_or(Score::none(), |unit| unit.score().clone())),
                    };
                    let share = ratio(found.posts, posts.len());
                    let example = source.as_ref().map_or("", |source| span.of(&source.text));
                    let kind = found.kind(zone::is_component(example), &score, share, vocabulary);
                    let is_rare = found.posts < self.least;
                    if is_rare && (kind != Kind::Promotional || !vocabulary.promotes_rare(&score)) {
                        of_no_interest.insert(key);
                        continue;
                    }
                    self.families.push(Family::new(key, kind, found.posts, share, example));
                    self.by_key.insert(key, self.families.len() - 1);
                    self.families.len() - 1
                }
            };
            if frequent.get(&fingerprint.exact()).is_some_and(|found| found.posts >= self.least) {
                self.by_key.entry(fingerprint.exact()).or_insert(family);
            }
        }
    }

    /// Families of adverts that say the same of the same name in other words each time.
    fn add_rephrased(&mut self, posts: &Posts<'_>, ends: &[Ends]) {
        let mut by_name: FxHashMap<u64, Vec<(usize, Named)>> = FxHashMap::default();
        for (post, ends) in ends.iter().enumerate() {
            for name in &ends.names {
                let places = by_name.entry(name.key).or_default();
                if places.last().is_none_or(|(last, _)| *last != post) {
                    places.push((post, *name));
                }
            }
        }
        let least = (posts.len() / 1000).max(LEAST_REPHRASED);
        let mut names: Vec<_> = by_name.into_iter().filter(|(_, places)| places.len() >= least).collect();
        names.sort_by_key(|(name, places)| (std::cmp::Reverse(places.len()), *name));
        let mut told = Told::default();
        // By the places of the members: those that share one name often share others.
        let mut families: FxHashMap<Vec<(usize, Place)>, usize> = FxHashMap::default();
        for (name, places) in names {
            if places.iter().filter(|(_, name)| name.plain).count() * PLAIN < places.len() {
                continue;
            }
            let texts: Vec<usize> = places.iter().map(|(post, name)| told.read(posts, *post, name.place)).collect();
            let texts: Vec<&[u32]> = texts.into_iter().map(|text| told.features[text].as_slice()).collect();
            let Some((likeness, members)) = Likeness::learn(&texts, least) else { continue };
            // The shortest one shows best what the members share.
            let shortest = members.iter().min_by_key(|member| places[**member].1.place.span().len());
            let Some((post, place)) = shortest.map(|member| (places[*member].0, places[*member].1.place)) else {
                continue;
            };
            let text = text(posts, post, place.span());
            match fingerprint::names(&text).iter().find(|found| found.key == name) {
                Some(found) => self.names.add(found.place.of(&text)),
                None => self.names.add_any(),
            }
            let members: Vec<_> =
                members.into_iter().map(|member| (places[member].0, places[member].1.place)).collect();
            let (count, share) = (members.len(), ratio(members.len(), posts.len()));
            let family = *families.entry(members).or_insert_with(|| {
                self.families.push(Family::new(name, Kind::Promotional, count, share, &text));
                self.families.len() - 1
            });
            self.by_name.insert(name, Rephrased { family, likeness });
        }
    }
}

/// The features of texts with names in them, as one text often has several.
#[derive(Default)]
struct Told {
    features: Vec<Vec<u32>>,
    /// Index into the features, by post and place.
    read: FxHashMap<(usize, Place), usize>,
    /// Room to work in.
    words: Words,
}

impl Told {
    /// The number of the features of a text, which is read where it was not before.
    fn read(&mut self, posts: &Posts<'_>, post: usize, place: Place) -> usize {
        *self.read.entry((post, place)).or_insert_with(|| {
            let source = posts.source(post);
            let text = source.as_ref().map_or("", |source| place.span().of(&source.text));
            self.features.push(fingerprint::features(text, &mut self.words));
            self.features.len() - 1
        })
    }
}

/// Some of the text of a post.
fn text(posts: &Posts<'_>, post: usize, span: Span) -> String {
    posts.source(post).map_or_else(String::new, |source| span.of(&source.text).to_owned())
}

#[expect(clippy::cast_precision_loss, reason = "numbers of posts")]
pub fn ratio(part: usize, whole: usize) -> f32 {
    part as f32 / whole.max(1) as f32
}
