//! Articles that were published twice, in two steps, so that no text needs to be kept: each article becomes a [`Sketch`] of
//! fixed size, and of those alone that agree somewhere and look alike the texts are asked for again and compared word by
//! word.

mod editions;
mod passages;
mod sketch;

use std::{borrow::Cow, cell::OnceCell, collections::HashMap};

use rayon::prelude::*;

use editions::are_editions;
use passages::Article;
use sketch::BANDS;
pub use sketch::Sketch;

/// What is alike enough, and long enough to say so.
#[derive(Debug, Clone, Copy)]
pub struct Measure {
    /// Of all passages of two articles, so many in a hundred must stand in both.
    pub alike: usize,
    /// The same for two articles with one title.
    pub titled: usize,
    /// In words, or in characters where a script writes no spaces. A shorter article is not compared.
    pub least: usize,
}

/// Posts with the same article, known by the last of them.
#[derive(Debug, Default)]
pub struct Duplicates {
    by_path: HashMap<String, Cluster>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// The other posts, the first published one first.
    pub others: Vec<String>,
    /// The least percentage of passages that any of them shares with the first.
    pub alike: usize,
}

/// A post as far as it is known without its text.
#[derive(Debug, Clone, Copy)]
pub struct Post<'a> {
    pub path: &'a str,
    /// The folder of the site that publishes it: what two sites have in common is no copy.
    pub site: &'a str,
    /// Whether findings in it are wanted.
    pub subject: bool,
    /// None where its article is too short to be compared.
    pub sketch: Option<&'a Sketch>,
}

/// The whole text of the post at a place among all, as it was when it was sketched; none if nobody has it any more.
pub type TextOf<'a, 't> = &'a dyn Fn(usize) -> Option<Cow<'t, str>>;

/// So many articles that share a band, and are not the same, are compared with a new one.
const CROWD: usize = 8;
/// Where titles differ in numbers only, the posts are a series with much the same words; then all but this is the same.
const SERIES: usize = 98;
/// A sketch's estimate may be off by so many percent.
const SLACK: usize = 12;

