//! Which files git leaves out: they are on this machine and nowhere else. Only git itself knows, because a file that
//! `.gitignore` names may have been added all the same.

use std::{
    collections::BTreeSet,
    io::{Read, Write},
    path::Path,
    process::{Command, Stdio},
    thread,
};

/// Those of `files`, relative to `root`, that are neither in git's index nor could be added without force. None where
/// git does not keep the project or is not there.
pub fn ignored(root: &Path, files: &BTreeSet<&str>) -> BTreeSet<String> {
    if files.is_empty() || !root.ancestors().any(|folder| folder.join(".git").exists()) {
        return BTreeSet::new();
    }
    ask(root, files).unwrap_or_default()
}

fn ask(root: &Path, files: &BTreeSet<&str>) -> Option<BTreeSet<String>> {
    // A stranger's folder may look like a repository whose settings name commands.
    let mut child = Command::new("git")
        .args(["-c", "safe.bareRepository=explicit", "-c", "core.fsmonitor=false"])
        .args(["check-ignore", "-z", "--stdin"])
        .env("GIT_OPTIONAL_LOCKS", "0")
        .current_dir(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut input = child.stdin.take()?;
    let paths: Vec<u8> = files.iter().flat_map(|file| file.bytes().chain([0])).collect();
    // Git answers while it is still being asked.
    let asking = thread::spawn(move || input.write_all(&paths));
    let mut answer = Vec::new();
    child.stdout.take()?.read_to_end(&mut answer).ok()?;
    let _ = asking.join();
    // 0: some are ignored; 1: none is; anything else is an error of git's, about which the check has nothing to say.
    (child.wait().ok()?.code()? <= 1).then_some(())?;
    Some(answer.split(|byte| *byte == 0).filter_map(|path| std::str::from_utf8(path).ok()).map(str::to_owned).collect())
}
