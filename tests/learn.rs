//! `copydesk learn` and the lock file, in real folders: what one post is told by what was learnt from all.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::{fs, path::Path, process::Command};

use tempfile::TempDir;

/// A footer that only its repetition gives away.
const FOOTER: &str = "Visit our blog for more articles about bees and wasps.";

/// A blog of `posts` posts that end in the footer.
fn blog(posts: usize) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("_posts")).unwrap();
    for number in 0..posts {
        let word = ["wax", "wings", "nests", "honey", "night"][number % 5].repeat(number / 5 + 1);
        post(folder.path(), &format!("2024-01-{:02}-{word}", number + 1), &format!("A post about {word}.\n\n{FOOTER}"));
    }
    folder
}

fn post(root: &Path, name: &str, body: &str) {
    fs::write(root.join(format!("_posts/{name}.md")), format!("---\ntitle: {name}\nmood: calm\n---\n\n{body}\n"))
        .unwrap();
}

fn run(root: &Path, arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(arguments)
        .current_dir(root)
        .env("NO_COLOR", "1")
        .env_remove("GITHUB_ACTIONS")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), text)
}

fn lock(root: &Path) -> String {
    fs::read_to_string(root.join("copydesk.lock")).unwrap()
}

#[test]
fn one_post_is_checked_by_what_was_learnt_from_all() {
    let site = blog(12);
    assert_eq!(run(site.path(), &["learn", "--check"]).0, 2);
    let (code, text) = run(site.path(), &["learn"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("in 12 posts: Visit our blog"), "{text}");
    let first = lock(site.path());
    assert_eq!(run(site.path(), &["learn", "--check"]).0, 0);
    assert_eq!(run(site.path(), &["learn"]).0, 0);
    assert_eq!(lock(site.path()), first);

    // Its neighbours are not there any more: what is known of them stands in the lock.
    for entry in fs::read_dir(site.path().join("_posts")).unwrap() {
        fs::remove_file(entry.unwrap().path()).unwrap();
    }
    post(
        site.path(),
        "2024-02-01-new",
        &format!("A new post about the wax that bees make in spring, and about the\n\n{FOOTER}"),
    );
    let check = ["check", "_posts/2024-02-01-new.md", "--format", "concise"];
    let (_, text) = run(site.path(), &check);
    assert!(text.contains("footer-promotional") && text.contains("12 posts"), "{text}");
    assert!(text.contains("body-truncated"), "{text}");

    // A post without front matter, where all others have some.
    fs::write(site.path().join("_posts/2024-02-02-bare.md"), "A post.\n").unwrap();
    let (_, text) = run(site.path(), &["check", "_posts/2024-02-02-bare.md", "--format", "concise"]);
    assert!(text.contains("front-matter-missing"), "{text}");

    fs::remove_file(site.path().join("copydesk.lock")).unwrap();
    fs::remove_file(site.path().join("_posts/2024-02-02-bare.md")).unwrap();
    let (_, text) = run(site.path(), &check);
    assert!(!text.contains("footer-promotional"), "{text}");
}

#[test]
fn a_verdict_is_kept_and_obeyed() {
    let site = blog(12);
    run(site.path(), &["learn"]);
    let allowed = lock(site.path()).replace("verdict = \"deny\"", "verdict = \"allow\"");
    fs::write(site.path().join("copydesk.lock"), &allowed).unwrap();
    let (_, text) = run(site.path(), &["check", "--format", "concise"]);
    assert!(!text.contains("footer-promotional"), "{text}");
    assert_eq!(run(site.path(), &["learn"]).0, 0);
    assert_eq!(lock(site.path()), allowed);
}

#[test]
fn a_new_family_fails_the_check() {
    let site = blog(12);
    run(site.path(), &["learn"]);
    for number in 1..6 {
        let body =
            format!("A post about {}.\n\nSubscribe and follow us for more news of the garden!", "day".repeat(number));
        post(site.path(), &format!("2024-03-0{number}-day"), &body);
    }
    let (code, text) = run(site.path(), &["learn", "--check"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("new: ") && text.contains("Subscribe and follow us"), "{text}");
    assert!(!lock(site.path()).contains("Subscribe"), "--check wrote the file");
}

#[test]
fn a_broken_lock_stops_the_run_at_its_place() {
    let site = blog(4);
    for (text, place) in
        [("version = 2\nposts = \"many\"\n", "copydesk.lock:2:9"), ("version = 2\n<<<<<<< HEAD\n", "copydesk.lock:2:")]
    {
        fs::write(site.path().join("copydesk.lock"), text).unwrap();
        for arguments in [&["check"][..], &["check", "_posts/2024-01-01-wax.md"], &["learn"]] {
            let (code, out) = run(site.path(), arguments);
            assert_eq!(code, 2, "{out}");
            assert!(out.contains(place), "{out}");
        }
    }
}

#[test]
fn an_article_that_stands_twice_is_found_once() {
    let site = blog(2);
    let article: String =
        (0..80).map(|number| format!("Bee number {number} sleeps in cell {}. ", number * 7)).collect();
    post(site.path(), "2024-05-01-bees", &article);
    post(site.path(), "2024-05-02-again", &format!("# Again\n\n{article}\n\n{FOOTER}"));
    post(site.path(), "2024-05-03-third", &article);
    let (_, text) = run(site.path(), &["check", "--format", "concise", "--select", "post-duplicate"]);
    assert_eq!(text.matches("post-duplicate").count(), 1, "{text}");
    assert!(text.contains("2024-05-03-third.md:2") && text.contains("`_posts/2024-05-01-bees.md`"), "{text}");
}

/// An advert that is told anew in each post, of two names.
fn retold(root: &Path) {
    fs::create_dir(root.join("_posts")).unwrap();
    for (number, words) in [
        "Subscribe to our newsletter for fresh stories about gardens and honey",
        "Please subscribe to our newsletter with fresh stories about honey and gardens",
        "Do subscribe to our newsletter: fresh stories about gardens, hives and honey",
        "Subscribe to our newsletter today, fresh stories about honey and gardens wait",
        "Subscribe to our newsletter and get fresh stories about gardens or honey",
        "Now subscribe to our newsletter and read fresh stories about gardens, honey",
        "Subscribe to our newsletter! Fresh stories about gardens and more honey",
        "Just subscribe to our newsletter, which has fresh stories about honey, gardens",
        "Subscribe to our newsletter since fresh stories about gardens make honey",
    ]
    .into_iter()
    .enumerate()
    {
        let word = ["wax", "wings", "nests", "night"][number % 4].repeat(number / 4 + 1);
        let text = format!("A post about {word}.\n\n{words}, by the BeeWorld and the WaspHouse.");
        post(root, &format!("2024-01-{:02}-{word}", number + 1), &text);
    }
}

#[test]
fn an_advert_of_several_names_is_one_family() {
    let site = tempfile::tempdir().unwrap();
    retold(site.path());
    let found = |site: &Path| run(site, &["check", "--select", "footer-promotional"]).1.matches("is an advert").count();
    assert_eq!(found(site.path()), 9);
    assert_eq!(run(site.path(), &["learn"]).0, 0);
    let learnt = lock(site.path());
    assert_eq!(learnt.matches("[[family]]").count(), 1, "{learnt}");
    assert!(learnt.contains("also = ["), "{learnt}");
    assert_eq!(found(site.path()), 9);

    // What is decided of it holds for either name, and is kept.
    fs::write(site.path().join("copydesk.lock"), learnt.replace("\"deny\"", "\"allow\"")).unwrap();
    assert_eq!(run(site.path(), &["learn"]).0, 0);
    assert_eq!(lock(site.path()).matches("\"allow\"").count(), 1);
    assert_eq!(lock(site.path()).matches("[[family]]").count(), 1);
}
