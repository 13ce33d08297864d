//! What checks need from outside their own file, gathered before they run, each thing asked once.

pub mod corpus;
pub mod day;
pub mod duplicates;
pub mod endings;
pub mod files;
pub mod habits;
pub mod http;
pub mod husks;
pub mod ignored;
pub mod infer;
pub mod lock;
pub mod memory;
pub mod overview;
mod phrases;
pub mod picture;
pub mod promotion;
pub mod remote;
pub mod values;
pub mod world;

pub use corpus::Corpus;
pub use duplicates::Duplicates;
pub use endings::Endings;
pub use files::Files;
pub use habits::Habits;
pub use husks::Husks;
pub use lock::Lock;
pub use overview::Overview;
pub use remote::{Remote, Verdict};
pub use values::Values;
pub use world::World;

use std::collections::BTreeSet;

use crate::{
    document::{
        Document, Posts, code, posts,
        tail::{self, Tail},
    },
    site::Sites,
    source::Origin,
};

/// Everything that is known beyond a single file.
#[derive(Debug, Default)]
pub struct Facts {
    pub corpus: Corpus,
    pub habits: Habits,
    pub husks: Husks,
    pub files: Files,
    pub remote: Remote,
    /// How many images lead to where only the generator knows a file.
    pub undecided: usize,
    pub values: Values,
    /// One for each document, in the same order.
    pub tails: Vec<Tail>,
    /// How many posts hold nothing but what other posts hold too.
    pub bare: usize,
    /// Counted when the rest is known.
    pub endings: Endings,
    pub duplicates: Duplicates,
    /// The words of code.
    pub code: code::Vocabulary,
    /// The names of all rules, which posts may suppress.
    pub rules: Vec<String>,
    /// Whether all posts that were read are checked: otherwise only some of the site's are known.
    pub whole: bool,
}

/// The words that several checks share; read from `rules/shared/`.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Vocabulary {
    pub tail: tail::Vocabulary,
    pub promotion: promotion::Vocabulary,
    pub front_matter: habits::Vocabulary,
    pub image: files::Vocabulary,
    pub overview: overview::Vocabulary,
    pub code: code::Vocabulary,
}

/// The world outside the documents. The real one asks the disk and the network; an example brings its own answers.
pub trait Fetch: Sync {
    /// The entries of a folder, exactly as they are spelled there; none where there is no such folder. `folder` is
    /// relative to the project's root, without a `/` at the end, and never leads out of it.
    fn list(&self, folder: &str) -> Option<Vec<Listed>>;

    /// A file's first and last bytes.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn picture(&self, path: &str) -> Result<picture::Sample, picture::Unread>;

    /// The text of a file below the project's root that has at most so many bytes; none where it cannot be read.
    fn text(&self, _path: &str, _most: u64) -> Option<String> {
        None
    }

    /// Whether a file is on disk and not in what is staged, where only that counts.
    fn is_unstaged(&self, _path: &str) -> bool {
        false
    }

    /// Those of `files` that git leaves out; none where git does not keep the project.
    fn ignored(&self, _files: &BTreeSet<&str>) -> BTreeSet<String> {
        BTreeSet::new()
    }

    /// A verdict for each address, in the same order; none when the network must not be asked.
    fn ask(&self, addresses: &[url::Url]) -> Option<Vec<Verdict>>;

    /// What this and earlier runs learnt of an address, by its [`remote::key`]; asked after [`Fetch::ask`].
    fn past(&self, _address: &str) -> Option<memory::Record> {
        None
    }

    /// What was learnt about the site before, if anybody wrote it down.
    fn lock(&self) -> Option<&Lock> {
        None
    }
}

/// A name in a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    pub name: String,
    pub folder: bool,
}

/// What is written down of one post while it is open for the first time.
struct Glance {
    ends: corpus::Ends,
    calls: corpus::Calls,
    traits: habits::Traits,
    values: Box<[u64]>,
    images: Vec<files::Verdict>,
    unasked: Vec<String>,
    undecided: usize,
    beside: Option<husks::Beside>,
}

/// What a run asks of its posts, beside their texts.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    /// Posts with so many bytes of text are kept: see [`Posts::read`].
    pub room: usize,
    /// Whether values in their front matter are compared.
    pub values: bool,
}

impl Facts {
    /// Reads the posts and gathers what can be known before the end of each is looked at: [`Self::tails`], and what is
    /// counted from them, come later.
    pub fn gather<'s>(
        origins: Vec<Origin>,
        wish: Wish,
        sites: &'s Sites,
        vocabulary: &Vocabulary,
        fetch: &dyn Fetch,
    ) -> (Posts<'s>, Self, Vec<(String, String)>) {
        let finder = files::Finder::new(&vocabulary.image, fetch);
        let glance = |document: &Document, kept: bool| {
            let site = sites.of(document.path());
            let ends = corpus::Ends::of(document, kept, &vocabulary.promotion);
            let images = finder.find(document, site);
            Glance {
                calls: corpus::calls(document, &ends, site),
                ends,
                traits: habits::Traits::of(document),
                values: if wish.values { Values::of(document) } else { Box::default() },
                unasked: Remote::unasked(document, &images),
                undecided: files::undecided(document, &images),
                images,
                beside: husks::Beside::of(document, site, fetch),
            }
        };
        let posts::Read { posts, seen, unread } = Posts::read(origins, sites, wish.room, glance);
        let paths = || (0..posts.len()).map(|post| posts.path(post));
        let mut habits =
            Habits::observe(paths().zip(seen.iter().map(|seen| &seen.traits)), sites, &vocabulary.front_matter);
        let alone = paths().zip(&seen).filter_map(|(path, seen)| Some((path.to_owned(), seen.beside?))).collect();
        let husks = Husks::gather(paths().zip(seen.iter().map(|seen| &seen.traits)), alone);
        let lock = fetch.lock();
        if let Some(lock) = lock {
            habits.recall(&lock.habits);
        }
        let all = posts.len();
        let (mut ends, mut calls) = (Vec::with_capacity(all), Vec::with_capacity(all));
        let (mut images, mut values) = (Vec::with_capacity(all), Vec::with_capacity(all));
        let (mut unasked, mut undecided) = (Vec::new(), 0);
        for seen in seen {
            ends.push(seen.ends);
            calls.push(seen.calls);
            images.push(seen.images);
            values.push(seen.values);
            unasked.extend(seen.unasked);
            undecided += seen.undecided;
        }
        let corpus = Corpus::mine(&posts, ends, &calls, sites, &vocabulary.promotion, fetch);
        let files = Files::gather(paths().zip(images), fetch);
        let remote = Remote::gather(&files, unasked.iter().map(String::as_str), fetch);
        let values = Values::gather(paths().zip(values));
        let subjects = (0..posts.len()).all(|post| posts.is_subject(post));
        // A few posts of many that were learnt from are not the site.
        let whole = subjects && lock.is_none_or(|lock| posts.len() * 10 >= lock.posts * 9);
        let code = vocabulary.code.clone();
        let facts = Self { corpus, habits, husks, files, remote, undecided, values, code, whole, ..Self::default() };
        (posts, facts, unread)
    }

    /// Adds the ends of all posts, in their order.
    pub fn end_in(&mut self, tails: Vec<Tail>) {
        self.bare = tails.iter().filter(|tail| tail.last.is_none() && tail.appendix().is_some()).count();
        self.tails = tails;
    }
}
