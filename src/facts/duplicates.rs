//! Articles that were published twice. Each article becomes a sketch of fixed size (MinHash with one permutation), sketches
//! that agree somewhere are compared, and those that look alike are read again word by word.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::{
    data::Node,
    document::{Block, BlockKind, Document, tail::Tail},
    source::Span,
};

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

/// Passages are so many words long.
const PASSAGE: usize = 5;
/// Size of a sketch.
const SLOTS: usize = 128;
/// So many slots in a row that agree make two articles worth comparing.
const BAND: usize = 4;
/// So many articles that share a band, and are not the same, are compared with a new one.
const CROWD: usize = 8;
/// Where titles differ in numbers only, the posts are a series with much the same words; then all but this is the same.
const SERIES: usize = 98;

type Sketch = [u32; SLOTS];
const EMPTY: u32 = u32::MAX;

impl Duplicates {
    /// `tails` belong to `documents`, in the same order.
    pub fn find(documents: &[&Document], tails: &[Tail], measure: Measure) -> Self {
        let sketches: Vec<Option<Sketch>> = documents
            .par_iter()
            .zip(tails)
            .map(|(document, tail)| sketch(article(document, tail), measure.least))
            .collect();
        let mut clusters: Vec<Vec<(usize, usize)>> = Vec::new();
        let mut bands: HashMap<(usize, [u32; BAND]), Vec<usize>> = HashMap::new();
        for (post, sketch) in sketches.iter().enumerate() {
            let Some(sketch) = sketch else { continue };
            let keys: Vec<_> = bands_of(sketch).collect();
            let mut near: Vec<usize> =
                keys.iter().flat_map(|key| bands.get(key).into_iter().flatten().copied()).collect();
            near.sort_unstable();
            near.dedup();
            let same = near.into_iter().find_map(|cluster| {
                let (first, _) = *clusters[cluster].first()?;
                let other = sketches[first].as_ref()?;
                let look = |post: usize| (documents[post], article(documents[post], &tails[post]));
                let estimate = estimate(sketch, other) + SLACK;
                let worth = estimate >= measure.alike.min(measure.titled);
                let alike = worth.then(|| same_article(look(first), look(post), estimate, measure)).flatten()?;
                Some((cluster, alike))
            });
            match same {
                Some((cluster, alike)) => clusters[cluster].push((post, alike)),
                None => {
                    clusters.push(vec![(post, 100)]);
                    for key in keys {
                        let crowd = bands.entry(key).or_default();
                        if crowd.len() < CROWD {
                            crowd.push(clusters.len() - 1);
                        }
                    }
                }
            }
        }
        let found = clusters.into_iter().filter(|cluster| cluster.len() > 1);
        Self { by_path: found.filter_map(|cluster| report(documents, cluster)).collect() }
    }

    /// The posts that have the same article as the one at `path`, if it is the last of them.
    pub fn of(&self, path: &str) -> Option<&Cluster> {
        self.by_path.get(path)
    }
}

/// A sketch's estimate may be off by so many percent.
const SLACK: usize = 12;

/// The path of the last subject of a cluster, and the others.
fn report(documents: &[&Document], mut cluster: Vec<(usize, usize)>) -> Option<(String, Cluster)> {
    let alike = cluster.iter().map(|(_, alike)| *alike).min()?;
    cluster.sort_by_key(|(post, _)| (published(documents[*post]), *post));
    let last = cluster.iter().rposition(|(post, _)| documents[*post].source.subject)?;
    let (last, _) = cluster.remove(last);
    let others = cluster.into_iter().map(|(post, _)| documents[post].path().to_owned()).collect();
    Some((documents[last].path().to_owned(), Cluster { others, alike }))
}

/// The day on which a post says that it was published, if it says so in the usual way; else the one in its name.
fn published(document: &Document) -> &str {
    let is_day = |text: &&str| {
        text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            })
    };
    let name = document.path().rsplit('/').next().unwrap_or_default();
    let said = document.front_matter.tree.as_ref().and_then(|tree| tree.get("date")).and_then(Node::text);
    let days = [said.and_then(|text| text.get(..10)), name.get(..10)];
    days.into_iter().flatten().find(is_day).unwrap_or_default()
}

/// The article without what was put behind it.
fn article<'a>(document: &'a Document, tail: &Tail) -> &'a str {
    match tail.last {
        Some(_) => document.text(Span::new(document.body.start, tail.end)),
        None => "",
    }
}

