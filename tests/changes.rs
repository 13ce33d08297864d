//! Only what a change brings, on real repositories.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod project;

use project::{Project, git, run};

/// Two placeholders that nobody touches, on lines 5 and 9.
const OLD: &str = "---\ntitle: A walk\n---\n\n![old](url)\n\nWe went up the hill.\n\n![older](url)\n\nWe went home.\n";
const HOLE: &str = "![new](url)\n";

/// A site with old findings, on a branch of its own.
fn branch() -> Project {
    let project = Project::repository(&[
        ("hugo.toml", "title = 'Walks'\n"),
        ("content/posts/a.md", OLD),
        ("content/posts/b.md", "---\ntitle: B\n---\n\n![The hill](/hill.svg)\n\nWe went home.\n"),
        ("static/hill.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>\n"),
    ]);
    project.git(&["checkout", "--quiet", "-b", "change"]);
    project
}

fn since(project: &Project, more: &[&str]) -> Vec<String> {
    let lines = project.findings(&[&["--since", "main"], more].concat());
    lines.into_iter().map(|line| line.replace("content/posts/", "").replace(" new", "")).collect()
}

#[test]
fn only_the_lines_of_the_change_count() {
    let project = branch();
    assert_eq!(since(&project, &[]), [""; 0]);
    project.write("content/posts/a.md", OLD.replace("We went up the hill.", &format!("We went up.\n\n{HOLE}")));
    let one = ["a.md:9 image-placeholder"];
    assert_eq!(since(&project, &[]), one, "not committed");
    project.commit("more");
    assert_eq!(since(&project, &[]), one, "committed");
    assert_eq!(since(&project, &["--changed-files"]).len(), 3);
    let ran = project.run(&["check", "--since", "main"]);
    assert!(ran.code == 1 && ran.out.contains("Found 1 error in 2 files (2 outside of the change)"), "{ran:?}");
}

/// Else a change could hide what it brings behind an attribute.
#[test]
fn what_git_takes_for_binary_is_all_change() {
    let project = branch();
    project.write(".gitattributes", "*.md binary\n");
    project.write("content/posts/a.md", format!("{OLD}\n{HOLE}"));
    project.commit("more");
    let lines = ["a.md:5 image-placeholder", "a.md:9 image-placeholder", "a.md:13 image-placeholder"];
    assert_eq!(since(&project, &[]), lines);
}

/// Git counts no lone CR as the end of a line, so its numbers are not those of a person.
#[test]
fn a_lone_carriage_return_does_not_shift_the_lines_of_the_change() {
    let project = branch();
    let text = OLD.replace("We went up the hill.", "We\rwent\rup.");
    project.write("content/posts/a.md", &text);
    project.commit("more");
    project.git(&["checkout", "--quiet", "-B", "main"]);
    project.git(&["checkout", "--quiet", "-b", "next"]);
    project.write("content/posts/a.md", format!("{text}\n{HOLE}"));
    assert_eq!(since(&project, &[]), ["a.md:15 image-placeholder"]);
}

#[cfg(unix)]
#[test]
fn a_file_that_became_a_link_leaves_the_lines_of_other_files_alone() {
    let project = branch();
    project.write("content/posts/a.md", OLD.replace("We went up the hill.", &format!("We went up.\n\n{HOLE}")));
    project.remove("static/hill.svg");
    project.write("static/mountain.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>\n");
    std::os::unix::fs::symlink("mountain.svg", project.path().join("static/hill.svg")).unwrap();
    project.commit("link");
    assert_eq!(since(&project, &["--select", "image-placeholder"]), ["a.md:9 image-placeholder"]);
}

#[test]
fn new_and_untracked_files_are_all_change_and_names_may_be_anything() {
    let project = branch();
    for name in
        ["content/posts/-x.md", "content/posts/漢字 b.md", "content/posts/two\nlines.md", "content/posts/\"q\".md"]
    {
        project.write(name, OLD);
    }
    project.git(&["add", "--", "content/posts/-x.md", "content/posts/two\nlines.md"]);
    let found = since(&project, &["--select", "image-placeholder"]);
    assert_eq!(found.len(), 8, "{found:?}");
}

