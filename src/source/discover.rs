//! Which files are checked: paths from the command line become files below one root, in one order, on every machine.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::Read as _,
    path::{Component, Path, PathBuf},
};

use globset::GlobSet;
use ignore::{WalkBuilder, gitignore::Gitignore};

use super::Source;

/// Endings of files that hold posts.
const ENDINGS: [&str; 6] = ["md", "markdown", "mdx", "mdown", "mkd", "qmd"];
/// Endings of files in other markup, of which some generators make posts: by Hugo 0.152 ("Content formats"), Jekyll and Hexo
/// with their plugins, and Astro's Markdoc.
const FOREIGN_ENDINGS: [&str; 12] =
    ["html", "htm", "textile", "ad", "adoc", "asciidoc", "org", "rst", "pdc", "pandoc", "mdoc", "markdoc"];
/// Endings of files that are no text, or of which everybody knows that they are no article.
const OTHER_ENDINGS: [&str; 41] = [
    "png", "jpg", "jpeg", "gif", "webp", "svg", "avif", "bmp", "ico", "tif", "tiff", "heic", "mp3", "mp4", "webm",
    "woff", "woff2", "pdf", "zip", "gz", "tar", "xz", "toml", "yaml", "yml", "json", "xml", "csv", "lock", "js", "mjs",
    "cjs", "ts", "tsx", "jsx", "css", "scss", "py", "rb", "rs", "sh",
];
/// The file that says, as `.gitignore` would, what copydesk leaves out.
const IGNORE: &str = ".copydeskignore";
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
    /// Whether a file that is left out is so too where it is named.
    pub force: bool,
}

impl Selection {
    /// Whether a file that is named is left out all the same; `path` is relative to `root`.
    fn leaves_out(&self, root: &Path, path: &str) -> bool {
        self.force && (self.exclude.is_match(path) || is_ignored(root, path))
    }

    /// Why a file that is named is no post, if everybody knows; `path` is relative to the root.
    fn refuses(&self, path: &str) -> Option<&'static str> {
        let is_wanted = || self.include.as_ref().is_some_and(|include| include.is_match(path));
        let is_other = ends_in(path, &OTHER_ENDINGS) || ends_in(path, &FOREIGN_ENDINGS);
        (is_other && !is_wanted()).then_some("it is no Markdown; `files: {include: […]}` takes such files for posts")
    }

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
                let name = relative(root, &real);
                if selection.leaves_out(root, &name) {
                    found.excluded += 1;
                } else if !real.is_file() {
                    found.problems.push((path.display().to_string(), "it is no file".to_owned()));
                } else if let Some(why) = selection.refuses(&name) {
                    found.problems.push((path.display().to_string(), why.to_owned()));
                } else {
                    found.files.insert(name, real);
                }
            }
        }
    }
    found
}

/// Whether a `.copydeskignore` beside a file or in a folder above it, up to the root, names it.
fn is_ignored(root: &Path, path: &str) -> bool {
    let file = root.join(path);
    let folders = file.ancestors().skip(1).take_while(|folder| folder.starts_with(root));
    let mut said = folders.filter_map(|folder| {
        let list = folder.join(IGNORE);
        let matcher = list.is_file().then(|| Gitignore::new(&list).0)?;
        let found = matcher.matched_path_or_any_parents(file.strip_prefix(folder).ok()?, false);
        (!found.is_none()).then(|| found.is_ignore())
    });
    said.next().unwrap_or(false)
}

fn walk(root: &Path, folder: &Path, selection: &Selection, found: &mut Found) {
    let (sender, receiver) = std::sync::mpsc::channel();
    let walker = WalkBuilder::new(folder)
        .require_git(false)
        .add_custom_ignore_filename(IGNORE)
        .filter_entry(|entry| !FOREIGN.iter().any(|name| entry.file_name() == *name))
        .build_parallel();
    walker.run(|| {
        let sender = sender.clone();
        Box::new(move |entry| {
            // The receiver outlives the walk.
            let _ = match entry {
                Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => sender.send(Ok(entry.into_path())),
                Ok(_) => Ok(()),
                Err(error) => sender.send(Err(error)),
            };
            ignore::WalkState::Continue
        })
    });
    drop(sender);
    for entry in receiver {
        match entry {
            Err(error) => found.problems.push(unreadable(root, folder, &error)),
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

/// What could not be listed below `folder`, as it is called from the root, and why.
fn unreadable(root: &Path, folder: &Path, error: &ignore::Error) -> (String, String) {
    let place = place_of(error).map_or_else(|| relative(root, folder), |path| relative(root, path));
    let place = if place.is_empty() { ".".to_owned() } else { place };
    (place, error.io_error().map_or_else(|| error.to_string(), reason))
}

/// The path that an error of a walk is about.
fn place_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => place_of(err),
        ignore::Error::Partial(errors) => errors.iter().find_map(place_of),
        _ => None,
    }
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
