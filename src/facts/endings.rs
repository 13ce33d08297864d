//! How the posts of each site end, counted once: what many posts of a site do is the habit of its author and says
//! nothing about a single post, unless other posts of that site are plainly cut too.

use std::collections::BTreeMap;

/// How one post ends, as far as the site has habits in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    Whole,
    /// As no author ends a post on purpose.
    Cut,
    /// A sentence without its mark.
    Bare,
    /// A short line without a mark.
    Line,
    /// An ellipsis.
    Trailing,
}

/// The width of a class of lengths, in characters: a limit of tokens cuts at much the same length.
pub const CLASS: usize = 400;
/// A class needs so many posts.
pub const FEWEST: usize = 20;
/// In a class at the wall, at least so many posts in a hundred break off, and so many times more than elsewhere.
const WALL: [usize; 2] = [8, 8];

/// On a site where so many posts, and so many in a hundred, are plainly cut, others are too.
const COHORT: [usize; 2] = [5, 2];

/// The posts of a site whose articles are about equally long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Length {
    /// Length in characters; the class ends before the next one begins, 400 characters further.
    pub from: usize,
    pub posts: usize,
    /// Those that are plainly cut or end without a mark.
    pub broken: usize,
    /// Whether they break off so much more often than others that a limit must have cut them.
    pub wall: bool,
}

#[derive(Debug, Default)]
pub struct Endings {
    sites: BTreeMap<String, Counts>,
}

#[derive(Debug, Clone, Default)]
pub struct Counts {
    pub by_ending: BTreeMap<Ending, usize>,
    /// By class of length: posts, and those of them that are not whole.
    pub by_length: BTreeMap<usize, [usize; 2]>,
    /// The share of posts that are not whole in the class in the middle, in a thousand.
    usual: usize,
}

impl Endings {
    /// From each post's site, ending and length in characters.
    pub fn count<'a>(posts: impl Iterator<Item = (&'a str, Ending, usize)>) -> Self {
        let mut sites: BTreeMap<String, Counts> = BTreeMap::new();
        for (site, ending, length) in posts {
            if !sites.contains_key(site) {
                sites.insert(site.to_owned(), Counts::default());
            }
            let Some(counts) = sites.get_mut(site) else { continue };
            *counts.by_ending.entry(ending).or_default() += 1;
            let class = counts.by_length.entry(length / CLASS).or_default();
            class[0] += 1;
            class[1] += usize::from(matches!(ending, Ending::Cut | Ending::Bare));
        }
        sites.values_mut().for_each(Counts::settle);
        Self { sites }
    }

    /// The counts of each site, by its folder.
    pub fn sites(&self) -> impl Iterator<Item = (&str, &Counts)> {
        self.sites.iter().map(|(site, counts)| (site.as_str(), counts))
    }

    /// Adds what is known from before; of two counts, that of more posts holds.
    pub fn recall(&mut self, before: &BTreeMap<String, Counts>) {
        for (site, counts) in before {
            let known = self.sites.entry(site.clone()).or_default();
            if counts.posts() > known.posts() {
                known.clone_from(counts);
            }
        }
    }

    /// How many posts of the site end so, and what is left of the suspicion in the light of that, in decibans: cut
    /// posts end in a bare word about twice as often as in a way that only a cut explains.
    pub fn habit(&self, site: &str, ending: Ending) -> Option<(usize, f32)> {
        let counts = self.sites.get(site)?;
        let of = |ending| counts.by_ending.get(&ending).copied().unwrap_or_default();
        let (so, cut) = (of(ending), 2 * of(Ending::Cut) + 1);
        (so > cut).then(|| (so, 10.0 * (cut as f32 / so as f32).log10()))
    }

    /// The percentage of the site's posts that are plainly cut, where it is high.
    pub fn cohort(&self, site: &str) -> Option<usize> {
        let counts = self.sites.get(site)?;
        let cut = counts.by_ending.get(&Ending::Cut).copied().unwrap_or_default();
        let share = cut * 100 / counts.posts().max(1);
        (cut >= COHORT[0] && share >= COHORT[1]).then_some(share)
    }

    /// The lengths of each site's articles in order, by the site's folder.
    pub fn lengths(&self) -> impl Iterator<Item = (&str, Vec<Length>)> {
        self.sites.iter().map(|(site, counts)| {
            let class = |(class, [posts, broken]): (&usize, &[usize; 2])| {
                let from = class * CLASS;
                Length { from, posts: *posts, broken: *broken, wall: self.wall(site, from).is_some() }
            };
            (site.as_str(), counts.by_length.iter().map(class).collect())
        })
    }

    /// The percentage of posts of this length that break off, where the site's posts hit a wall there.
    pub fn wall(&self, site: &str, length: usize) -> Option<usize> {
        let counts = self.sites.get(site)?;
        let [posts, cut] = counts.by_length.get(&(length / CLASS)).copied()?;
        let steep = cut * 100 >= posts * WALL[0] && cut * 1000 >= posts * WALL[1] * counts.usual.max(1);
        (posts >= FEWEST && steep).then(|| cut * 100 / posts)
    }
}

impl Counts {
    pub fn new(by_ending: BTreeMap<Ending, usize>, by_length: BTreeMap<usize, [usize; 2]>) -> Self {
        let mut counts = Self { by_ending, by_length, usual: 0 };
        counts.settle();
        counts
    }

    fn posts(&self) -> usize {
        self.by_ending.values().sum()
    }

    /// Finds what is usual.
    fn settle(&mut self) {
        let big = self.by_length.values().filter(|[posts, _]| *posts >= FEWEST);
        let mut rates: Vec<usize> = big.map(|[posts, cut]| cut * 1000 / posts).collect();
        rates.sort_unstable();
        self.usual = rates.get(rates.len() / 2).copied().unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_posts_do_is_a_habit_unless_others_are_plainly_cut() {
        let bare = |cut: usize| {
            let posts = (0..40).map(|_| Ending::Bare).chain((0..cut).map(|_| Ending::Cut));
            Endings::count(posts.map(|ending| ("", ending, 100))).habit("", Ending::Bare)
        };
        assert!(bare(0).is_some_and(|(posts, decibans)| posts == 40 && decibans < -12.0));
        assert_eq!(bare(30), None);
    }

    #[test]
    fn posts_of_one_length_that_break_off_show_a_wall() {
        let posts = (0..1000).map(|at| {
            let length = at * 8;
            let cut = (4000..4400).contains(&length) && at % 4 == 0;
            ("", if cut { Ending::Cut } else { Ending::Whole }, length)
        });
        let endings = Endings::count(posts);
        assert!(endings.wall("", 4100).is_some_and(|share| (20..30).contains(&share)));
        assert_eq!(endings.wall("", 3900), None);
        assert_eq!(endings.wall("other", 4100), None);
    }
}
