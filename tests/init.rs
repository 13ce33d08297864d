//! `copydesk init` on small sites: what it writes holds for the site, and nothing is ever overwritten.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod project;

use std::fs;

use project::Project;
use serde_json::Value;

/// A text that no other post has.
fn text(at: usize) -> String {
    let pick = |list: [&str; 5], step: usize| list[at / step % 5].to_owned();
    let who = pick(["Ada", "Ben", "Cleo", "Dora", "Emil"], 1);
    let what = pick(["carried bread", "drew a map", "fed two dogs", "sang all day", "counted birds"], 5);
    let wherever = pick(["by the river", "on the hill", "under oaks", "near the mill", "at the coast"], 2);
    format!(
        "{who} {what} {wherever} and {at} others came along.\n\nLater it rained {wherever}, so {who} went home after walk {at}.\n"
    )
}

/// A Hugo site with thirty posts of two years, all with a title and a date, half of them with a summary.
fn site(more: &[(&str, &str)]) -> Project {
    let project = Project::new(&[("hugo.toml", "baseURL = 'https://walks.test/blog/'\n")]);
    for at in 0..30 {
        let summary = if at % 2 == 0 { "summary: Up and down\n" } else { "" };
        let text = format!("---\ntitle: \"Walk {at}\"\ndate: 2024-01-{:02}\n{summary}---\n\n{}", at % 28 + 1, text(at));
        project.write(&format!("content/posts/{}/walk-{at}.md", 2023 + at % 2), text);
    }
    more.iter().for_each(|(path, text)| project.write(path, text));
    project.git(&["init", "--quiet", "--initial-branch=main"]);
    project
}

fn names(project: &Project) -> Vec<String> {
    let entries = fs::read_dir(project.path()).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name.contains("copydesk") || name.starts_with(".pre") || name.starts_with(".git"));
    names.sort();
    names
}

