//! What checks need from outside their own file, gathered before they run, each thing asked once.

pub mod corpus;
pub mod day;
pub mod duplicates;
pub mod endings;
pub mod files;
pub mod habits;
pub mod http;
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
pub use lock::Lock;
pub use overview::Overview;
pub use remote::{Remote, Verdict};
pub use values::Values;
pub use world::World;

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::{
    document::{
        Document,
        tail::{self, Tail},
    },
    site::Sites,
};

/// Everything that is known beyond a single file.
#[derive(Debug, Default)]
pub struct Facts {
    pub corpus: Corpus,
    pub habits: Habits,
    pub files: Files,
    pub remote: Remote,
    pub values: Values,
    /// One for each document, in the same order.
    pub tails: Vec<Tail>,
    /// How many posts hold nothing but what other posts hold too.
    pub bare: usize,
    /// Counted when the rest is known.
    pub endings: Endings,
    pub duplicates: Duplicates,
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

impl Facts {
    pub fn gather(documents: &[Document], sites: &Sites, vocabulary: &Vocabulary, fetch: &dyn Fetch) -> Self {
        let lock = fetch.lock();
        let corpus = Corpus::mine(documents, sites, &vocabulary.promotion, fetch);
        let tails: Vec<Tail> =
            documents.par_iter().map(|document| Tail::peel(document, &vocabulary.tail, &corpus)).collect();
        let bare = tails.iter().filter(|tail| tail.last.is_none() && tail.appendix().is_some()).count();
        let mut habits = Habits::observe(documents, sites, &vocabulary.front_matter);
        if let Some(lock) = lock {
            habits.recall(&lock.habits);
        }
        let files = Files::gather(documents, sites, &vocabulary.image, fetch);
        let remote = Remote::gather(documents, &files, fetch);
        let values = Values::gather(documents);
        let subjects = documents.iter().all(|document| document.source.subject);
        // A few posts of many that were learnt from are not the site.
        let whole = subjects && lock.is_none_or(|lock| documents.len() * 10 >= lock.posts * 9);
        Self { corpus, habits, files, remote, values, tails, bare, whole, ..Self::default() }
    }
}