#[test]
fn a_change_that_breaks_another_post_is_told() {
    let project = branch();
    project.git(&["mv", "static/hill.svg", "static/mountain.svg"]);
    assert_eq!(since(&project, &[]), ["b.md:5 image-missing"]);
    project.commit("rename");
    assert_eq!(since(&project, &[]), ["b.md:5 image-missing"]);
    project.remove("static/mountain.svg");
    project.write("static/hill.svg", "");
    assert_eq!(since(&project, &[]), ["b.md:5 image-empty"]);
}

#[test]
fn a_post_that_only_moved_brings_no_old_findings_of_its_text() {
    let project = branch();
    project.git(&["mv", "content/posts/a.md", "content/posts/c.md"]);
    let found = since(&project, &["--ignore", "image-*"]);
    assert_eq!(found, [""; 0]);
}

#[test]
fn a_deleted_end_is_a_change_of_the_line_before() {
    let project = branch();
    let whole = "---\ntitle: C\n---\n\nWe went up the hill, and there we saw that the\nvalley was full of snow.\n";
    project.git(&["checkout", "--quiet", "main"]);
    project.write("content/posts/c.md", whole);
    project.commit("c");
    project.git(&["checkout", "--quiet", "-B", "change"]);
    project.write("content/posts/c.md", whole.replace("valley was full of snow.\n", ""));
    assert_eq!(since(&project, &[]), ["c.md:5 body-truncated"]);
}

#[test]
fn merges_line_ends_and_linked_work_trees_do_not_bring_old_findings() {
    let project = branch();
    project.write("content/posts/a.md", format!("{OLD}\n{HOLE}"));
    project.commit("mine");
    project.git(&["checkout", "--quiet", "main"]);
    project.write("content/posts/b.md", OLD);
    project.commit("theirs");
    project.git(&["checkout", "--quiet", "change"]);
    project.git(&["merge", "--quiet", "--no-edit", "main"]);
    assert_eq!(since(&project, &[]), ["a.md:13 image-placeholder"]);
    project.git(&["config", "core.autocrlf", "true"]);
    project.write("content/posts/a.md", format!("{OLD}\n{HOLE}").replace('\n', "\r\n"));
    assert_eq!(since(&project, &[]), ["a.md:13 image-placeholder"]);
    let beside = tempfile::tempdir().unwrap();
    let tree = beside.path().join("tree");
    project.git(&["worktree", "add", "--quiet", tree.to_str().unwrap(), "-b", "other", "change"]);
    let ran = run(&tree, &["check", "--since", "main", "--format", "json"]);
    assert_eq!(ran.findings(), ["content/posts/a.md:13 image-placeholder new"]);
}

#[test]
fn what_git_cannot_say_is_no_green_run() {
    let loose = Project::new(&[("a.md", OLD)]);
    let project = branch();
    project.commit("more");
    let clone = tempfile::tempdir().unwrap();
    let from = format!("file://{}", project.path().display());
    git(clone.path(), &["clone", "--quiet", "--depth=1", "--branch=change", &from, "shallow"]);
    for (folder, reference, said) in [
        (loose.path().to_owned(), "main", "needs a git repository"),
        (project.path().to_owned(), "nobody", "there is no commit `nobody`"),
        (project.path().to_owned(), "--output=x", "is no name of a commit"),
        (clone.path().join("shallow"), "main", "shallow"),
    ] {
        let ran = run(&folder, &["check", &format!("--since={reference}")]);
        assert!(ran.code == 2 && ran.err.contains(said), "{reference}: {ran:?}");
    }
    assert!(!project.path().join("x").exists());
}

#[test]
fn a_hostile_configuration_starts_nothing() {
    let project = branch();
    for key in ["diff.external", "core.fsmonitor", "core.pager", "diff.x.textconv", "diff.x.command"] {
        project.git(&["config", key, "touch ran"]);
    }
    project.write(".gitattributes", "*.md diff=x\n");
    project.write("content/posts/a.md", format!("{OLD}\n{HOLE}"));
    assert_eq!(since(&project, &[]), ["a.md:13 image-placeholder"]);
    assert!(!project.path().join("ran").exists());
}
