//! What git says of files that are about to be rewritten: whether what they were can be had back.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use crate::{
    cli,
    error::{Error, Result},
    source::git,
};

/// What keeps a file from being rewritten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    /// No git repository holds it.
    Loose,
    /// It has changes that are staged.
    Staged,
    /// It has changes that are not even staged, or is not tracked at all.
    Dirty,
}

/// How many files an error names.
const NAMED: usize = 5;

/// Makes sure that each of `files` (absolute, with the name for messages) can be had back after it is rewritten, as far as
/// the user does not say otherwise. All or nothing, so that no run stops half-way.
///
/// # Errors
/// The files that have no committed state to go back to, and what to do about it.
pub fn require_clean(files: &[(PathBuf, String)], allowed: &cli::Fix) -> Result<()> {
    let mut repositories: BTreeMap<Option<&Path>, Vec<&(PathBuf, String)>> = BTreeMap::new();
    for file in files {
        repositories.entry(file.0.parent().and_then(git::repository)).or_default().push(file);
    }
    let mut unfit: BTreeMap<State, Vec<&str>> = BTreeMap::new();
    for (repository, files) in repositories {
        let Some(root) = repository else {
            unfit.entry(State::Loose).or_default().extend(files.iter().map(|(_, name)| name.as_str()));
            continue;
        };
        if allowed.allow_dirty {
            continue;
        }
        let status = Status::read(root)?;
        for (path, name) in files {
            if let Some(state) = path.strip_prefix(root).ok().and_then(|path| status.of(path)) {
                unfit.entry(state).or_default().push(name);
            }
        }
    }
    unfit.retain(|state, _| match state {
        State::Loose => !allowed.allow_no_vcs,
        State::Staged => !allowed.allow_staged,
        State::Dirty => true,
    });
    match unfit.into_iter().next_back() {
        Some((state, files)) => Err(state.refusal(&files)),
        None => Ok(()),
    }
}

impl State {
    fn refusal(self, files: &[&str]) -> Error {
        let more = if files.len() > NAMED { format!(" and {} more", files.len() - NAMED) } else { String::new() };
        let names = format!("{}{more}", files[..files.len().min(NAMED)].join(", "));
        let (why, help) = match self {
            Self::Loose => {
                ("no git repository keeps what stands now in", "pass `--allow-no-vcs` to change them all the same")
            }
            Self::Staged => ("there are staged changes in", "commit them, or pass `--allow-staged`"),
            Self::Dirty => {
                ("there are changes that are not committed in", "commit or stash them, or pass `--allow-dirty`")
            }
        };
        let help = format!("{help}; `--diff` shows the changes and makes none");
        Error::usage_with_help(format!("nothing was fixed: {why} {names}"), help)
    }
}

/// What git knows of one repository. Paths are bytes below its root, with `/`.
struct Status {
    tracked: BTreeSet<Vec<u8>>,
    changed: BTreeMap<Vec<u8>, State>,
}

impl Status {
    fn read(root: &Path) -> Result<Self> {
        let listed = ask(root, &["ls-files", "-z"])?;
        let tracked = listed.split(|byte| *byte == 0).map(<[u8]>::to_vec).collect();
        let told = ask(root, &["status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=no"])?;
        let entry = |entry: &[u8]| {
            let (codes, path) = (entry.get(..2)?, entry.get(3..)?);
            let state = if codes[1] == b' ' { State::Staged } else { State::Dirty };
            Some((path.to_vec(), state))
        };
        Ok(Self { tracked, changed: told.split(|byte| *byte == 0).filter_map(entry).collect() })
    }

    fn of(&self, path: &Path) -> Option<State> {
        let names: Vec<_> = path.components().map(|part| part.as_os_str().as_encoded_bytes()).collect();
        let path = names.join(&b'/');
        let unknown = (!self.tracked.contains(&path)).then_some(State::Dirty);
        self.changed.get(&path).copied().or(unknown)
    }
}

fn ask(root: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
    git::ask(root, arguments).map_err(|why| {
        let message = format!("git cannot say whether the files have changes of their own: {}", why.trim());
        Error::usage_with_help(message, "pass `--allow-dirty` to fix them without asking git")
    })
}
