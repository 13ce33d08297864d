//! The site as a whole, for somebody who looks at it for the first time: who wrote what and when, what stands at the end
//! of many posts, where the pictures live, how long the posts are.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use url::Url;

use super::{Facts, Remote, endings::Length, promotion::Kind, remote};
use crate::{
    data::{Data, Node},
    document::{Document, Posts},
    site::{
        Generator, Sites,
        scalar::{Typed, in_calendar, is_date, reading},
    },
};

/// The keys that posts are grouped by; read from `rules/shared/overview.yaml`.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Vocabulary {
    titles: Vec<String>,
    dates: Vec<String>,
    authors: Vec<String>,
    names: Vec<String>,
}

/// What a report shows beside the findings. Everything is sorted, so that the same site gives the same overview.
#[derive(Debug, Default, Serialize)]
pub struct Overview {
    /// By path.
    pub posts: Vec<Post>,
    /// Those in many posts first.
    pub families: Vec<Repeated>,
    /// Hosts of remote images, those with many addresses first.
    pub hosts: Vec<Host>,
    /// One for each site, by its folder.
    pub lengths: Vec<Lengths>,
}

/// One post that was checked.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Post {
    /// Relative to the project's root.
    pub path: String,
    pub title: Option<String>,
    /// The month of publication, such as `2024-05`: from front matter, or from the name of the file where that begins
    /// with a date.
    pub month: Option<String>,
    pub authors: Vec<String>,
    /// The folder that tells posts of one kind from others, relative to the project's root; empty for the root.
    pub section: String,
}

/// A block that stands in many posts.
#[derive(Debug, Serialize)]
pub struct Repeated {
    pub kind: Kind,
    /// How many posts hold it.
    pub posts: usize,
    /// Of all posts, between 0 and 1.
    pub share: f32,
    /// The block as the first of these posts has it.
    pub text: String,
    /// The path of that post.
    pub path: String,
}

/// What became of the remote images on one host. Each number counts distinct addresses.
#[derive(Debug, Default, Serialize)]
pub struct Host {
    /// Empty where the addresses have none.
    pub host: String,
    pub addresses: usize,
    #[serde(flatten)]
    pub counts: remote::Counts,
    /// Why nobody could vouch for an address, and how often.
    pub reasons: BTreeMap<String, usize>,
}

/// How long the articles of one site are, and how many of them break off.
#[derive(Debug, Serialize)]
pub struct Lengths {
    /// The site's folder.
    pub site: String,
    pub classes: Vec<Length>,
}

impl Overview {
    pub fn gather(posts: &Posts<'_>, sites: &Sites, facts: &Facts, words: &Vocabulary) -> Self {
        let subjects: Vec<&Document> =
            posts.kept().map(|(_, document)| document).filter(|document| document.source.subject).collect();
        let paths: Vec<&str> = subjects.iter().map(|document| document.path()).collect();
        let sections = Sections::of(&paths);
        let told = subjects.iter().map(|document| {
            let generator = sites.of(document.path()).generator;
            Post { section: sections.section(document.path()), ..words.post(document, generator) }
        });
        let lengths = facts.endings.lengths();
        Self {
            posts: told.collect(),
            families: families(posts, facts),
            hosts: hosts(&facts.remote),
            lengths: lengths.map(|(site, classes)| Lengths { site: site.to_owned(), classes }).collect(),
        }
    }

    /// Every path of a file in it.
    pub fn paths_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let posts = self.posts.iter_mut().map(|post| &mut post.path);
        posts.chain(self.families.iter_mut().map(|family| &mut family.path))
    }
}

