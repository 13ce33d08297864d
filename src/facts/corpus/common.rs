//! What the members of a family have in common word for word. They are copies but for the words of links, quotations and
//! addresses; what one member has there says nothing of the others.

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::{
    ends::Ends,
    fingerprint::{self, Fingerprint},
    zone::Place,
};

/// So many members of a family are compared at most.
const MEMBERS: usize = 16;

/// Some members of each family that has gaps: which ones does not depend on the names or the order of the posts.
pub struct Samples(FxHashMap<u64, Vec<Member>>);

/// Rank, post, place.
type Member = (u64, usize, Place);

impl Samples {
    /// Of the families whose skeleton is `wanted`.
    pub fn of(ends: &[Ends], wanted: impl Fn(u64) -> bool) -> Self {
        let mut copies: FxHashMap<u64, u64> = FxHashMap::default();
        let mut families: FxHashMap<u64, Vec<Member>> = FxHashMap::default();
        for (post, ends) in ends.iter().enumerate() {
            for (unit, fingerprint) in ends.known().filter(|(_, fingerprint)| fingerprint.has_gaps()) {
                let Some(family) = fingerprint.skeleton().filter(|key| wanted(*key)) else { continue };
                let copy = copies.entry(fingerprint.exact()).or_default();
                *copy += 1;
                let member = (rank(fingerprint, *copy), post, unit.place.span().into());
                let members = families.entry(family).or_default();
                let at = members.partition_point(|(rank, ..)| *rank < member.0);
                if at < MEMBERS {
                    members.truncate(MEMBERS - 1);
                    members.insert(at, member);
                }
            }
        }
        Self(families)
    }

    /// The post and the place of each; none for a family without gaps.
    pub fn members(&self, family: u64) -> Option<impl Iterator<Item = (usize, Place)>> {
        Some(self.0.get(&family)?.iter().map(|(_, post, place)| (*post, *place)))
    }
}

/// By chance, but the same for the same words that stand in the same number of posts.
fn rank(fingerprint: &Fingerprint, copy: u64) -> u64 {
    xxh3_64_with_seed(&fingerprint.exact().to_le_bytes(), copy)
}

/// The words that most of the `texts` have, which are the same but for their gaps: a gap is left blank where they differ, and
/// so is the address of a link with such words.
pub fn words(texts: &[String]) -> String {
    let Some(shown) = texts.first() else { return String::new() };
    let all: Vec<_> = texts.iter().map(|text| (text, fingerprint::gaps(text))).collect();
    let mut words = String::with_capacity(shown.len());
    let (mut from, mut blank_before) = (0, false);
    for (number, gap) in all[0].1.iter().copied().enumerate() {
        let in_each = || all.iter().filter_map(|(text, gaps)| Some(gaps.get(number)?.of(text)));
        let most = |same: &dyn Fn(&str) -> bool| in_each().filter(|other| same(other)).count() * 2 > texts.len();
        words.push_str(&shown[from..gap.start]);
        let is_address = gap.of(shown).starts_with("://");
        let is_of_blank = is_address && blank_before && ends_in_link(&shown[..gap.start]);
        let common = if is_of_blank { None } else { in_each().find(|gap| most(&|other| other == *gap)) };
        let host = || in_each().map(fingerprint::host).find(|host| most(&|other| fingerprint::host(other) == *host));
        match common {
            Some(gap) => words.push_str(gap),
            None if is_address && !is_of_blank => words.extend(host().map(|host| format!("://{host}/"))),
            // What is said to be a link stays one.
            None => words.push_str(if is_address { "://" } else { "[]" }),
        }
        blank_before = !is_address && common.is_none();
        from = gap.end;
    }
    words.push_str(&shown[from..]);
    words
}

/// Whether the scheme of a link's address stands at the end.
fn ends_in_link(text: &str) -> bool {
    text.trim_end_matches('s').ends_with("](http")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_blank_where_most_texts_differ() {
        for (texts, common) in [
            (
                ["Next: [Bees](https://a.test/1) now", "Next: [Wasps](https://b.test) now"].as_slice(),
                "Next: [](https://) now",
            ),
            (
                &["See [all](https://a.test/1).", "See [all](https://a.test/2).", "See [one](https://b.test)."],
                "See [all](https://a.test/).",
            ),
            (&["看《蜜蜂》吧", "看《黄蜂》吧", "看《黄蜂》吧"], "看《黄蜂》吧"),
            (&["看《蜜蜂》吧", "看《黄蜂》吧"], "看[]吧"),
            (&["Read https://a.test/1 now", "Read https://a.test/1 now"], "Read https://a.test/1 now"),
        ] {
            let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
            assert_eq!(words(&texts), common);
        }
    }
}
