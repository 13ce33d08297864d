//! Which posts share a front-matter value: what must be unique, such as the address of a page, is not a matter of one
//! file.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::Xxh3;

use crate::{data::Node, document::Document};

/// Maps inside maps that are looked into.
const DEPTH: usize = 2;

/// Files by key and value, for scalar values that stand in more than one file.
#[derive(Debug, Default)]
pub struct Values {
    paths: Vec<Arc<str>>,
    files: FxHashMap<u64, Vec<u32>>,
}

impl Values {
    /// From what [`Self::of`] says of each post, by its path.
    pub fn gather<'a>(posts: impl Iterator<Item = (&'a str, Box<[u64]>)>) -> Self {
        let mut values = Self::default();
        for (index, (path, found)) in (0..).zip(posts) {
            values.paths.push(Arc::from(path));
            found.into_iter().for_each(|key| values.files.entry(key).or_default().push(index));
        }
        values.files.retain(|_, files| files.len() > 1);
        values
    }

    /// A fingerprint of each value in a post's front matter and of the key that it belongs to.
    pub fn of(document: &Document) -> Box<[u64]> {
        let mut found = Vec::new();
        if let Some(tree) = &document.front_matter.tree {
            visit(tree, "", 0, &mut |key| found.push(key));
        }
        found.into()
    }

    /// The files in which `key`, a dotted name, has the value `text`; none where it is only one.
    pub fn files_with(&self, key: &str, text: &str) -> impl Iterator<Item = &str> {
        let files = self.files.get(&fingerprint(key, text));
        files.into_iter().flatten().filter_map(|index| self.paths.get(*index as usize).map(AsRef::as_ref))
    }
}

fn visit(map: &Node, before: &str, depth: usize, found: &mut impl FnMut(u64)) {
    for entry in map.entries() {
        let Some(key) = entry.key.text() else { continue };
        let joined;
        let key = if before.is_empty() {
            key
        } else {
            joined = format!("{before}.{key}");
            &joined
        };
        match entry.value.text() {
            Some(text) if !text.is_empty() => found(fingerprint(key, text)),
            None if depth < DEPTH => visit(&entry.value, key, depth + 1, found),
            _ => {}
        }
    }
}

fn fingerprint(key: &str, text: &str) -> u64 {
    let mut hasher = Xxh3::new();
    hasher.update(key.as_bytes());
    hasher.update(b"\0");
    hasher.update(text.as_bytes());
    hasher.digest()
}
