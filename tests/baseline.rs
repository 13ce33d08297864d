//! The baseline: what was there when a site took copydesk up is known, and only what is new counts.

mod project;

use project::Project;

const BASELINE: &str = "copydesk.baseline";

fn post(body: &str) -> String {
    format!("---\ntitle: A walk\n---\n\n{body}\n\nWe went home.\n")
}

/// A project with two holes in one post, which the baseline knows.
fn known() -> Project {
    let project =
        Project::new(&[("a.md", &post("One ![the hill](url)\n\nTwo ![the lake](url)")), ("b.md", &post("Three"))]);
    let ran = project.run(&["baseline"]);
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (0, "2 findings known in copydesk.baseline (2 added, 0 removed)\n"),
        "{ran:?}"
    );
    project
}

fn new(project: &Project) -> Vec<String> {
    project.findings(&[]).into_iter().filter(|finding| finding.ends_with(" new")).collect()
}

#[test]
fn what_is_known_is_marked_and_does_not_count() {
    let project = known();
    for format in ["human", "concise", "github"] {
        let ran = project.run(&["check", "--format", format]);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(!ran.out.contains("image-placeholder"), "{ran:?}");
        assert!(ran.out.contains("2 in the baseline"), "{ran:?}");
    }
    assert_eq!(project.findings(&[]), ["a.md:5 image-placeholder known", "a.md:7 image-placeholder known"]);
    let sarif = project.run(&["check", "--format", "sarif"]).json();
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(
        (&result["baselineState"], &result["suppressions"][0]["kind"]),
        (&"unchanged".into(), &"external".into())
    );
    assert_eq!(project.run(&["check", "--no-baseline"]).code, 1);
    assert_eq!(project.run(&["check", "a.md"]).code, 0);
}

#[test]
fn an_entry_survives_moved_lines_edited_neighbours_and_other_line_ends() {
    let project = known();
    let moved = post("A new beginning.\n\nAnd more of it.\n\nTwo ![the lake](url)\n\nOne ![the hill](url)");
    project.write("a.md", &moved);
    assert_eq!(new(&project), [""; 0]);
    project.write("a.md", format!("\u{feff}{}", moved.replace('\n', "\r\n")));
    assert_eq!(new(&project), [""; 0]);
}

#[test]
fn a_fault_that_takes_the_place_of_another_is_new() {
    let project = known();
    project.write(
        "a.md",
        post("One ![the hill](hill.png)\n\nTwo ![the lake](url)\n\nThree ![the sea](url)").replace("(hill.png)", ""),
    );
    let found = project.findings(&[]);
    let expected =
        ["a.md:7 image-placeholder known", "a.md:9 image-placeholder new", "copydesk.baseline:3 baseline-stale new"];
    assert_eq!(found, expected);
    // The same where no text tells one from the other: keys that are missing.
    let config =
        "collections: {posts: {files: 'a.md', schema: {date: {type: date, required: true}, author: string}}}\n";
    let project = Project::new(&[("a.md", &post("One")), ("copydesk.yaml", config)]);
    project.run(&["baseline"]);
    assert_eq!(new(&project), [""; 0]);
    project.write("a.md", post("One").replace("title: A walk", "title: A walk\ndate: 2024-01-01"));
    project.write("copydesk.yaml", config.replace("author: string", "author: {type: string, required: true}"));
    let found = new(&project);
    assert!(found.iter().any(|finding| finding.contains("front-matter-schema")), "{found:?}");
}

#[test]
fn of_equals_as_many_are_known_as_the_baseline_has() {
    let hole = "![the hill](url)";
    let project = Project::new(&[("a.md", &post(&format!("{hole}\n\n{hole}")))]);
    project.run(&["baseline"]);
    project.write("a.md", post(&format!("{hole}\n\n{hole}\n\n{hole}")));
    assert_eq!(new(&project), ["a.md:9 image-placeholder new"]);
    project.write("a.md", post(hole));
    assert_eq!(new(&project), ["copydesk.baseline:3 baseline-stale new"]);
}

#[test]
fn prune_removes_what_is_gone_and_never_adds() {
    let project = known();
    project.write("a.md", post("One ![the hill](url)"));
    project.write("b.md", post("![a new one](url)"));
    let ran = project.run(&["baseline", "--prune"]);
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (0, "1 finding known in copydesk.baseline (0 added, 1 removed)\n"),
        "{ran:?}"
    );
    assert_eq!(new(&project), ["b.md:5 image-placeholder new"]);
    project.remove("a.md");
    assert_eq!(new(&project), ["b.md:5 image-placeholder new", "copydesk.baseline:2 baseline-stale new"]);
    assert_eq!(project.run(&["baseline", "--prune"]).code, 0);
    assert_eq!(project.read(BASELINE).lines().count(), 1);
    let none = Project::new(&[("a.md", &post("One"))]).run(&["baseline", "--prune"]);
    assert!(none.code == 2 && none.err.contains("there is no baseline"), "{none:?}");
}