/// The words of a text as numbers: of Latin and other scripts with spaces each word, of others each character.
/// Addresses of links do not count.
fn words(text: &str, mut word: impl FnMut(u64, bool)) {
    const START: u64 = 0xcbf2_9ce4_8422_2325;
    let add = |hash: u64, c: u32| (hash ^ u64::from(c)).wrapping_mul(0x0000_0100_0000_01b3);
    let (mut hash, mut digits, mut long) = (START, false, false);
    let mut chars = text.chars();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        // Most letters of most texts are of these two kinds; asking for each in the tables of Unicode is slow.
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' => {
                hash = add(hash, u32::from(c.to_ascii_lowercase()));
                digits |= c.is_ascii_digit();
                (long, before) = (true, c);
                continue;
            }
            '\u{4E00}'..='\u{9FFF}' => {
                if long {
                    word(hash, digits);
                    (hash, digits, long) = (START, false, false);
                }
                word(add(START, u32::from(c)), false);
                before = c;
                continue;
            }
            _ => {}
        }
        let own = matches!(u32::from(c), 0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3040..=0x30FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF);
        if !own && c.is_alphanumeric() {
            hash = add(hash, u32::from(c));
            long = true;
        } else {
            if long {
                word(hash, digits);
                (hash, digits, long) = (START, false, false);
            }
            if own && c.is_alphabetic() {
                word(add(START, u32::from(c)), false);
            } else if before == ']' && c == '(' {
                let rest = chars.as_str();
                let line = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest, |end| &rest[..end]);
                if let Some(end) = memchr::memchr(b')', line.as_bytes()) {
                    chars = rest[end..].chars();
                }
            }
        }
        before = c;
    }
    if long {
        word(hash, digits);
    }
}

/// Every passage of a text as a number, in order and repeatedly. `numbers` is whether numbers count.
fn passages(text: &str, numbers: bool, mut passage: impl FnMut(u64)) -> usize {
    const BASE: u64 = 0x9E37_79B9_7F4A_7C15;
    let out = BASE.wrapping_pow(PASSAGE as u32);
    let mut window = [0_u64; PASSAGE];
    let (mut sum, mut count) = (0_u64, 0_usize);
    words(text, |word, digits| {
        let word = if digits && !numbers { 1 } else { word };
        let oldest = std::mem::replace(&mut window[count % PASSAGE], word);
        sum = sum.wrapping_mul(BASE).wrapping_add(word).wrapping_sub(oldest.wrapping_mul(out));
        count += 1;
        if count >= PASSAGE {
            passage(mixed(sum));
        }
    });
    count
}