impl Vocabulary {
    fn post<'a>(&'a self, document: &'a Document, generator: Generator) -> Post {
        let tree = document.front_matter.tree.as_ref();
        let values = |keys: &'a [String]| -> Vec<&'a Node> {
            keys.iter().flat_map(|key| tree.into_iter().flat_map(move |tree| valued(tree, key))).collect()
        };
        let path = document.path();
        let name = path.rsplit('/').next().unwrap_or(path);
        Post {
            path: path.to_owned(),
            title: values(&self.titles).into_iter().find_map(Node::text).map(str::to_owned),
            month: values(&self.dates)
                .into_iter()
                .find_map(|node| date(node, generator))
                .or_else(|| name.get(..10).filter(|date| is_date(date)).and_then(month)),
            authors: values(&self.authors).first().map(|node| self.people(node)).unwrap_or_default(),
            section: String::new(),
        }
    }

    /// The names in a text, a map with a name, or a list of either.
    fn people(&self, node: &Node) -> Vec<String> {
        match &node.data {
            Data::List(items) => items.iter().flat_map(|item| self.people(item)).collect(),
            Data::Map(_) => self
                .names
                .iter()
                .find_map(|key| valued(node, key).next())
                .map(|name| self.people(name))
                .unwrap_or_default(),
            Data::Scalar(scalar) => {
                Some(scalar.text.trim().to_owned()).into_iter().filter(|name| !name.is_empty()).collect()
            }
            Data::Alias(..) => Vec::new(),
        }
    }
}

/// The values of a key, whatever its letter case, that are not empty.
fn valued<'a>(map: &'a Node, key: &'a str) -> impl Iterator<Item = &'a Node> {
    map.entries()
        .iter()
        .filter(move |entry| entry.key.text().is_some_and(|known| known.eq_ignore_ascii_case(key)))
        .map(|entry| &entry.value)
        .filter(|value| value.text().is_none_or(|text| !text.trim().is_empty()))
}

/// The month of a date that this generator reads as one.
fn date(node: &Node, generator: Generator) -> Option<String> {
    let scalar = node.scalar()?;
    let read = match reading(scalar, generator) {
        Typed::Date => true,
        Typed::Error => false,
        _ => is_date(&scalar.text),
    };
    (read && in_calendar(&scalar.text)).then(|| month(&scalar.text)).flatten()
}

/// `2024-05` from `2024-05-17` or `2024/5/17 10:00`.
fn month(date: &str) -> Option<String> {
    let mut parts = date.split(['-', '/']).map(str::parse::<u32>);
    match (parts.next(), parts.next()) {
        (Some(Ok(year @ 1..=9999)), Some(Ok(month @ 1..=12))) => Some(format!("{year:04}-{month:02}")),
        _ => None,
    }
}

/// Which folders tell posts apart: those below the deepest folder that holds nearly everything.
#[derive(Debug, Default)]
struct Sections {
    /// Empty, or with `/` at its end.
    stem: String,
    /// Every folder below the stem holds about one post, so that these say nothing.
    single: bool,
}

/// Of a hundred posts so many must lie in a folder before it is the place of all of them.
const NEARLY_ALL: usize = 80;
/// A folder has at least so many posts on average, or it is the post's own.
const FULL: usize = 3;

impl Sections {
    fn of(paths: &[&str]) -> Self {
        let mut stem = String::new();
        loop {
            let mut below: BTreeMap<&str, usize> = BTreeMap::new();
            let mut direct = 0;
            for rest in paths.iter().filter_map(|path| path.strip_prefix(&stem)) {
                match rest.split_once('/') {
                    Some((folder, _)) => *below.entry(folder).or_default() += 1,
                    None => direct += 1,
                }
            }
            let inside: usize = below.values().sum();
            match below.iter().max_by_key(|(_, count)| **count) {
                Some((folder, count)) if count * 100 >= paths.len() * NEARLY_ALL => {
                    stem.push_str(&format!("{folder}/"))
                }
                _ => return Self { stem, single: inside > direct && inside < below.len() * FULL },
            }
        }
    }

    fn section(&self, path: &str) -> String {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        match path.strip_prefix(&self.stem) {
            Some(rest) => match rest.split_once('/').filter(|_| !self.single) {
                Some((below, _)) => format!("{}{below}", self.stem),
                None => self.stem.trim_end_matches('/').to_owned(),
            },
            None => folder.split('/').next().unwrap_or_default().to_owned(),
        }
    }
}

