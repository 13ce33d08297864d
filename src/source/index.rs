//! What is staged: the content of the next commit, where it is not what is on disk.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::{Path, PathBuf},
};

use super::{
    discover::relative,
    git::{answer, ask_all, repository},
};
use crate::error::{Error, Result};

/// Git's index, as far as the work tree says otherwise. Paths are relative to the project's root, with `/`.
#[derive(Debug)]
pub struct Index {
    top: PathBuf,
    /// Plain files of the index that are other on disk or not there: the name of their content in git's store.
    staged: BTreeMap<String, String>,
    /// Files on disk that the next commit would not have. Those that git ignores are none of them.
    hidden: BTreeSet<String>,
    /// What `staged` adds to each folder: names, and whether each is a folder itself.
    folders: HashMap<String, BTreeMap<String, bool>>,
}

impl Index {
    /// Reads the index of the repository that holds `root`.
    ///
    /// # Errors
    /// No repository, git cannot say, or files whose merge is not finished.
    pub fn read(root: &Path) -> Result<Self> {
        let top = repository(root).ok_or_else(|| {
            let help = "check without `--staged`";
            Error::usage_with_help("`--staged` needs a git repository, and this folder is in none", help)
        })?;
        let [others, differing, stages] = ask_all(
            top,
            [
                &["ls-files", "-z", "--others", "--exclude-standard"],
                &["diff-files", "-z", "--name-status", "--no-renames", "--ignore-submodules=all"],
                &["ls-files", "-z", "--stage", "-v"],
            ],
        )
        .map_err(|why| Error::usage(format!("git cannot say what is staged: {}", why.trim())))?;
        let below = top.canonicalize().map(|top| relative(&top, root)).unwrap_or_default();
        let inside = |path: &[u8]| {
            let path = String::from_utf8_lossy(path).into_owned();
            if below.is_empty() { Some(path) } else { Some(path.strip_prefix(&below)?.strip_prefix('/')?.to_owned()) }
        };
        // A repository inside of this one ends in `/`; it has an index of its own.
        let untracked = others.split(|byte| *byte == 0).filter(|path| !path.is_empty() && !path.ends_with(b"/"));
        let mut hidden: BTreeSet<String> = untracked.filter_map(inside).collect();
        let parts: Vec<&[u8]> = differing.split(|byte| *byte == 0).collect();
        let (pairs, _) = parts.as_chunks::<2>();
        // An added file is one that was only announced: the next commit would not have it.
        let (mut announced, mut other) = (BTreeSet::new(), BTreeSet::new());
        for [status, path] in pairs {
            let paths = if *status == b"A" { &mut announced } else { &mut other };
            paths.insert(*path);
        }
        hidden.extend(announced.iter().filter_map(|path| inside(path)));
        let (mut staged, mut unmerged) = (BTreeMap::new(), BTreeSet::new());
        for entry in stages.split(|byte| *byte == 0).filter_map(Entry::parse) {
            if entry.stage != b"0" {
                unmerged.extend(inside(entry.path));
            } else if entry.mode.starts_with(b"100")
                && !announced.contains(entry.path)
                // The tags of those that git was told not to look at on disk.
                && (other.contains(entry.path) || entry.tag == b'S' || entry.tag.is_ascii_lowercase())
                && let Some(path) = inside(entry.path)
            {
                staged.insert(path, String::from_utf8_lossy(entry.content).into_owned());
            }
        }
        if let Some(path) = unmerged.first() {
            let help = "finish the merge, and say so with `git add`";
            let more = if unmerged.len() > 1 { format!(" and {} more", unmerged.len() - 1) } else { String::new() };
            let message = format!("there are conflicts that nobody solved yet: {path}{more}");
            return Err(Error::usage_with_help(message, help));
        }
        let folders = folders(&staged);
        Ok(Self { top: top.to_owned(), staged, hidden, folders })
    }

    /// Whether a file that is on disk is not staged at all.
    pub fn hides(&self, path: &str) -> bool {
        self.hidden.contains(path)
    }

    /// Whether what is staged under this name must be read with [`Index::contents`].
    pub fn differs(&self, path: &str) -> bool {
        self.staged.contains_key(path)
    }

    /// The files below `folder` (empty for the root) that must be read with [`Index::contents`].
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a str> {
        let is_below = move |path: &&String| {
            folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        };
        self.staged.keys().filter(is_below).map(String::as_str)
    }

    /// Names that a folder has at least, and whether each is a folder; none where the index says nothing of it.
    pub fn names(&self, folder: &str) -> Option<&BTreeMap<String, bool>> {
        self.folders.get(folder)
    }

    /// See [`Index::contents`].
    ///
    /// # Errors
    /// The same.
    pub fn content(&self, path: &str) -> std::result::Result<Vec<u8>, String> {
        self.contents(&[path])?.pop().ok_or_else(strange)
    }

    /// The staged bytes of files that differ, in the same order; one question to git for all of them.
    ///
    /// # Errors
    /// What git said, or that it answered something else than it was asked.
    pub fn contents(&self, paths: &[&str]) -> std::result::Result<Vec<Vec<u8>>, String> {
        let names: String =
            paths.iter().filter_map(|path| self.staged.get(*path)).map(|name| format!("{name}\n")).collect();
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let told = answer(&self.top, &["cat-file", "--batch"], names.into_bytes())?;
        let (mut rest, mut contents) = (told.as_slice(), Vec::with_capacity(paths.len()));
        while !rest.is_empty() {
            // `HASH blob LENGTH`, a line end, the bytes, a line end.
            let end = memchr::memchr(b'\n', rest).ok_or_else(strange)?;
            let header = String::from_utf8_lossy(&rest[..end]);
            let length = header.rsplit(' ').next().and_then(|length| length.parse::<usize>().ok());
            let length = length.filter(|_| header.contains(" blob ")).ok_or_else(strange)?;
            let bytes = rest.get(end + 1..end + 1 + length).ok_or_else(strange)?;
            contents.push(bytes.to_vec());
            rest = rest.get(end + 2 + length..).ok_or_else(strange)?;
        }
        if contents.len() == paths.len() { Ok(contents) } else { Err(strange()) }
    }
}

fn strange() -> String {
    "git answered something else than the staged files".to_owned()
}

/// Every folder above a staged file, with the name below it that leads there.
fn folders(staged: &BTreeMap<String, String>) -> HashMap<String, BTreeMap<String, bool>> {
    let mut folders: HashMap<String, BTreeMap<String, bool>> = HashMap::new();
    for path in staged.keys() {
        let (mut path, mut is_folder) = (path.as_str(), false);
        loop {
            let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
            let names = folders.entry(above.to_owned()).or_default();
            if names.insert(name.to_owned(), is_folder).is_some() || above.is_empty() {
                break;
            }
            (path, is_folder) = (above, true);
        }
    }
    folders
}

/// A line of `git ls-files --stage -v`: `H 100644 HASH 0`, a tab, the path.
struct Entry<'a> {
    tag: u8,
    mode: &'a [u8],
    content: &'a [u8],
    stage: &'a [u8],
    path: &'a [u8],
}

impl<'a> Entry<'a> {
    fn parse(line: &'a [u8]) -> Option<Self> {
        let tab = memchr::memchr(b'\t', line)?;
        let mut words = line[..tab].split(|byte| *byte == b' ');
        let (tag, mode, content, stage) = (words.next()?, words.next()?, words.next()?, words.next()?);
        Some(Self { tag: *tag.first()?, mode, content, stage, path: &line[tab + 1..] })
    }
}
