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

/// The branch has a third placeholder in `a.md`, and main has got a file of its own since. The branch is checked out.
fn two_branches(path: &str, text: &str) -> Project {
    let project = branch();
    project.write("content/posts/a.md", format!("{OLD}\n{HOLE}"));
    project.commit("mine");
    project.git(&["checkout", "--quiet", "main"]);
    project.write(path, text);
    project.commit("theirs");
    project.git(&["checkout", "--quiet", "change"]);
    project
}

fn since(project: &Project, more: &[&str]) -> Vec<String> {
    found(project, &[&["--since", "main"], more].concat())
}

fn staged(project: &Project, more: &[&str]) -> Vec<String> {
    found(project, &[&["--staged"], more].concat())
}

fn found(project: &Project, arguments: &[&str]) -> Vec<String> {
    let lines = project.findings(arguments);
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

/// The lines that count move with what is mended above them: an old link that comes to stand where a new one stood is left.
#[test]
fn only_what_the_change_brings_is_mended() {
    const LINK: &str = "See [the map](https://a.test/?utm_source=chatgpt.com).\n";
    const CLEAN: &str = "See [the map](https://a.test/).\n";
    let project = Project::repository(&[("a.md", &format!("Bees sleep at night.\n\n{LINK}"))]);
    project.git(&["checkout", "--quiet", "-b", "change"]);
    let before = format!("Sure, here is the article in plain English:\n\n{LINK}\nBees sleep at night.\n\n{LINK}");
    project.write("a.md", &before);
    project.commit("more");
    let fix = ["check", "--since", "main", "--fix", "--unsafe-fixes"];
    let diff = project.run(&[&fix[..], &["--diff"]].concat());
    assert_eq!((diff.code, project.read("a.md")), (1, before), "{diff:?}");
    assert_eq!(diff.out.matches("\n-").count(), 3, "two lines of the preamble and one link: {diff:?}");
    let ran = project.run(&fix);
    assert_eq!(project.read("a.md"), format!("{CLEAN}\nBees sleep at night.\n\n{LINK}"), "{ran:?}");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("1 outside of the change"), "{ran:?}");
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
fn a_file_of_the_same_name_elsewhere_brings_no_old_findings() {
    let project = branch();
    let svg = project.read("static/hill.svg");
    let post = |image: &str| format!("---\ntitle: Covers\n---\n\n![A cover]({image})\n\nWe went home.\n");
    project.write("content/posts/north/index.md", post("cover.svg"));
    project.commit("an old finding");
    project.git(&["branch", "--force", "main"]);
    project.write("content/posts/east/cover.svg", &svg);
    assert_eq!(since(&project, &[]), [""; 0]);
    project.write("content/posts/north/cover.svg", "");
    assert_eq!(since(&project, &[]), ["north/index.md:5 image-empty"]);
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
    let project = two_branches("content/posts/b.md", OLD);
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
    // `filter.x.clean` is not among them: git itself compares what it gives, as large files in LFS need, and it stands only in
    // a user's own settings. What is read out of git is never smudged.
    project.git(&["config", "filter.x.smudge", "touch ran; cat"]);
    project.write(".gitattributes", "*.md diff=x filter=x\n");
    project.write("content/posts/a.md", format!("{OLD}\n{HOLE}"));
    assert_eq!(since(&project, &[]), ["a.md:13 image-placeholder"]);
    assert!(!project.path().join("ran").exists());
    // Git itself would start the monitor here.
    project.git(&["-c", "core.fsmonitor=false", "add", "content"]);
    project.write("content/posts/a.md", "other\n");
    assert_eq!(staged(&project, &[]), ["a.md:13 image-placeholder"]);
    assert!(!project.path().join("ran").exists());
    project.write("content/posts/b.md", "---\ntitle: B\n---\n\nSee [it](https://a.test/?utm_source=chatgpt.com).\n");
    let ran = project.run(&["check", "--fix", "content/posts/b.md"]);
    assert!(ran.code == 2 && ran.err.contains("changes that are not committed"), "{ran:?}");
    assert!(!project.path().join("ran").exists());
}

/// A submodule is a repository of its own: what changed in it is no change of this one, and its settings run nothing here.
#[test]
fn a_submodule_is_another_repository() {
    let inner = Project::repository(&[("old.md", OLD)]);
    let project = branch();
    project.git(&["submodule", "--quiet", "add", inner.path().to_str().unwrap(), "content/posts/inner"]);
    project.commit("a submodule");
    let inside = project.path().join("content/posts/inner");
    git(&inside, &["config", "core.fsmonitor", "touch ../../../ran"]);
    project.write("content/posts/inner/old.md", format!("{OLD}\n{HOLE}"));
    project.write("content/posts/a.md", format!("{OLD}\n{HOLE}"));
    assert_eq!(since(&project, &[]), ["a.md:13 image-placeholder"]);
    project.git(&["add", "content/posts/a.md"]);
    assert_eq!(staged(&project, &[]), ["a.md:13 image-placeholder"]);
    let ran = run(&inside, &["check", "--since", "main", "--format", "json"]);
    assert_eq!(ran.findings(), ["old.md:13 image-placeholder new"]);
    assert!(!project.path().join("ran").exists());
}

#[cfg(unix)]
#[test]
fn names_may_look_like_options_and_have_line_ends() {
    let project = branch();
    let names = ["-x.md", "--output=y.md", "a\nb.md", "文.md", "\"q\".md"];
    for name in names {
        project.write(name, HOLE);
    }
    project.git(&["add", "--all"]);
    assert_eq!(staged(&project, &[]).len(), names.len());
    project.commit("names");
    assert_eq!(since(&project, &[]).len(), names.len());
    let ran = project.run(&["check", "--since", "main", "--format", "json", "--", "-x.md", "--output=y.md"]);
    assert_eq!(ran.findings(), ["--output=y.md:1 image-placeholder new", "-x.md:1 image-placeholder new"]);
    project.git(&["mv", "--", "-x.md", "-z.md"]);
    project.git(&["rm", "--quiet", "a\nb.md"]);
    project.commit("moved");
    assert_eq!(since(&project, &[]).len(), names.len() - 1);
}

#[test]
fn what_is_staged_counts_and_not_what_is_on_disk() {
    let project = branch();
    project.write("content/posts/a.md", format!("{OLD}\n{HOLE}"));
    assert_eq!(staged(&project, &[]), [""; 0], "nothing is staged");
    project.git(&["add", "content/posts/a.md"]);
    let one = ["a.md:13 image-placeholder"];
    assert_eq!(staged(&project, &[]), one);
    project.write("content/posts/a.md", format!("---\ntitle: A\n---\n\nMended.\n\nMended.\n\n\n\n{OLD}"));
    assert_eq!(staged(&project, &[]), one, "mended on disk alone");
    assert_eq!(staged(&project, &["content/posts/a.md"]), one);
    project.remove("content/posts/a.md");
    assert_eq!(staged(&project, &[]), one, "gone from the disk alone");
    project.git(&["rm", "--quiet", "--cached", "content/posts/a.md"]);
    assert_eq!(staged(&project, &[]), [""; 0]);
}

#[test]
fn a_picture_must_be_staged_too() {
    let project = branch();
    let svg = project.read("static/hill.svg");
    project.write("content/posts/c.md", "---\ntitle: C\n---\n\n![The lake](/wide/lake.svg)\n\nWe went home.\n");
    project.write("static/wide/lake.svg", &svg);
    project.git(&["add", "content/posts/c.md"]);
    assert_eq!(staged(&project, &[]), ["c.md:5 image-missing"]);
    let help = project.run(&["check", "--staged"]).out;
    assert!(help.contains("the file is on disk and not staged: `git add static/wide/lake.svg`"), "{help}");
    project.git(&["add", "static/wide/lake.svg"]);
    assert_eq!(staged(&project, &[]), [""; 0]);
    project.remove("static/wide/lake.svg");
    std::fs::remove_dir(project.path().join("static/wide")).unwrap();
    assert_eq!(staged(&project, &[]), [""; 0], "gone from the disk alone");
    project.write("static/wide/lake.svg", "");
    assert_eq!(staged(&project, &[]), [""; 0], "empty on disk alone");
    project.git(&["add", "static/wide/lake.svg"]);
    assert_eq!(staged(&project, &[]), ["c.md:5 image-empty"]);
}

#[test]
fn a_merge_brings_what_no_side_had() {
    let project = two_branches("content/posts/b.md", OLD);
    project.git(&["merge", "--quiet", "--no-commit", "--no-ff", "main"]);
    assert_eq!(staged(&project, &[]), [""; 0]);
    project.write("content/posts/b.md", format!("{OLD}\n{HOLE}"));
    project.git(&["add", "--all"]);
    assert_eq!(staged(&project, &[]), ["b.md:13 image-placeholder"]);
}

#[test]
fn the_first_commit_is_all_change_and_what_cannot_be_told_is_no_green_run() {
    let project = Project::new(&[("content/a.md", OLD), ("b.md", OLD)]);
    let fails = |arguments: &[&str], said: &str| {
        let ran = project.run(&[&["check", "--staged"], arguments].concat());
        assert!(ran.code == 2 && ran.err.contains(said), "{ran:?}");
    };
    fails(&[], "needs a git repository");
    project.git(&["init", "--quiet", "--initial-branch=main"]);
    fails(&[], "there is no post to check");
    project.git(&["add", "content/a.md"]);
    assert_eq!(staged(&project, &["--select", "image-placeholder"]).len(), 2);
    assert_eq!(project.run_in("content", &["check", "--staged"]).code, 1);
    let ran = project.run(&["check", "--staged", "b.md"]);
    assert!(ran.code == 2 && ran.out.contains("it is not staged"), "{ran:?}");
    project.git(&["add", "--intent-to-add", "b.md"]);
    let ran = project.run(&["check", "--staged", "b.md"]);
    assert!(ran.code == 2 && ran.out.contains("it is not staged"), "{ran:?}");
    fails(&["--fix"], "cannot be used with");
    fails(&["--since", "main"], "cannot be used with");
    fails(&["-"], "does not go with");
}

#[test]
fn an_unfinished_merge_is_no_green_run() {
    let project = two_branches("content/posts/a.md", &OLD.replace("went home", "left"));
    project.git(&["read-tree", "-m", "main~1", "change", "main"]);
    let ran = project.run(&["check", "--staged"]);
    assert!(ran.code == 2 && ran.err.contains("content/posts/a.md"), "{ran:?}");
}