fn families(posts: &Posts<'_>, facts: &Facts) -> Vec<Repeated> {
    let mut seen: HashMap<u64, Repeated> = HashMap::new();
    for (post, document) in posts.kept() {
        for appendix in facts.corpus.frame(post).appendices(document) {
            let Some(family) = appendix.family else { continue };
            seen.entry(family.key).or_insert_with(|| Repeated {
                kind: family.kind,
                posts: family.posts,
                share: family.share,
                text: document.text(appendix.span).to_owned(),
                path: document.path().to_owned(),
            });
        }
    }
    let mut families: Vec<Repeated> = seen.into_values().collect();
    families.sort_by(|a, b| b.posts.cmp(&a.posts).then_with(|| a.text.cmp(&b.text)));
    families
}

fn hosts(remote: &Remote) -> Vec<Host> {
    let mut hosts: BTreeMap<String, Host> = BTreeMap::new();
    for (address, verdict) in &remote.verdicts {
        let name = Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        let host = hosts.entry(name.clone()).or_insert_with(|| Host { host: name, ..Host::default() });
        host.addresses += 1;
        match verdict {
            remote::Verdict::Alive => host.counts.alive += 1,
            remote::Verdict::Dead(_) => host.counts.dead += 1,
            remote::Verdict::NotAnImage(_) => host.counts.not_an_image += 1,
            remote::Verdict::Hotlink => host.counts.hotlink += 1,
            remote::Verdict::Unverified(why) => {
                host.counts.unverified += 1;
                *host.reasons.entry(why.clone()).or_default() += 1;
            }
        }
    }
    let mut hosts: Vec<Host> = hosts.into_values().collect();
    hosts.sort_by(|a, b| b.addresses.cmp(&a.addresses).then_with(|| a.host.cmp(&b.host)));
    hosts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{site::Site, source::Source};

    fn post(path: &str, matter: &str) -> Post {
        let words = Vocabulary {
            titles: vec!["title".to_owned()],
            dates: vec!["date".to_owned(), "created".to_owned()],
            authors: vec!["author".to_owned(), "authors".to_owned()],
            names: vec!["name".to_owned()],
        };
        let sites = Sites::new(vec![Site::example(Generator::Hugo)]);
        let document = Document::parse(Source::from_text(path, format!("---\n{matter}\n---\nText.\n")), &sites);
        words.post(&document, Generator::Hugo)
    }

    #[test]
    fn a_month_is_what_the_front_matter_or_the_name_of_the_file_says() {
        let month = |path: &str, matter: &str| post(path, matter).month;
        assert_eq!(month("a.md", "date: 2024-05-17T10:00:00+08:00").as_deref(), Some("2024-05"));
        assert_eq!(month("a.md", "Date: '2024-05-17'").as_deref(), Some("2024-05"));
        assert_eq!(month("a.md", "date: soon\ncreated: 2023-01-02").as_deref(), Some("2023-01"));
        assert_eq!(month("2022-12-01-a.md", "title: x").as_deref(), Some("2022-12"));
        assert_eq!(month("a.md", "date: 2024-02-31"), None);
        assert_eq!(month("1234567890中.md", "title: x"), None);
    }

    #[test]
    fn authors_are_texts_lists_and_maps() {
        let authors = |matter: &str| post("a.md", matter).authors;
        assert_eq!(authors("author: Ada"), ["Ada"]);
        assert_eq!(authors("authors: [Ada, {name: Bo}]"), ["Ada", "Bo"]);
        assert_eq!(authors("author:\nauthors: Bo"), ["Bo"]);
        assert!(authors("author: {}").is_empty());
    }

    #[test]
    fn sections_are_the_folders_that_tell_posts_apart() {
        let sections = |paths: &[&str]| -> Vec<String> {
            let sections = Sections::of(paths);
            paths.iter().map(|path| sections.section(path)).collect()
        };
        let (a, b) = ("content/posts/2023/a.md", "content/posts/2024/b.md");
        let found = sections(&[a, a, a, b, b, b, b, "content/posts/c.md", "README.md"]);
        assert_eq!(
            found[..4],
            ["content/posts/2023", "content/posts/2023", "content/posts/2023", "content/posts/2024"]
        );
        assert_eq!(found[7..], ["content/posts", ""]);
        // A folder for each post.
        assert_eq!(sections(&["posts/a/index.md", "posts/b/index.md"]), ["posts", "posts"]);
        assert_eq!(sections(&["a.md"]), [""]);
    }
}
