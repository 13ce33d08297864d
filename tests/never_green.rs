//! Whatever keeps copydesk from checking: the exit code and the message are the same in every format.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod project;

use std::{
    fs,
    process::{Command, Stdio},
};

use project::{Project, Ran};

const FORMATS: [&str; 10] =
    ["human", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "rdjson", "markdown"];
const POST: &[u8] = b"---\ntitle: A walk\n---\n\nWe went up the hill.\n";

/// What is wrong, files beside a post that is fine, arguments, the exit code, and words of the message.
type Case<'a> = (&'a str, &'a [(&'a str, &'a [u8])], &'a [&'a str], i32, &'a str);

const CASES: &[Case<'_>] = &[
    ("a file that is not there", &[], &["a.md", "nowhere.md"], 2, "nowhere.md"),
    ("not UTF-8", &[("b.md", b"We went up \xff\xfe\xfd the hill.\n")], &[], 1, "text-encoding"),
    ("no file matches", &[], &["empty"], 2, "there is no post to check"),
    (
        "everything is excluded",
        &[("copydesk.yaml", b"files: {exclude: \"**\"}\n")],
        &[],
        2,
        "there is no post to check",
    ),
    ("an unknown rule to select", &[], &["--select", "image-mising"], 2, "did you mean `image-missing`?"),
    ("an unknown rule to ignore", &[], &["--ignore", "nothing-*"], 2, "there is no rule `nothing-*`"),
    (
        "an unknown rule in the configuration",
        &[("copydesk.yaml", b"rules: {image-mising: off}\n")],
        &[],
        2,
        "image-missing",
    ),
    ("an unknown key", &[("copydesk.yaml", b"fils: {}\n")], &[], 2, "did you mean `files`?"),
    ("a configuration that is not UTF-8", &[("copydesk.yaml", b"\xff\xfe\xfd")], &[], 2, "is not UTF-8"),
    ("a configuration that is no YAML", &[("copydesk.yaml", b"a: [\n")], &[], 2, "copydesk.yaml:"),
    ("a configuration that is not there", &[], &["--config", "none.yaml"], 2, "none.yaml"),
    ("a collection without posts", &[("copydesk.yaml", b"collections: {x: {files: y/**}}\n")], &[], 2, "takes no post"),
    (
        "a configuration from elsewhere",
        &[("copydesk.yaml", b"extends: ../../../../../../etc/passwd\n")],
        &[],
        2,
        "outside the repository",
    ),
    ("rules from elsewhere", &[("copydesk.yaml", b"custom-rules: ../..\n")], &[], 2, "copydesk.yaml:1:15"),
    ("a broken baseline", &[("copydesk.baseline", b"all is well\n")], &[], 2, "a baseline begins with"),
    ("a baseline of another version", &[("copydesk.baseline", b"# copydesk baseline 2\n")], &[], 2, "version 2"),
    (
        "an unfinished merge of the baseline",
        &[("copydesk.baseline", b"# copydesk baseline 1\n<<<<<<< a\n")],
        &[],
        2,
        "merge",
    ),
    ("a baseline that is not there", &[], &["--baseline", "none"], 2, "none"),
    ("a broken lock file", &[("copydesk.lock", b"version = 9\n")], &[], 2, "copydesk.lock:1"),
    ("a commit outside of a repository", &[], &["--since", "main"], 2, "needs a git repository"),
    ("a report that cannot be written", &[], &["--report", "json=no/such/folder/a.json"], 2, "cannot write"),
];

fn project(files: &[(&str, &[u8])]) -> Project {
    let project = Project::new(&[]);
    project.write("a.md", POST);
    project.write("empty/a.txt", "");
    files.iter().for_each(|(path, bytes)| project.write(path, bytes));
    project
}

#[test]
fn what_keeps_from_checking_is_the_same_in_every_format() {
    for (name, files, arguments, code, words) in CASES {
        let project = project(files);
        for format in FORMATS {
            let ran = project.run(&[&["check", "--format", format], *arguments].concat());
            assert_eq!(ran.code, *code, "{name}, {format}: {ran:?}");
            assert!(format!("{}{}", ran.out, ran.err).contains(words), "{name}, {format}: {ran:?}");
            assert!(!ran.out.contains("fit to publish"), "{name}, {format}: {ran:?}");
        }
    }
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_the_same_in_every_format() {
    use std::os::unix::fs::PermissionsExt;
    let project = project(&[("b.md", POST)]);
    let path = project.path().join("b.md");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&path).is_ok() {
        // Nothing is unreadable to root but what leads nowhere.
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink("nowhere", &path).unwrap();
    }
    for format in FORMATS {
        for arguments in [&["b.md"][..], &["a.md", "b.md"]] {
            let ran = project.run(&[&["check", "--format", format], arguments].concat());
            assert!(ran.code == 2 && ran.out.contains("b.md"), "{format} {arguments:?}: {ran:?}");
        }
    }
}