fn mixed(mut number: u64) -> u64 {
    number = (number ^ (number >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    number = (number ^ (number >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    number ^ (number >> 32)
}

#[expect(clippy::cast_possible_truncation, reason = "the low half of a hash")]
fn sketch(text: &str, least: usize) -> Option<Sketch> {
    let mut sketch = [EMPTY; SLOTS];
    let words = passages(text, true, |passage| {
        let slot = &mut sketch[(passage >> 57) as usize];
        *slot = (*slot).min(passage as u32);
    });
    (words >= least.max(PASSAGE)).then_some(sketch)
}

fn bands_of(sketch: &Sketch) -> impl Iterator<Item = (usize, [u32; BAND])> + '_ {
    // A single passage may be a coincidence.
    let telling = |band: &[u32; BAND]| band.iter().filter(|slot| **slot != EMPTY).count() > 1;
    let band = move |band: &[u32]| <[u32; BAND]>::try_from(band).ok().filter(telling);
    sketch.chunks_exact(BAND).enumerate().filter_map(move |(at, slots)| Some((at, band(slots)?)))
}

/// The percentage of passages that two articles share, roughly.
fn estimate(one: &Sketch, other: &Sketch) -> usize {
    let filled = one.iter().zip(other).filter(|(a, b)| **a != EMPTY || **b != EMPTY);
    let (both, all) = filled.fold((0, 0), |(both, all), (a, b)| (both + usize::from(a == b), all + 1));
    both * 100 / all.max(1)
}

/// The percentage of passages that two articles share, if they are one: no series of posts that differ in numbers only,
/// and no two languages or versions of one page. They share hardly more than `most` percent.
fn same_article(one: (&Document, &str), other: (&Document, &str), most: usize, measure: Measure) -> Option<usize> {
    if are_editions(one.0.path(), other.0.path()) {
        return None;
    }
    let name = |document: &Document| document.path().rsplit('/').next().unwrap_or_default().to_owned();
    let titles = title(one.0).zip(title(other.0));
    let wanted = match titles {
        Some((one, other)) if one == other => measure.titled,
        Some((one, other)) if differ_in_numbers(&one, &other) => SERIES.max(measure.alike),
        None if differ_in_numbers(&name(one.0), &name(other.0)) => SERIES.max(measure.alike),
        _ => measure.alike,
    };
    let share = if most < wanted { 0 } else { shared(one.1, other.1, true) };
    if share < wanted {
        return None;
    }
    // If it is numbers that differ, somebody filled in a form.
    let is_form = share < SERIES && shared(one.1, other.1, false) >= SERIES;
    (!is_form).then_some(share)
}

fn shared(one: &str, other: &str, numbers: bool) -> usize {
    let sorted = |text| {
        let mut all = Vec::new();
        passages(text, numbers, |passage| all.push(passage));
        all.sort_unstable();
        all.dedup();
        all
    };
    let (one, other) = (sorted(one), sorted(other));
    let both = both(&one, &other);
    both * 100 / (one.len() + other.len() - both).max(1)
}

/// How many numbers stand in both of two lists, which are sorted and hold each once.
fn both(mut one: &[u64], mut other: &[u64]) -> usize {
    let mut both = 0;
    while let ([a, rest_of_one @ ..], [b, rest_of_other @ ..]) = (one, other) {
        both += usize::from(a == b);
        (one, other) = (if a <= b { rest_of_one } else { one }, if b <= a { rest_of_other } else { other });
    }
    both
}

/// The letters and numbers of the title in small letters; the title is the heading that a post begins with, where the front
/// matter has none.
fn title(document: &Document) -> Option<String> {
    let said = document.front_matter.tree.as_ref().and_then(|tree| tree.get("title")).and_then(Node::text);
    let is_title = |block: &&Block| matches!(block.kind, BlockKind::Heading { level: 1, setext: false });
    let heading = || document.blocks.first().filter(is_title).map(|block| document.text(block.span));
    let title: String =
        said.or_else(heading)?.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    (!title.is_empty()).then_some(title)
}

fn differ_in_numbers(one: &str, other: &str) -> bool {
    let without = |text: &str| text.chars().filter(|c| !c.is_numeric()).collect::<String>();
    one != other && without(one) == without(other)
}

/// Whether two paths lead to one page in two languages or versions: `docs/a.md` and `docs/fr/a.md`, `a.md` and
/// `a.fr.md`, `v1.2/a.md` and `v1.3/a.md`.
fn are_editions(one: &str, other: &str) -> bool {
    let parts = |path: &str| {
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        let folders = folders.split('/').filter(|folder| !folder.is_empty() && !is_edition(folder));
        let name: Vec<&str> = name.split('.').collect();
        let stem = match name[..] {
            [.., code, _] if name.len() > 2 && is_language(code) => &name[..name.len() - 2],
            _ => &name[..name.len() - 1],
        };
        (folders.map(str::to_owned).collect::<Vec<_>>(), stem.join("."))
    };
    one != other && parts(one) == parts(other) && {
        // The same file name with other endings in one folder is no edition.
        let folder = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
        folder(one) != folder(other) || one.matches('.').count() > 1 || other.matches('.').count() > 1
    }
}

/// `fr`, `pt-br`, `zh_CN`, `zh-Hans`; `v2`, `1.x`, `version-2.0`, but no year and no day.
fn is_edition(folder: &str) -> bool {
    is_language(folder) || is_version(folder)
}

fn is_language(code: &str) -> bool {
    let mut parts = code.split(['-', '_']);
    let language = parts.next().is_some_and(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_lowercase()));
    let region = |part: &str| (2..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    language && parts.all(region)
}

fn is_version(folder: &str) -> bool {
    let (named, number) = match folder.strip_prefix("version-").or_else(|| folder.strip_prefix('v')) {
        Some(number) => (true, number),
        None => (false, folder),
    };
    let number_like = number.starts_with(|c: char| c.is_ascii_digit())
        && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'x');
    number_like && (named || number.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_and_versions_of_a_page_are_editions() {
        for (one, other) in [
            ("docs/a.md", "docs/fr/a.md"),
            ("docs/pt-br/a.md", "docs/de/a.md"),
            ("a/index.md", "a/index.zh-Hans.md"),
            ("v1.2/a.md", "version-1.3/a.md"),
        ] {
            assert!(are_editions(one, other), "{one} {other}");
        }
        for (one, other) in
            [("2023/a.md", "2024/a.md"), ("posts/a.md", "news/a.md"), ("fr/a.md", "fr/b.md"), ("a.md", "a.mdx")]
        {
            assert!(!are_editions(one, other), "{one} {other}");
        }
    }

    #[test]
    fn passages_do_not_depend_on_markup_and_addresses() {
        let all = |text: &str| {
            let mut list = Vec::new();
            passages(text, true, |passage| list.push(passage));
            list
        };
        let plain = all("Bees sleep at night in the old hive 蜜蜂在夜里睡觉");
        assert_eq!(plain.len(), 8 + 7 - 4);
        assert_eq!(all("**Bees** sleep [at night](https://a.test/b) in\nthe old hive: 蜜蜂，在夜里睡觉。"), plain);
        assert_eq!(all("One two three four"), Vec::<u64>::new());
    }
}