#[test]
fn an_entry_is_stale_only_where_its_post_was_checked_by_its_rule() {
    let project = known();
    project.write("a.md", post("One"));
    assert_eq!(new(&project), ["copydesk.baseline:2 baseline-stale new"]);
    assert_eq!(project.findings(&["b.md"]), [""; 0]);
    assert_eq!(project.findings(&["--ignore", "image-*"]), [""; 0]);
    assert_eq!(project.findings(&["a.md"]), ["copydesk.baseline:2 baseline-stale new"]);
    // What is known of other posts stays when only some are asked for.
    project.run(&["baseline", "b.md"]);
    assert_eq!(project.read(BASELINE).lines().count(), 3);
}

#[test]
fn a_new_run_of_baseline_says_what_it_took_in() {
    let project = known();
    project.write("b.md", post("![a new one](url)"));
    let ran = project.run(&["baseline"]);
    assert_eq!(ran.out, "3 findings known in copydesk.baseline (1 added, 0 removed)\n");
    let text = project.read(BASELINE);
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[1..].is_sorted() && lines.len() == 4, "{text}");
    project.run(&["baseline"]);
    assert_eq!(project.read(BASELINE), text);
}

#[test]
fn git_merges_two_baselines() {
    let project = known();
    project.write(".gitattributes", "copydesk.baseline merge=union\n");
    project.git(&["init", "--quiet", "--initial-branch=main"]);
    project.commit("first");
    project.git(&["switch", "--quiet", "--create", "other"]);
    project.write("c.md", post("![on the other branch](url)").replace("home", "to the sea"));
    project.run(&["baseline"]);
    project.commit("other");
    project.git(&["switch", "--quiet", "main"]);
    project.write("d.md", post("![on the main branch](url)").replace("home", "to bed"));
    project.run(&["baseline"]);
    project.commit("main");
    project.git(&["merge", "--quiet", "--no-edit", "other"]);
    let found = project.findings(&[]);
    assert!(
        found.len() == 4 && found.iter().all(|finding| finding.ends_with("known")),
        "{found:?}\n{}",
        project.read(BASELINE)
    );
}

#[test]
fn a_broken_baseline_is_never_green() {
    let project = known();
    let right = project.read(BASELINE);
    let cases = [
        (String::new(), ":1:1", "begins with"),
        ("a.md image-placeholder 0123456789abcdef\n".to_owned(), ":1:1", "begins with"),
        (right.replace("baseline 1", "baseline 2"), ":1:1", "version 2"),
        (format!("{right}a.md image-placeholder\n"), ":4:1", "no line of a baseline"),
        (format!("{right}../b.md image-placeholder 0123456789abcdef\n"), ":4:1", "no line of a baseline"),
        (format!("{right}<<<<<<< HEAD\n"), ":4:1", "merge was not finished"),
    ];
    for (text, place, why) in cases {
        project.write(BASELINE, &text);
        for format in ["human", "json", "sarif", "github", "concise", "jsonl"] {
            let ran = project.run(&["check", "--format", format]);
            assert!(ran.code == 2 && ran.out.is_empty(), "{format}: {ran:?}");
            assert!(ran.err.contains(&format!("{BASELINE}{place}")) && ran.err.contains(why), "{text}: {ran:?}");
        }
        // Nothing is overwritten that somebody may want to mend.
        assert_eq!(project.run(&["baseline"]).code, 2, "{text}");
        assert_eq!(project.read(BASELINE), text);
    }
    project.write(BASELINE, b"# copydesk baseline 1\n\xff\n");
    assert_eq!(project.run(&["check"]).code, 2);
    assert_eq!(project.run(&["check", "--baseline", "nowhere"]).code, 2);
    project.write("other", &right);
    assert_eq!(project.run(&["check", "--baseline", "other"]).code, 0);
}

#[test]
fn nothing_is_written_where_something_could_not_be_checked() {
    let project = Project::new(&[("a.md", &post("One"))]);
    let ran = project.run(&["baseline", "a.md", "nowhere.md"]);
    assert!(ran.code == 2 && ran.err.contains("nowhere.md"), "{ran:?}");
    assert!(!project.path().join(BASELINE).exists());
}

#[cfg(unix)]
#[test]
fn a_baseline_that_leads_out_of_the_repository_is_not_read() {
    let outside = Project::new(&[("secret", "# a secret\n")]);
    let project = Project::new(&[("a.md", &post("One"))]);
    std::os::unix::fs::symlink(outside.path().join("secret"), project.path().join(BASELINE)).unwrap();
    for command in ["check", "baseline"] {
        let ran = project.run(&[command]);
        assert!(ran.code == 2 && !ran.err.contains("a secret"), "{ran:?}");
    }
    assert_eq!(outside.read("secret"), "# a secret\n");
}

#[test]
fn a_strange_name_of_a_file_is_one_line() {
    let project = Project::new(&[("a b#%20\u{202e}.md", &post("![x](url)"))]);
    project.write("new\nline.md", post("![x](url)"));
    assert_eq!(project.run(&["baseline"]).code, 0);
    let text = project.read(BASELINE);
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(text.contains("a%20b%23%2520%E2%80%AE.md") && text.contains("new%0Aline.md"), "{text}");
    assert_eq!(new(&project), [""; 0]);
}
