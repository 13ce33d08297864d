//! The pre-commit hooks, run by the real `pre-commit` where it is installed, against repositories that the tests make. The
//! binary of this build takes the place of the one that pre-commit would compile.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test says what is wrong by failing, or that it was skipped"
)]
#![cfg(unix)]

mod project;

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use project::{Project, Ran};
use serde_json::{Value, json};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const POST: &str = "---\ntitle: A walk\n---\n\nWe went up the hill.\n";
const BAD: &str = "---\ntitle: A walk\n---\n\n![the hill](url)\n";

fn hooks() -> Vec<Value> {
    let text = fs::read_to_string(Path::new(ROOT).join(".pre-commit-hooks.yaml")).unwrap();
    serde_yaml::from_str(&text).unwrap()
}

/// Where `pre-commit` is; said loudly where it is nowhere, unless the environment asks for it.
fn pre_commit() -> Option<String> {
    let program = std::env::var("PRE_COMMIT").unwrap_or_else(|_| "pre-commit".to_owned());
    let found = Command::new(&program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if found.is_ok_and(|status| status.success()) {
        return Some(program);
    }
    assert!(std::env::var_os("COPYDESK_NEEDS_PRE_COMMIT").is_none(), "pre-commit is not installed");
    eprintln!("NOT TESTED: pre-commit is not installed (`pip install pre-commit`), so the hooks were not run");
    None
}

/// A repository with our hooks as they are published, but for how they are installed.
fn repository(files: &[(&str, &str)]) -> Project {
    let hooks = hooks().into_iter().map(|mut hook| {
        let entry = hook["entry"].as_str().unwrap();
        let binary = env!("CARGO_BIN_EXE_copydesk");
        hook["entry"] = entry.replacen("copydesk", binary, 1).into();
        hook["language"] = "system".into();
        hook
    });
    let hooks: Vec<Value> = hooks.collect();
    let project = Project::new(files);
    project.write(".pre-commit-config.yaml", json!({"repos": [{"repo": "local", "hooks": hooks}]}).to_string());
    project.git(&["init", "--quiet", "--initial-branch=main"]);
    project
}

fn run(project: &Project, program: &str, arguments: &[&str]) -> Ran {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(project.path())
        .env("PRE_COMMIT_HOME", project.path().join(".git/pre-commit-home"))
        .env("NO_COLOR", "1")
        .env_remove("GITHUB_ACTIONS")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[test]
fn the_hook_checks_what_is_staged_whatever_its_name() {
    let Some(program) = pre_commit() else { return };
    let project = repository(&[("a.md", POST), ("old.md", BAD)]);
    project.commit("first");
    let hook = |id: &str| run(&project, &program, &["run", id]);
    project.write("a.md", format!("{POST}\nAnd down.\n"));
    project.git(&["add", "a.md"]);
    // What is on disk and not staged is put aside by pre-commit.
    project.write("a.md", BAD);
    let ran = hook("copydesk");
    assert_eq!(ran.code, 0, "{ran:?}");
    let ran = hook("copydesk-site");
    assert!(ran.code == 1 && ran.out.contains("old.md"), "{ran:?}");
    for name in ["-x.md", "--fix.md", "a b.md", "$(touch owned).md", "文.md", "q'\".md"] {
        project.git(&["reset", "--quiet", "--hard"]);
        project.write(name, BAD);
        project.git(&["add", "--", name]);
        let ran = hook("copydesk");
        assert!(ran.code == 1 && ran.out.contains("image-placeholder"), "{name}: {ran:?}");
        assert!(!project.path().join("owned").exists());
    }
    project.git(&["reset", "--quiet", "--hard"]);
    project.write("a.txt", "no post");
    project.git(&["add", "a.txt"]);
    let ran = hook("copydesk");
    assert!(ran.code == 0 && ran.out.contains("Skipped"), "{ran:?}");
}

#[test]
fn a_commit_is_stopped_once_the_hook_is_installed() {
    let Some(program) = pre_commit() else { return };
    let project = repository(&[("a.md", POST)]);
    project.commit("first");
    assert_eq!(run(&project, &program, &["install"]).code, 0);
    project.write("b.md", BAD);
    project.git(&["add", "b.md"]);
    let commit = ["-c", "user.name=A", "-c", "user.email=a@example.test", "commit", "--message", "more"];
    let ran = run(&project, "git", &commit);
    assert!(ran.code == 1 && ran.err.contains("image-placeholder"), "{ran:?}");
    project.write("b.md", POST);
    project.git(&["add", "b.md"]);
    assert_eq!(run(&project, "git", &commit).code, 0);
}

/// What `init` writes is our hook too.
#[test]
fn the_hook_of_init_is_ours() {
    let text = fs::read_to_string(Path::new(ROOT).join("src/run/init/pre-commit.yaml")).unwrap();
    let written: Value = serde_yaml::from_str(&text).unwrap();
    let (mut ours, mut theirs) = (hooks().swap_remove(0), written["repos"][0]["hooks"][0].clone());
    assert_eq!(theirs["language"], "system");
    for hook in [&mut ours, &mut theirs] {
        let hook = hook.as_object_mut().unwrap();
        ["language", "description"].iter().for_each(|key| drop(hook.remove(*key)));
    }
    assert_eq!(ours, theirs);
}