#[test]
fn what_is_written_holds_and_the_first_check_is_as_it_says() {
    let project = site(&[]);
    let ran = project.run(&["init"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    for words in ["Looked at 30 posts", "Hugo in . (hugo.toml)", "posts: content/posts/**, 30 posts", "is green"] {
        assert!(ran.out.contains(words), "{words}: {ran:?}");
    }
    let file: Value = serde_yaml::from_str(&project.read("copydesk.yaml")).unwrap();
    assert_eq!(file["site"], serde_json::json!({"generator": "hugo"}));
    let posts = &file["collections"]["posts"];
    assert_eq!(posts["files"], "content/posts/**");
    assert_eq!(posts["schema"]["title"], serde_json::json!({"type": "string", "required": true}));
    assert_eq!(posts["schema"]["summary"], serde_json::json!({"type": "string"}));
    assert_eq!(names(&project), [".git", "copydesk.lock", "copydesk.yaml"]);
    assert_eq!(project.run(&["config", "show"]).code, 0);
    assert_eq!(project.run(&["check"]).code, 0);
    assert_eq!(project.run(&["learn", "--check"]).code, 0);
    project.write("content/posts/2024/new.md", "---\ndate: 2024-02-01\n---\n\nWe went home.\n");
    let ran = project.run(&["check"]);
    assert!(ran.code == 1 && ran.out.contains("title"), "a post without what all have is an error: {ran:?}");
}

/// The collections are those of `schema infer`, and a post that a glob takes counts even where it has no front matter.
#[test]
fn kinds_of_posts_are_told_apart_by_their_keys() {
    let project =
        site(&[("content/posts/_index.md", "---\nlayout: list\n---\n"), ("content/posts/bare.md", &text(40))]);
    for at in 0..25 {
        let text = format!("---\nmood: good\n---\n\n{}", text(at + 50));
        project.write(&format!("content/notes/{at}.md"), text);
    }
    let ran = project.run(&["init"]);
    let file: Value = serde_yaml::from_str(&project.read("copydesk.yaml")).unwrap();
    let files: Vec<String> =
        file["collections"].as_object().unwrap().values().map(|one| one["files"].to_string()).collect();
    assert_eq!(files, [r#""**/_index.md""#, r#""content/posts/**""#, r#""content/**""#], "{ran:?}");
    assert_eq!(file["collections"]["content"]["schema"]["mood"]["required"], true);
    let title = &file["collections"]["posts"]["schema"]["title"];
    assert_eq!(*title, serde_json::json!({"type": "string"}), "not all have one: {ran:?}");
    let ran = project.run(&["check", "--select", "front-matter-schema"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn what_is_there_already_is_found_and_can_be_made_known() {
    let broken = "---\ntitle: B\ndate: 2024-01-01\n---\n\n![the hill](url)\n";
    let project = site(&[("content/posts/2024/b.md", broken)]);
    let ran = project.run(&["init"]);
    assert!(ran.code == 0 && ran.out.contains("ends with 1, as it finds 1 error: image-placeholder 1"), "{ran:?}");
    assert_eq!(project.run(&["check"]).code, 1);
    let ran = project.run(&["init", "--baseline"]);
    assert!(ran.code == 0 && ran.out.contains("Kept  copydesk.yaml"), "{ran:?}");
    assert!(ran.out.contains("is green: no errors and no warnings (1 finding known in the baseline)"), "{ran:?}");
    assert_eq!(project.run(&["check"]).code, 0);
}

#[test]
fn nothing_is_overwritten_and_this_is_said() {
    let project =
        site(&[("copydesk.yaml", "rules: {image-case: warning}\n"), (".pre-commit-config.yaml", "repos: []\n")]);
    let ran = project.run(&["init", "--hook", "--workflow", "github"]);
    assert_eq!(ran.code, 2, "the hook was asked for and not written: {ran:?}");
    assert!(ran.out.contains("Kept  .pre-commit-config.yaml") && ran.err.contains("entry: copydesk check"), "{ran:?}");
    assert_eq!(project.read("copydesk.yaml"), "rules: {image-case: warning}\n");
    assert_eq!(project.read(".pre-commit-config.yaml"), "repos: []\n");
    assert!(project.read(".github/workflows/copydesk.yml").contains("since: origin/${{ github.base_ref }}"));
    let ran = project.run(&["init"]);
    assert!(ran.code == 2 && ran.err.contains("everything is there already"), "{ran:?}");
    let ran = project.run_in("content", &["init"]);
    assert!(ran.code == 2 && !project.path().join("content/copydesk.yaml").exists(), "one above counts: {ran:?}");
}

#[test]
fn a_run_that_fails_leaves_nothing() {
    let project = site(&[]);
    project.write(".github", "a file in the place of the folder");
    let ran = project.run(&["init", "--workflow", "github"]);
    assert!(ran.code == 2 && ran.err.contains("cannot write"), "{ran:?}");
    assert_eq!(names(&project), [".git", ".github"]);
    let empty = Project::new(&[("a.txt", "")]);
    let ran = empty.run(&["init"]);
    assert!(ran.code == 2 && ran.err.contains("no post here") && names(&empty).is_empty(), "{ran:?}");
    let loose = Project::new(&[("a.md", "We went home.\n")]);
    let ran = loose.run(&["init", "--hook"]);
    assert!(ran.code == 2 && ran.err.contains("git repository") && names(&loose).is_empty(), "{ran:?}");
}

#[cfg(unix)]
#[test]
fn nothing_is_written_elsewhere() {
    let outside = tempfile::tempdir().unwrap();
    let project = site(&[]);
    std::os::unix::fs::symlink(outside.path(), project.path().join(".github")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("x"), project.path().join("copydesk.lock")).unwrap();
    let ran = project.run(&["init", "--workflow", "github"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[test]
fn strange_names_make_a_configuration_that_is_one() {
    let folder = "we[ir]d: \"x\" # $(touch owned)";
    let post = |at: usize| format!("---\n\"a: b #\": {at}\n\"\\u202e\": x\n---\n\n{}", text(at));
    let project = Project::new(&[]);
    for at in 0..25 {
        project.write(&format!("{folder}/{at}.md"), post(at));
        for folder in ["other", "third"] {
            project.write(&format!("{folder}/{at}.md"), format!("---\ntitle: Walk {at}\n---\n\n{}", text(at)));
        }
    }
    project.git(&["init", "--quiet"]);
    let ran = project.run(&["init"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(!ran.out.contains('\u{202e}') && !project.read("copydesk.yaml").contains('\u{202e}'), "{ran:?}");
    assert_eq!(project.run(&["check"]).code, 0);
    let file: Value = serde_yaml::from_str(&project.read("copydesk.yaml")).unwrap();
    assert_eq!(file["collections"].as_object().unwrap().len(), 2);
    let below = Project::new(&[("it's $(touch owned)/a.md", "We went home.\n")]);
    below.git(&["init", "--quiet"]);
    assert_eq!(below.run_in("it's $(touch owned)", &["init", "--workflow", "gitlab"]).code, 0);
    let pipeline: Value = serde_yaml::from_str(&below.read(".gitlab-ci.yml")).unwrap();
    assert_eq!(pipeline["copydesk"]["script"][1], "cd -- 'it'\\''s $(touch owned)'");
}
