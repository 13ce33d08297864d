//! Git: where its repositories are, and questions to it. The only module that starts a program.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

/// The nearest work tree that holds `folder`; submodules and linked work trees are such too.
pub fn repository(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|folder| folder.join(".git").exists())
}

/// What git ended with and said. No exit code where something killed it.
pub struct Answer {
    pub code: Option<i32>,
    pub out: Vec<u8>,
    pub err: String,
}

/// Runs git in `folder` with `input`, without anything that a repository could make it start.
///
/// # Errors
/// There is no git, or it could not be started.
pub fn run(folder: &Path, arguments: &[&str], input: Vec<u8>) -> Result<Answer, String> {
    let mut child = Command::new("git")
        .arg("-C")
        .arg(folder)
        // A stranger's folder may look like a repository whose settings name commands.
        .args(["-c", "safe.bareRepository=explicit", "-c", "core.fsmonitor=false"])
        .args(arguments)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    // Git answers while it is still being asked. What it does not want to hear is no error.
    let asking = child.stdin.take().map(|mut stdin| thread::spawn(move || stdin.write_all(&input)));
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    let _ = asking.map(thread::JoinHandle::join);
    // Its advice goes over several lines; the first says what is wrong.
    let err = String::from_utf8_lossy(&output.stderr).trim().lines().next().unwrap_or_default().to_owned();
    Ok(Answer { code: output.status.code(), out: output.stdout, err })
}

/// What git prints when it ends well.
///
/// # Errors
/// What git said.
pub fn ask(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, String> {
    answer(folder, arguments, Vec::new())
}

/// The answers to several questions that do not depend on each other, asked at the same time.
///
/// # Errors
/// What git said, to the first question that it could not answer.
pub fn ask_all<const N: usize>(folder: &Path, questions: [&[&str]; N]) -> Result<[Vec<u8>; N], String> {
    let answers = thread::scope(|scope| {
        let asking = questions.map(|question| scope.spawn(move || ask(folder, question)));
        asking.map(|thread| thread.join().unwrap_or_else(|_| Err("git was asked in vain".to_owned())))
    });
    let mut all = [const { Vec::new() }; N];
    for (place, answer) in all.iter_mut().zip(answers) {
        *place = answer?;
    }
    Ok(all)
}

/// The folder in which git keeps what belongs to this work tree alone, such as a merge that is not finished.
///
/// # Errors
/// It cannot be read.
pub fn folder(top: &Path) -> io::Result<PathBuf> {
    let path = top.join(".git");
    if path.is_dir() {
        return Ok(path);
    }
    // A linked work tree or a submodule: `gitdir: PATH`.
    let text = fs::read_to_string(&path)?;
    let target = text.strip_prefix("gitdir:").map(str::trim).ok_or(io::ErrorKind::InvalidData)?;
    Ok(top.join(target))
}

/// What git prints to `input` when it ends well.
///
/// # Errors
/// What git said.
pub fn answer(folder: &Path, arguments: &[&str], input: Vec<u8>) -> Result<Vec<u8>, String> {
    let answer = run(folder, arguments, input)?;
    if answer.code == Some(0) { Ok(answer.out) } else { Err(answer.err) }
}
