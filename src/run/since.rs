//! What changed, as git tells: since a commit, committed or not, as the files on disk are what is checked; or what is
//! staged.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

use crate::{
    cli,
    error::{Error, Result, nearest},
    finding::changes::{Changes, Touched},
    source::{
        Index,
        discover::relative,
        git::{self, ask, ask_all, repository},
    },
};

/// Neither a hostile configuration nor attributes may start a program or change the form of a diff.
const DIFF: [&str; 9] = [
    "diff",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-relative",
    "--find-renames",
    "--ignore-submodules=all",
    "--inter-hunk-context=0",
    "--src-prefix=a/",
];

/// So many branches are named instead of one that is not there.
const BRANCHES: usize = 5;

/// A file as `git diff --name-status` lists it.
struct Listed {
    letter: u8,
    /// What it was called before.
    old: Option<Vec<u8>>,
    path: Vec<u8>,
}

impl Listed {
    /// How many parts of a patch tell of it.
    fn parts(&self) -> usize {
        if self.letter == b'T' { 2 } else { 1 }
    }
}

/// The changes that the command line speaks of, and the index where what is staged is checked.
///
/// # Errors
/// Git cannot say them, with what to do about it.
pub fn ask_git(options: &cli::Check, root: &Path) -> Result<(Option<Changes>, Option<Arc<Index>>)> {
    // Git takes its time over a large repository, so that both are asked for at once.
    std::thread::scope(|scope| {
        let index = options.staged.then(|| scope.spawn(|| Index::read(root)));
        let changes = wanted(options, root)?;
        let lost = |_| Err(Error::usage("git was asked in vain"));
        let index = index.map(|thread| thread.join().unwrap_or_else(lost)).transpose()?;
        Ok((changes, index.map(Arc::new)))
    })
}

fn wanted(options: &cli::Check, root: &Path) -> Result<Option<Changes>> {
    match &options.since {
        Some(reference) => read(reference, root, options.changed_files).map(Some),
        None if options.staged => staged(root, options.changed_files).map(Some),
        None => Ok(None),
    }
}

/// The changes since `reference` and the branch of now went separate ways.
///
/// # Errors
/// No git repository, no such commit, no common history: with what to do about each.
fn read(reference: &str, root: &Path, whole_files: bool) -> Result<Changes> {
    let top = repository(root).ok_or_else(|| {
        Error::usage_with_help(
            "`--since` needs a git repository, and this folder is in none",
            "check without `--since`",
        )
    })?;
    let base = base(top, reference)?;
    let failed = |why: String| Error::usage(format!("git cannot say what changed since `{reference}`: {}", why.trim()));
    let mut changes = Changes { whole_files, ..differences(top, root, &[&base], failed)? };
    let untracked = ask(top, &["ls-files", "-z", "--others", "--exclude-standard"]).map_err(failed)?;
    let untracked = untracked.split(|byte| *byte == 0).filter(|path| !path.is_empty());
    let name = names(top, root);
    changes.files.extend(untracked.map(|path| (name(path), Touched::Everything)));
    Ok(changes)
}

