//! Posts that are nothing but front matter: which keys such posts of a folder have in common, and what lies beside those
//! that are alone in theirs.

use std::collections::HashMap;

use rustc_hash::FxHashMap;

use super::{Fetch, habits::Traits};
use crate::{
    document::Document,
    site::{Site, is_picture_name},
};

/// What is known of them.
#[derive(Debug, Default)]
pub struct Husks {
    /// By folder, and there by key.
    keys: FxHashMap<String, FxHashMap<String, Share>>,
    /// By path of the page.
    alone: HashMap<String, Beside>,
}

/// Posts of a folder that have a key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    pub without_text: usize,
    pub with_text: usize,
}

/// What lies in the folder of a page that is called `index` and holds no other page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    Nothing,
    /// One picture, which may be that of an article.
    Picture,
    /// Pictures, or another file: perhaps they are the page.
    Files,
}

/// No page with a longer body (in bytes) may be empty.
const LONGEST: usize = 600;

impl Beside {
    /// Of a page that is called `index` and may be empty; none for one that others stand beside or below, which lists them,
    /// and for the front page of a site.
    pub fn of(document: &Document, site: &Site, fetch: &dyn Fetch) -> Option<Self> {
        let (folder, name) = document.path().rsplit_once('/')?;
        let is_index = |name: &str| name.split('.').next().is_some_and(|stem| stem.eq_ignore_ascii_case("index"));
        if !is_index(name) || document.body.len() > LONGEST || site.content.iter().any(|content| content == folder) {
            return None;
        }
        let listed = fetch.list(folder).unwrap_or_default();
        let others = || listed.iter().filter(|listed| !is_index(&listed.name) && !listed.name.starts_with('.'));
        let is_page = |name: &str| name.ends_with(".md") || name.ends_with(".mdx") || name.ends_with(".markdown");
        if others().any(|listed| listed.folder || is_page(&listed.name)) {
            return None;
        }
        Some(match others().map(|listed| is_picture_name(&listed.name)).collect::<Vec<bool>>()[..] {
            [] => Self::Nothing,
            [true] => Self::Picture,
            _ => Self::Files,
        })
    }
}

impl Husks {
    /// From what each post shows, by its path.
    pub fn gather<'p, 't>(
        posts: impl Iterator<Item = (&'p str, &'t Traits)> + Clone,
        alone: HashMap<String, Beside>,
    ) -> Self {
        let mut keys: FxHashMap<String, FxHashMap<String, Share>> = FxHashMap::default();
        for (path, traits) in posts.clone().filter(|(_, traits)| traits.is_husk()) {
            let of_folder = keys.entry(folder(path).to_owned()).or_default();
            for key in traits.keys() {
                of_folder.entry(key.to_owned()).or_default().without_text += 1;
            }
        }
        // Most folders hold no such post.
        for (path, traits) in posts.filter(|(_, traits)| !traits.is_husk()) {
            let Some(of_folder) = keys.get_mut(folder(path)) else { continue };
            for key in traits.keys() {
                if let Some(share) = of_folder.get_mut(key) {
                    share.with_text += 1;
                }
            }
        }
        Self { keys, alone }
    }

    /// How many posts of the folder that `path` is in have `key`, a text or none.
    pub fn share(&self, path: &str, key: &str) -> Share {
        self.keys.get(folder(path)).and_then(|of_folder| of_folder.get(key)).copied().unwrap_or_default()
    }

    /// What lies beside the page at `path`, where it is called `index` and lists no others.
    pub fn beside(&self, path: &str) -> Option<Beside> {
        self.alone.get(path).copied()
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
