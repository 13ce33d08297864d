//! Which posts are of one kind: a folder whose posts have other keys than the rest holds another kind.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
};

use super::{
    FEWEST,
    mirror::{ANY, Mirrors},
};
use crate::{document::Document, site::Sites};

/// A key that so many posts of a hundred have is part of a kind.
const HAVE: usize = 95;
/// A key that fewer posts of a hundred have is no part of it.
const LACK: usize = 50;
/// How alike two keys are, from 0 to 1, of which one may be the other misspelt.
const NEAR: f64 = 0.75;
/// More kinds than this are no order that somebody keeps.
const MOST: usize = 12;
/// So many single files are named in a list; more become a glob.
const NAMED: usize = 20;

#[derive(Debug, Default)]
pub struct Found<'a> {
    /// Name, glob and posts, the most particular glob first.
    pub kinds: Vec<(String, String, Vec<&'a Document>)>,
    pub landing: Vec<String>,
    pub alone: Vec<String>,
}

struct Post<'a> {
    document: &'a Document,
    /// Where it stands, with a star for the name of each language or version.
    folder: String,
    keys: Vec<&'a str>,
}

/// Posts below one folder, but for those that went to another kind.
struct Set<'a> {
    folder: String,
    posts: Vec<Post<'a>>,
}

pub fn find<'a>(documents: &[&'a Document], sites: &Sites) -> Found<'a> {
    let landing = landing(documents);
    let mut found = Found { landing: globs(documents, &landing), ..Found::default() };
    let posts = || documents.iter().filter(|document| !landing.contains(document.path()));
    let mirrors = Mirrors::find(posts().map(|document| document.path()));
    let mut by_site: BTreeMap<&str, Vec<Post<'a>>> = BTreeMap::new();
    for document in posts() {
        by_site.entry(sites.of(document.path()).root.as_str()).or_default().push(Post::of(document, &mirrors));
    }
    let mut sets: Vec<Set<'a>> = by_site.into_values().map(Set::around).collect();
    let mut done: Vec<Set<'a>> = Vec::new();
    while let Some(set) = sets.pop() {
        match set.other_kind().filter(|_| sets.len() + done.len() < MOST).map(str::to_owned) {
            Some(folder) => {
                let (inside, rest) = set.posts.into_iter().partition(|post| is_below(&post.folder, &folder));
                sets.push(Set::around(rest));
                sets.push(Set { folder, posts: inside });
            }
            None => done.push(set),
        }
    }
    let strays: BTreeSet<&str> =
        done.iter_mut().flat_map(Set::take_strays).map(|post| post.document.path()).take(NAMED).collect();
    found.landing.extend(strays.into_iter().map(globset::escape));
    // A few posts beside many others of another kind are pages, each of its own.
    let largest = done.iter().map(|set| set.posts.len()).max().unwrap_or_default();
    let (kinds, alone): (Vec<_>, Vec<_>) =
        done.into_iter().partition(|set| set.posts.len() >= FEWEST.min(largest.max(1)));
    found.alone = alone.iter().flat_map(|set| &set.posts).map(|post| post.document.path().to_owned()).collect();
    found.alone.sort();
    found.kinds = named(kinds);
    found
}

impl<'a> Post<'a> {
    fn of(document: &'a Document, mirrors: &Mirrors<'_>) -> Self {
        let entries = document.front_matter.tree.as_ref().map(crate::data::Node::entries).unwrap_or_default();
        let keys: BTreeSet<&str> = entries.iter().filter_map(|entry| entry.key.text()).collect();
        let folder = document.path().rsplit_once('/').map_or("", |(folder, _)| folder);
        Self { document, folder: mirrors.folded(folder), keys: keys.into_iter().collect() }
    }
}

impl<'a> Set<'a> {
    /// All posts, with the deepest folder that holds them all.
    fn around(posts: Vec<Post<'a>>) -> Self {
        let mut folder = posts.first().map_or("", |post| post.folder.as_str());
        while !posts.iter().all(|post| is_below(&post.folder, folder)) {
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
        Self { folder: folder.to_owned(), posts }
    }

    /// Takes out what has none of the keys that the others have and hardly any at all: parts of pages, or a page with a
    /// layout of its own. A post whose keys are misspelt or in another language has as many as the others.
    fn take_strays(&mut self) -> Vec<Post<'a>> {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        self.posts.iter().flat_map(|post| &post.keys).for_each(|key| *counts.entry(key).or_default() += 1);
        let all = self.posts.len();
        let usual: Vec<&str> = counts.into_iter().filter(|(_, count)| has(*count, all)).map(|(key, _)| key).collect();
        let is_stray = |post: &mut Post<'a>| {
            post.keys.len() * 2 <= usual.len()
                && !post.keys.iter().any(|key| usual.iter().any(|usual| is_nearly(key, usual)))
        };
        if all < FEWEST { Vec::new() } else { self.posts.extract_if(.., is_stray).collect() }
    }

    /// The folder inside whose posts differ from the others in the most keys.
    fn other_kind(&self) -> Option<&str> {
        let mut folders: BTreeMap<&str, (usize, HashMap<&str, usize>)> = BTreeMap::new();
        let mut all: HashMap<&str, usize> = HashMap::new();
        for post in &self.posts {
            for key in &post.keys {
                *all.entry(key).or_default() += 1;
            }
            for folder in folders_between(&post.folder, &self.folder) {
                let (posts, keys) = folders.entry(folder).or_default();
                *posts += 1;
                for key in &post.keys {
                    *keys.entry(key).or_default() += 1;
                }
            }
        }
        let differing = |posts: usize, keys: &HashMap<&str, usize>| {
            let rest = self.posts.len() - posts;
            let differs = |(key, total): (&&str, &usize)| {
                let inside = keys.get(key).copied().unwrap_or_default();
                let outside = total - inside;
                has(inside, posts) && lacks(outside, rest) || lacks(inside, posts) && has(outside, rest)
            };
            all.iter().filter(|pair| differs(*pair)).count()
        };
        folders
            .iter()
            .filter(|(_, (posts, _))| *posts >= FEWEST && *posts < self.posts.len())
            .map(|(folder, (posts, keys))| (differing(*posts, keys), *posts, *folder))
            .filter(|(differing, ..)| *differing > 0)
            // Of several that differ as much, the one with the most posts, then the first by name.
            .max_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then_with(|| b.2.cmp(a.2)))
            .map(|(.., folder)| folder)
    }
}