impl Duplicates {
    /// Each text is asked for once at most, and only where the sketches look alike.
    pub fn find(posts: &[Post<'_>], measure: Measure, text_of: TextOf<'_, '_>) -> Self {
        let meetings = meetings(posts);
        let mut met: Vec<(u32, usize)> =
            meetings.iter().enumerate().flat_map(|(at, posts)| posts.iter().map(move |post| (*post, at))).collect();
        met.sort_unstable();
        let meetings = meetings.into_iter().map(|posts| Meeting { ahead: posts.len(), crowd: Vec::new() }).collect();
        let mut search = Search { posts, measure, text_of, meetings, clusters: Vec::new() };
        for met in met.chunk_by(|one, other| one.0 == other.0) {
            let meetings: Vec<usize> = met.iter().map(|(_, meeting)| *meeting).collect();
            search.visit(met[0].0 as usize, &meetings);
        }
        let found = search.clusters.into_iter().filter(|copies| copies.posts.len() > 1);
        Self { by_path: found.filter_map(|copies| report(posts, copies.posts)).collect() }
    }

    /// The posts that have the same article as the one at `path`, if it is the last of them.
    pub fn of(&self, path: &str) -> Option<&Cluster> {
        self.by_path.get(path)
    }
}

/// The path of the last subject of a cluster, and the others.
fn report(posts: &[Post<'_>], mut cluster: Vec<(usize, usize)>) -> Option<(String, Cluster)> {
    let alike = cluster.iter().map(|(_, alike)| *alike).min()?;
    cluster.sort_by_key(|(post, _)| (posts[*post].sketch.and_then(|sketch| sketch.published), *post));
    let last = cluster.iter().rposition(|(post, _)| posts[*post].subject)?;
    let (last, _) = cluster.remove(last);
    let others = cluster.into_iter().map(|(post, _)| posts[post].path.to_owned()).collect();
    Some((posts[last].path.to_owned(), Cluster { others, alike }))
}

/// Posts whose sketches have the same in one band.
#[derive(Debug)]
struct Meeting {
    /// So many of them have not been visited.
    ahead: usize,
    /// The clusters that a post is compared with which comes here: by their places in the list of all.
    crowd: Vec<usize>,
}

/// The posts of each meeting: those with one band, and those with one title, as half of an article may be too little for a
/// band to agree. Most posts of most sites meet nobody.
fn meetings(posts: &[Post<'_>]) -> Vec<Vec<u32>> {
    let of_band = |band: Option<usize>| {
        let mark = |sketch: &Sketch| band.map_or_else(|| Some(sketch.title?.whole), |band| sketch.band(band));
        let sketches = (0_u32..).zip(posts).filter_map(|(at, post)| Some((mark(post.sketch?)?, at)));
        let mut all: Vec<(u64, u32)> = sketches.collect();
        all.sort_unstable();
        let same = all.chunk_by(|one, other| one.0 == other.0).filter(|same| same.len() > 1);
        same.map(|same| same.iter().map(|(_, post)| *post).collect()).collect::<Vec<_>>()
    };
    // One band after the other, so that there is never a list of all of them.
    let bands: Vec<Option<usize>> = std::iter::once(None).chain((0..BANDS).map(Some)).collect();
    bands.into_par_iter().flat_map_iter(of_band).collect()
}

/// Visits the posts that meet others, in order, and puts each to the first cluster whose first post has its article.
struct Search<'a, 't> {
    posts: &'a [Post<'a>],
    measure: Measure,
    text_of: TextOf<'a, 't>,
    meetings: Vec<Meeting>,
    clusters: Vec<Copies>,
}

/// Posts with one article.
#[derive(Debug)]
struct Copies {
    /// Each with the percentage of passages that it shares with the first.
    posts: Vec<(usize, usize)>,
    /// The article of the first.
    article: Reading,
    /// At so many meetings posts may still come that are compared with it.
    expected: usize,
}

/// An article, read when it is first needed; none where nobody has its text any more.
type Reading = OnceCell<Option<Article>>;

impl Search<'_, '_> {
    /// `met` are the meetings that `post` is at.
    fn visit(&mut self, post: usize, met: &[usize]) {
        let mut near: Vec<usize> =
            met.iter().flat_map(|meeting| self.meetings[*meeting].crowd.iter().copied()).collect();
        near.sort_unstable();
        near.dedup();
        let article = Reading::new();
        let same = near.into_iter().find_map(|at| Some((at, self.compare(&self.clusters[at], post, &article)?)));
        match same {
            Some((cluster, alike)) => self.clusters[cluster].posts.push((post, alike)),
            None => self.found(post, article, met),
        }
        for meeting in met {
            self.leave(*meeting);
        }
    }

    /// Begins a cluster with `post`.
    fn found(&mut self, post: usize, article: Reading, met: &[usize]) {
        let mut expected = 0;
        for meeting in met {
            let crowd = &mut self.meetings[*meeting].crowd;
            if crowd.len() < CROWD {
                crowd.push(self.clusters.len());
                expected += 1;
            }
        }
        self.clusters.push(Copies { posts: vec![(post, 100)], article, expected });
    }

    /// With the last post of a meeting the articles are forgotten that nobody else will be compared with.
    fn leave(&mut self, meeting: usize) {
        let meeting = &mut self.meetings[meeting];
        meeting.ahead -= 1;
        if meeting.ahead > 0 {
            return;
        }
        for cluster in std::mem::take(&mut meeting.crowd) {
            let cluster = &mut self.clusters[cluster];
            cluster.expected -= 1;
            if cluster.expected == 0 {
                cluster.article = Reading::new();
            }
        }
    }

    /// The percentage of passages that `post` shares with the first post of a cluster, if they are one article: no series
    /// of posts that differ in numbers only, and no two languages or versions of one page. What is cheap to know is asked
    /// first.
    fn compare(&self, cluster: &Copies, post: usize, article: &Reading) -> Option<usize> {
        let (first, _) = *cluster.posts.first()?;
        let (one, other) = (&self.posts[first], &self.posts[post]);
        let (sketch, others) = (one.sketch?, other.sketch?);
        let wanted = wanted(one, other, self.measure);
        if one.site != other.site || sketch.estimate(others) + SLACK < wanted || are_editions(one.path, other.path) {
            return None;
        }
        if sketch.sum == others.sum {
            return (wanted <= 100).then_some(100);
        }
        let one = cluster.article.get_or_init(|| self.read(first)).as_ref()?;
        let other = article.get_or_init(|| self.read(post)).as_ref()?;
        let share = one.share(other);
        // If it is numbers that differ, somebody filled in a form.
        let is_form = || share.but_for_numbers >= SERIES && one.share_but_for_numbers(other) >= SERIES;
        (share.percent >= wanted && (share.percent >= SERIES || !is_form())).then_some(share.percent)
    }

    fn read(&self, post: usize) -> Option<Article> {
        let article = self.posts[post].sketch?.article;
        (self.text_of)(post).map(|text| Article::read(article.of(&text)))
    }
}

/// How many passages in a hundred two posts must share to be one, by their titles, or by their names where one has no title.
fn wanted(one: &Post<'_>, other: &Post<'_>, measure: Measure) -> usize {
    let title = |post: &Post<'_>| post.sketch.and_then(|sketch| sketch.title);
    let is_series = match title(one).zip(title(other)) {
        Some((one, other)) if one.whole == other.whole => return measure.titled,
        Some((one, other)) => one.unnumbered == other.unnumbered,
        None => differ_in_numbers(name(one.path), name(other.path)),
    };
    if is_series { SERIES.max(measure.alike) } else { measure.alike }
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

fn differ_in_numbers(one: &str, other: &str) -> bool {
    fn without(text: &str) -> impl Iterator<Item = char> {
        text.chars().filter(|c| !c.is_numeric())
    }
    one != other && without(one).eq(without(other))
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::{
        document::{Document, tail::Tail},
        site::Sites,
        source::Source,
    };

    /// A word without digits for each number.
    fn word(number: usize) -> String {
        number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect()
    }

    fn words(from: usize, to: usize) -> String {
        (from..to).map(|number| format!("{} ", word(number))).collect()
    }

    /// How many others have the article of the last post, and the posts whose texts were asked for.
    fn find(texts: &[String]) -> (usize, Vec<usize>) {
        let measure = Measure { alike: 90, titled: 50, least: 30 };
        let paths: Vec<String> = (0..texts.len()).map(|post| format!("{}.md", word(post))).collect();
        let sketch = |(path, text): (&String, &String)| {
            let document = Document::parse(Source::from_text(path, text), &Sites::default());
            let tail = Tail { last: Some(0), end: text.len(), ..Tail::default() };
            Sketch::of(&document, &tail, measure.least)
        };
        let sketches: Vec<_> = paths.iter().zip(texts).map(sketch).collect();
        let post = |(path, sketch)| Post { path, site: "", subject: true, sketch: Option::as_ref(sketch) };
        let posts: Vec<_> = paths.iter().map(String::as_str).zip(&sketches).map(post).collect();
        let asked: RefCell<Vec<usize>> = RefCell::default();
        let text_of = |post: usize| {
            asked.borrow_mut().push(post);
            Some(Cow::Borrowed(texts[post].as_str()))
        };
        let found = Duplicates::find(&posts, measure, &text_of);
        let others = paths.last().and_then(|path| found.of(path)).map_or(0, |cluster| cluster.others.len());
        (others, asked.into_inner())
    }

    #[test]
    fn exact_copies_are_known_without_their_texts() {
        let copies: Vec<String> = (0..100).map(|post| format!("{}\n{}", words(0, 300), "\n".repeat(post))).collect();
        assert_eq!(find(&copies), (99, vec![]));
    }

    #[test]
    fn the_text_of_a_copy_that_was_changed_is_asked_for_once() {
        let copies: Vec<String> = (0..100).map(|post| words(0, 300) + &word(1_000 + post)).collect();
        let (others, mut asked) = find(&copies);
        asked.sort_unstable();
        assert_eq!((others, asked), (99, (0..100).collect()));
    }

    #[test]
    fn of_posts_with_the_same_frame_few_are_read() {
        let frame = words(0, 100);
        let posts: Vec<String> =
            (0..100).map(|post| frame.clone() + &words(1_000 * (post + 1), 1_000 * (post + 1) + 400)).collect();
        assert_eq!(find(&posts), (0, vec![]));
    }
}