/// What the next commit changes. In a merge, that is what no parent has.
///
/// # Errors
/// Git cannot say.
fn staged(root: &Path, whole_files: bool) -> Result<Changes> {
    // `Index::read` says it where there is no repository.
    let Some(top) = repository(root) else { return Ok(Changes::default()) };
    let failed = |why: String| Error::usage(format!("git cannot say what is staged: {}", why.trim()));
    let changes = differences(top, root, &["--cached"], failed)?;
    let heads = match git::folder(top).and_then(|folder| std::fs::read_to_string(folder.join("MERGE_HEAD"))) {
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => String::new(),
        heads => heads.map_err(|cause| failed(cause.to_string()))?,
    };
    let heads = heads.lines().filter(|head| !head.is_empty() && head.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let changes = heads.into_iter().try_fold(changes, |changes, head| {
        differences(top, root, &["--cached", head], failed).map(|other| changes.common(&other))
    })?;
    Ok(Changes { whole_files, ..changes })
}

/// What git calls different between `sides`.
fn differences(top: &Path, root: &Path, sides: &[&str], failed: impl Fn(String) -> Error + Copy) -> Result<Changes> {
    let question = |more: &[&'static str]| [&DIFF, more, sides, &["--"]].concat();
    let (files, patch) = (question(&["--name-status", "-z"]), question(&["--unified=0"]));
    let [files, patch] = ask_all(top, [&files, &patch]).map_err(failed)?;
    let listed = list(&files);
    // Each file is one part of the patch, and two where a file became a link or a link a file. Were that ever not so, no
    // line could be told from another.
    let hunks = hunks(&patch);
    let known = hunks.len() == listed.iter().map(Listed::parts).sum::<usize>();
    let mut hunks = hunks.into_iter();
    let mut files: BTreeMap<Vec<u8>, Touched> = BTreeMap::new();
    let mut gone: BTreeSet<Vec<u8>> = BTreeSet::new();
    for file in listed {
        let part = hunks.by_ref().take(file.parts()).last().filter(|_| known);
        let lines = || part.unwrap_or_else(|| vec![(1, usize::MAX)]);
        gone.extend(file.old);
        match file.letter {
            b'D' => {
                gone.insert(file.path);
            }
            b'M' => {
                files.insert(file.path, Touched::Lines(lines()));
            }
            b'R' => {
                files.insert(file.path, Touched::Moved(lines()));
            }
            _ => {
                files.insert(file.path, Touched::Everything);
            }
        }
    }
    let name = names(top, root);
    Ok(Changes {
        files: files.into_iter().map(|(path, touched)| (name(&path), touched)).collect(),
        gone: gone.iter().map(|path| name(path)).collect(),
        whole_files: false,
    })
}

/// The commit that `reference` and the branch of now have in common.
fn base(top: &Path, reference: &str) -> Result<String> {
    let shallow = || ask(top, &["rev-parse", "--is-shallow-repository"]).is_ok_and(|said| said.starts_with(b"true"));
    let help = |otherwise: &str| match shallow() {
        true => {
            "this clone is shallow: fetch the history with `git fetch --unshallow`, or check out with `fetch-depth: 0`"
                .to_owned()
        }
        false => otherwise.to_owned(),
    };
    if reference.starts_with('-') || reference.is_empty() {
        return Err(Error::usage(format!("`{reference}` is no name of a commit")));
    }
    let commit = format!("{reference}^{{commit}}");
    let commit = ask(top, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]).map_err(|_| {
        let help = help(&instead(top, reference));
        Error::usage_with_help(format!("there is no commit `{reference}` here"), help)
    })?;
    let commit = String::from_utf8_lossy(&commit).trim().to_owned();
    let base = ask(top, &["merge-base", &commit, "HEAD"]).map_err(|_| {
        let help = help("name a commit that this branch grew from");
        Error::usage_with_help(format!("`{reference}` and this branch have no commit in common"), help)
    })?;
    Ok(String::from_utf8_lossy(&base).trim().to_owned())
}

/// What could be named in the place of a commit that is not there.
fn instead(top: &Path, reference: &str) -> String {
    let told = ask(top, &["for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes"]);
    let told = told.unwrap_or_default();
    let told = String::from_utf8_lossy(&told);
    let branches: Vec<&str> = told.lines().collect();
    if branches.is_empty() {
        return "nothing is committed here yet: check without it".to_owned();
    }
    if let Some(near) = nearest(reference, branches.iter().copied()) {
        return format!("did you mean `{near}`?");
    }
    if ask(top, &["remote"]).is_ok_and(|remotes| !remotes.is_empty()) {
        return "fetch it first, as in `git fetch origin main`, and name it `origin/main`".to_owned();
    }
    format!("the branches here are `{}`", branches[..branches.len().min(BRANCHES)].join("`, `"))
}

fn list(told: &[u8]) -> Vec<Listed> {
    let mut parts = told.split(|byte| *byte == 0);
    let mut listed = Vec::new();
    while let Some(letter) = parts.next().and_then(|status| status.first().copied()) {
        let renamed = matches!(letter, b'R' | b'C');
        let old = if renamed { parts.next().map(<[u8]>::to_vec) } else { None };
        let Some(path) = parts.next() else { break };
        listed.push(Listed { letter, old: old.filter(|_| letter == b'R'), path: path.to_vec() });
    }
    listed
}

/// For each file of a patch without context, the lines of now that it touches.
fn hunks(patch: &[u8]) -> Vec<Vec<(usize, usize)>> {
    let mut files: Vec<Vec<(usize, usize)>> = Vec::new();
    for line in patch.split(|byte| *byte == b'\n') {
        if line.starts_with(b"diff --git ") {
            files.push(Vec::new());
        } else if let (Some(file), true) = (files.last_mut(), line.starts_with(b"Binary files ")) {
            // A NUL byte, UTF-16, or `*.md binary` among the attributes: git tells no lines, so all of them count.
            file.push((1, usize::MAX));
        } else if let (Some(file), Some(hunk)) = (files.last_mut(), line.strip_prefix(b"@@ -")) {
            file.extend(touched(&String::from_utf8_lossy(hunk)));
        }
    }
    files
}

/// `12,3 +14,2 @@`: lines 14 and 15. `12,3 +11,0 @@`, a deletion: the lines around it, 11 and 12.
fn touched(hunk: &str) -> Option<(usize, usize)> {
    let now = hunk.split(' ').find_map(|part| part.strip_prefix('+'))?;
    let (from, count) = now.split_once(',').unwrap_or((now, "1"));
    let (from, count): (usize, usize) = (from.parse().ok()?, count.parse().ok()?);
    Some(if count == 0 { (from.max(1), from + 1) } else { (from, from + count - 1) })
}

/// Makes a path below the repository one below the project; files beside the project keep their own.
fn names(top: &Path, root: &Path) -> impl Fn(&[u8]) -> String {
    let below = top.canonicalize().map(|top| relative(&top, root)).unwrap_or_default();
    move |path| {
        let path = String::from_utf8_lossy(path);
        match path.strip_prefix(&below) {
            Some(rest) if !below.is_empty() && rest.starts_with('/') => rest[1..].to_owned(),
            _ => path.into_owned(),
        }
    }
}