/// Whether a key may be another one, misspelt.
fn is_nearly(key: &str, usual: &str) -> bool {
    strsim::normalized_damerau_levenshtein(&key.to_lowercase(), &usual.to_lowercase()) >= NEAR
}

const fn has(count: usize, of: usize) -> bool {
    count * 100 >= of * HAVE
}

const fn lacks(count: usize, of: usize) -> bool {
    count * 100 < of * LACK
}

/// `folder` and those above it, up to and without `root`. A year or a month is when posts were written, and no kind.
fn folders_between<'a>(folder: &'a str, root: &str) -> impl Iterator<Item = &'a str> {
    let above = |folder: &&'a str| Some(folder.rsplit_once('/').map_or("", |(above, _)| above));
    let root = root.to_owned();
    std::iter::successors(Some(folder), above).take_while(move |folder| *folder != root && !folder.is_empty()).filter(
        |folder| {
            let name = folder.rsplit('/').next().unwrap_or(folder);
            !name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
        },
    )
}

fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Pages that introduce the folder in which other posts stand: `_index.md`, and `index.md` beside or above others.
fn landing<'a>(documents: &[&'a Document]) -> BTreeSet<&'a str> {
    let split = |path: &'a str| {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        (folder, name.split('.').next().unwrap_or(name).to_lowercase())
    };
    let introduces = |stem: &str| matches!(stem, "index" | "readme");
    let above = |folder: &&'a str| (!folder.is_empty()).then(|| folder.rsplit_once('/').map_or("", |(above, _)| above));
    let mut with_others: HashSet<&str> = HashSet::new();
    for document in documents {
        let (folder, stem) = split(document.path());
        // `index.md` and `index.fr.md` in a folder of their own are a post and its translation.
        let folders = std::iter::successors(Some(folder), above).skip(usize::from(introduces(&stem)));
        for folder in folders {
            with_others.insert(folder);
        }
    }
    let is_landing = |path: &&'a str| {
        let (folder, stem) = split(path);
        stem == "_index" || introduces(&stem) && with_others.contains(folder)
    };
    documents.iter().map(|document| document.path()).filter(is_landing).collect()
}

/// The landing pages as they are written into a configuration: one glob where it takes no other post, or by their paths.
fn globs(documents: &[&Document], landing: &BTreeSet<&str>) -> Vec<String> {
    let mut by_name: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in landing {
        by_name.entry(path.rsplit('/').next().unwrap_or(path)).or_default().push(path);
    }
    let mut globs = Vec::new();
    for (name, paths) in by_name {
        let all = documents.iter().filter(|document| document.path().rsplit('/').next() == Some(name)).count();
        if all == paths.len() || paths.len() > NAMED {
            globs.push(format!("**/{}", globset::escape(name)));
        } else {
            globs.extend(paths.into_iter().map(globset::escape));
        }
    }
    globs
}

/// Names from the folders, and the deepest folder first; one with a star takes what is left of its depth.
fn named<'a>(mut sets: Vec<Set<'a>>) -> Vec<(String, String, Vec<&'a Document>)> {
    let depth = |folder: &str| if folder.is_empty() { 0 } else { folder.split('/').count() };
    let order = |set: &Set<'a>| (Reverse(depth(&set.folder)), set.folder.matches(ANY).count(), set.folder.clone());
    sets.sort_by_cached_key(order);
    let mut uses: BTreeMap<String, usize> = BTreeMap::from([(super::LANDING.to_owned(), 1)]);
    sets.iter().for_each(|set| *uses.entry(short_name(&set.folder).to_owned()).or_default() += 1);
    let name = |set: Set<'a>| {
        let short = short_name(&set.folder);
        // Where several folders are called the same, each has its whole path.
        let name =
            if uses[short] > 1 && !set.folder.is_empty() { set.folder.replace('/', "-") } else { short.to_owned() };
        (name, glob(&set.folder), set.posts.into_iter().map(|post| post.document).collect())
    };
    sets.into_iter().map(name).collect()
}

/// What the last folder is called that is no language or version.
fn short_name(folder: &str) -> &str {
    let name = folder.rsplit('/').find(|name| *name != ANY).unwrap_or_default();
    if name.is_empty() { "posts" } else { name.trim_start_matches('_') }
}

/// All files below a folder.
fn glob(folder: &str) -> String {
    let name = |name: &str| if name == ANY { name.to_owned() } else { globset::escape(name) };
    let names = folder.split('/').filter(|name| !name.is_empty()).map(name);
    names.chain(std::iter::once("**".to_owned())).collect::<Vec<_>>().join("/")
}
