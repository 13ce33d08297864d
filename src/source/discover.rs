//! Which files are checked: paths from the command line become files below one root, in one order, on every machine.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::Read as _,
    path::{Component, Path, PathBuf},
};

use globset::GlobSet;
use ignore::WalkBuilder;

use super::Source;

/// Endings of files that hold posts.
const ENDINGS: [&str; 5] = ["md", "markdown", "mdx", "mdown", "mkd"];
/// Endings of files in other markup, of which some generators make posts: by Hugo 0.152 ("Content formats"), Jekyll and Hexo
/// with their plugins, and Astro's Markdoc.
const FOREIGN_ENDINGS: [&str; 12] =
    ["html", "htm", "textile", "ad", "adoc", "asciidoc", "org", "rst", "pdc", "pandoc", "mdoc", "markdoc"];
/// Folders that never hold the project's own posts.
const FOREIGN: [&str; 2] = ["node_modules", "bower_components"];
/// A larger file is no article and is not read: one of this size takes about a second. In bytes.
const LARGEST: u64 = 16 << 20;
/// How much memory for reading is kept from one file to the next, in bytes: few posts are larger.
const KEPT: usize = 1 << 16;
/// How many neighbours of a single file are read for what they say about the site.
const NEIGHBOURS: usize = 64;

/// What was asked for, and what is there.
#[derive(Debug, Default)]
pub struct Found {
    /// Root-relative path with `/`, and the path to read.
    pub files: BTreeMap<String, PathBuf>,
    /// Root-relative path or the path as given, and why it cannot be checked.
    pub problems: Vec<(String, String)>,
    /// Files left out by `files.exclude` or for want of `files.include`.
    pub excluded: usize,
    /// Files in other markup, which nobody reads: as `files`. Which of them are posts the site's generator tells.
    pub foreign: BTreeMap<String, PathBuf>,
}

/// The files that the configuration wants.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Empty for every file with a Markdown ending.
    pub include: Option<GlobSet>,
    pub exclude: GlobSet,
}

impl Selection {
    /// Whether a file found in a folder is a post; `path` is relative to the root.
    pub fn wants(&self, path: &str) -> bool {
        let included = match &self.include {
            Some(include) => include.is_match(path),
            None => is_post(path),
        };
        included && !self.exclude.is_match(path)
    }
}

fn is_post(path: &str) -> bool {
    ends_in(path, &ENDINGS)
}

fn ends_in(path: &str, endings: &[&str]) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| endings.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

/// Finds the files below `paths`. Folders honour `.gitignore`, `.ignore` and `.copydeskignore`; a file that is named is
/// always taken. Symbolic links are not followed, but for a named file whose target lies below `root`.
pub fn discover(root: &Path, paths: &[PathBuf], selection: &Selection) -> Found {
    let mut found = Found::default();
    for path in paths {
        match path.canonicalize() {
            Err(error) => found.problems.push((path.display().to_string(), reason(&error))),
            Ok(real) if !real.starts_with(root) => {
                let why = "it is a symbolic link that leads out of the repository".to_owned();
                found.problems.push((path.display().to_string(), why));
            }
            Ok(real) if real.is_dir() => walk(root, &real, selection, &mut found),
            Ok(real) => {
                found.files.insert(relative(root, &real), real);
            }
        }
    }
    found
}

fn walk(root: &Path, folder: &Path, selection: &Selection, found: &mut Found) {
    let (sender, receiver) = std::sync::mpsc::channel();
    let walker = WalkBuilder::new(folder)
        .require_git(false)
        .add_custom_ignore_filename(".copydeskignore")
        .filter_entry(|entry| !FOREIGN.iter().any(|name| entry.file_name() == *name))
        .build_parallel();
    walker.run(|| {
        let sender = sender.clone();
        Box::new(move |entry| {
            // The receiver outlives the walk.
            let _ = match entry {
                Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => sender.send(Ok(entry.into_path())),
                Ok(_) => Ok(()),
                Err(error) => sender.send(Err(error.to_string())),
            };
            ignore::WalkState::Continue
        })
    });
    drop(sender);
    for entry in receiver {
        match entry {
            Err(why) => found.problems.push((relative(root, folder), why)),
            Ok(path) => {
                let name = relative(root, &path);
                if selection.wants(&name) {
                    found.files.insert(name, path);
                } else if is_post(&name) {
                    found.excluded += 1;
                } else if ends_in(&name, &FOREIGN_ENDINGS) && !selection.exclude.is_match(&name) {
                    found.foreign.insert(name, path);
                }
            }
        }
    }
    found.problems.sort();
}

/// `path` seen from `root`, with `/`; both absolute.
pub fn relative(root: &Path, path: &Path) -> String {
    let rest = path.strip_prefix(root).unwrap_or(path);
    let names: Vec<_> = rest
        .components()
        .filter_map(|part| match part {
            Component::Normal(name) => Some(name.to_string_lossy()),
            _ => None,
        })
        .collect();
    names.join("/")
}

/// Neighbours of the files in `found` that can say what is usual on the site, evenly picked from each folder.
pub fn neighbours(root: &Path, found: &Found, selection: &Selection) -> BTreeMap<String, PathBuf> {
    let folders: BTreeSet<&Path> = found.files.values().filter_map(|path| path.parent()).collect();
    let mut near = BTreeMap::new();
    for folder in folders {
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        let mut posts: Vec<PathBuf> = entries
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
            .map(|entry| entry.path())
            .filter(|path| selection.wants(&relative(root, path)))
            .collect();
        posts.sort();
        let step = posts.len().div_ceil(NEIGHBOURS).max(1);
        near.extend(posts.into_iter().step_by(step).map(|path| (relative(root, &path), path)));
    }
    near.retain(|name, _| !found.files.contains_key(name));
    near
}

/// Whether a file begins as front matter does, which parts a post in HTML from a page that is published as it is.
pub fn begins_with_front_matter(path: &Path) -> bool {
    let mut start = [0; 6];
    let read = File::open(path).and_then(|file| {
        let mut file = file.take(start.len() as u64);
        let mut filled = 0;
        while let more @ 1.. = file.read(&mut start[filled..])? {
            filled += more;
        }
        Ok(filled)
    });
    let start = &start[..read.unwrap_or_default()];
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    start.starts_with(b"---") || start.starts_with(b"+++") || start.starts_with(b"{")
}

thread_local! {
    /// What is read lands here first: memory that is at hand already is filled many times faster than fresh one.
    static READ: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Reads one file.
///
/// # Errors
/// Why it cannot be read, for people.
pub fn read(name: &str, path: &Path) -> Result<Source, String> {
    READ.with_borrow_mut(|bytes| {
        bytes.clear();
        bytes.shrink_to(KEPT);
        // No more than tells that it is too large.
        let read = File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(bytes));
        if read.map_err(|error| reason(&error))? as u64 > LARGEST {
            let limit = LARGEST >> 20;
            return Err(format!("it is larger than {limit} MiB: `files.exclude` leaves out what is no article"));
        }
        Ok(Source::from_bytes(name, bytes))
    })
}

/// An error of the operating system without its number.
fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    let plain = text.split(" (os error").next().unwrap_or(&text);
    let mut chars = plain.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