#[test]
fn a_file_that_is_too_large_for_an_article_is_the_same_in_every_format() {
    let project = project(&[("b.md", POST)]);
    fs::File::options().write(true).open(project.path().join("b.md")).unwrap().set_len((16 << 20) + 1).unwrap();
    for format in FORMATS {
        let ran = project.run(&["check", "--format", format]);
        assert!(ran.code == 2 && ran.out.contains("larger than 16 MiB"), "{format}: {ran:?}");
    }
}

/// A report that somebody waits for is there as a whole or as it was.
#[cfg(unix)]
#[test]
fn a_run_that_is_killed_leaves_no_half_report() {
    for format in FORMATS {
        let project = project(&[("report", b"as it was")]);
        let mut child = Command::new(env!("CARGO_BIN_EXE_copydesk"))
            .args(["check", "-", "--format", format, "--output", "report"])
            .current_dir(project.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        child.kill().unwrap();
        assert_eq!(child.wait().unwrap().code(), None, "killed, and no exit code says otherwise");
        assert_eq!(project.read("report"), "as it was", "{format}");
        assert_eq!(fs::read_dir(project.path()).unwrap().count(), 3, "nothing is left over");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_no_success() {
    let project = project(&[]);
    for format in FORMATS {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_copydesk"))
            .args(["check", "--format", format])
            .current_dir(project.path())
            .env_remove("GITHUB_ACTIONS")
            .stdin(Stdio::null())
            .stdout(full)
            .output()
            .unwrap();
        let (code, err) = (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap());
        let ran = Ran { code, out: String::new(), err };
        // Nothing to say is nothing to write.
        let silent = project.run(&["check", "--format", format]).out.is_empty();
        assert_eq!(ran.code, if silent { 0 } else { 2 }, "{format}: {ran:?}");
        assert!(silent || ran.err.contains("cannot write"), "{format}: {ran:?}");
    }
}

#[test]
fn what_is_named_and_is_no_post_is_not_fit_to_publish() {
    let project = Project::new(&[
        ("site.toml", "title = 'A'\n"),
        ("a.md", "We went up the hill.\n"),
        ("notes.txt", "We went up the hill.\n"),
        ("empty.md", "\n"),
    ]);
    let ran = project::run(project.path(), &["check", "a.md", "site.toml"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.out.contains("not checked: site.toml: it is no Markdown"), "{ran:?}");
    assert_eq!(project::run(project.path(), &["check", "notes.txt"]).code, 0);
    let ran = project::run(project.path(), &["check", "empty.md"]);
    assert!(ran.out.contains("the post holds nothing at all"), "{ran:?}");
}

#[test]
fn posts_of_hugo_in_other_markup_are_told_of() {
    let project = Project::new(&[
        ("hugo.toml", "baseURL = 'https://hill.test/'\n"),
        ("content/a.md", "---\ntitle: A\n---\n\nWe went up the hill.\n"),
        ("content/b.org", "#+TITLE: B\n\nWe went up the hill.\n"),
        ("content/c.html", "---\ntitle: C\n---\n<p>We went up the hill.</p>\n"),
        ("content/map.html", "<!doctype html><title>A map that is published as it is</title>\n"),
        ("layouts/d.html", "---\n---\n{{ .Content }}\n"),
        ("notes/e.rst", "We went up the hill.\n"),
    ]);
    let ran = project::run(project.path(), &["check", "."]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("not everything was checked (2 posts not read: no Markdown)"), "{ran:?}");
}

#[test]
fn posts_that_are_no_markdown_are_told_of() {
    let project = Project::new(&[
        ("_config.yml", "title: a\n"),
        ("_posts/2024-01-02-a.html", "---\ntitle: A\n---\n<p>We went up the hill.</p>\n"),
        ("_posts/2024-01-03-b.md", "---\ntitle: B\n---\n\nWe went up the hill.\n"),
        ("_layouts/post.html", "{{ content }}\n"),
    ]);
    let ran = project::run(project.path(), &["check", "."]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("not everything was checked (1 post not read: no Markdown)"), "{ran:?}");
    let ran = project::run(project.path(), &["check", ".", "--format", "json"]);
    assert!(ran.out.contains("\"foreign\": 1"), "{ran:?}");
    fs::remove_file(project.path().join("_posts/2024-01-03-b.md")).unwrap();
    let ran = project::run(project.path(), &["check", "."]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("no Markdown"), "{ran:?}");
}
