//! What posts ask not to be told of: comments of every kind, front matter, and what becomes of the findings.

mod project;

use project::Project;

/// A placeholder for an image, which is an error wherever it stands.
const HOLE: &str = "![a picture](url)";

fn findings(path: &str, text: &str) -> Vec<String> {
    Project::new(&[(path, text)]).findings(&[])
}

/// The lines of a post whose finding is left over.
fn left(path: &str, text: &str) -> Vec<String> {
    findings(path, text).into_iter().filter(|finding| finding.ends_with(" new")).collect()
}

#[test]
fn a_comment_holds_for_the_next_block_and_no_further() {
    let post = format!(
        "---\ntitle: A walk\n---\n\n<!-- copydesk-ignore image-placeholder: shown as an example -->\n{HOLE}\n\n{HOLE}\n\nWe went home.\n"
    );
    assert_eq!(left("a.md", &post), ["a.md:8 image-placeholder new"]);
    // In the middle of a block it holds for that block, and several of them stand for the same one.
    for text in [
        format!("One {HOLE}\nand two <!-- copydesk-ignore image-placeholder: both --> {HOLE} were there.\n"),
        format!(
            "<!-- copydesk-ignore image-placeholder: one -->\n\n<!-- copydesk-ignore body-empty -->\n{HOLE}\n\nWe went home.\n"
        ),
        format!("> <!-- copydesk-ignore image-*: quoted -->\n> {HOLE}\n\nWe went home.\n"),
    ] {
        let post = format!("---\ntitle: A walk\n---\n\n{text}");
        let found = left("a.md", &post);
        assert!(!found.iter().any(|finding| finding.contains("image-")), "{text}: {found:?}");
    }
}

#[test]
fn a_range_ends_where_its_end_stands() {
    let post = format!(
        "---\ntitle: A walk\n---\n\n{HOLE}\n\n<!-- copydesk-ignore-start image-placeholder, text-mojibake: old -->\n\n{HOLE}\n\n\
         <!-- copydesk-ignore-end text-mojibake -->\n\n{HOLE}\n\n<!-- copydesk-ignore-end -->\n\n{HOLE}\n\nWe went home.\n"
    );
    let found = left("a.md", &post);
    let expected = ["a.md:5 image-placeholder new", "a.md:7 suppression-unused new", "a.md:17 image-placeholder new"];
    assert_eq!(found, expected);
}

#[test]
fn the_whole_file_and_its_front_matter_can_be_covered() {
    for text in [
        "---\ntitle: {{ title }}\ndate: 2024-02-31\n---\n\n<!-- copydesk-ignore-file front-matter-*: a template -->\n\nWe went home.\n",
        "---\ntitle: A walk\ndate: 2024-02-31\ncopydesk: {ignore: [front-matter-date]}\n---\n\nWe went home.\n",
        "---\ntitle: A walk\ndate: 2024-02-31\ncopydesk:\n  ignore:\n    front-matter-date: a leap of faith\n---\n\nWe went home.\n",
        "+++\ntitle = 'A walk'\ncopydesk.ignore = ['front-matter-date']\ndate = '2024-02-31'\n+++\n\nWe went home.\n",
    ] {
        let found = findings("a.md", text);
        assert!(!found.is_empty() && found.iter().all(|finding| finding.ends_with("suppressed")), "{text}: {found:?}");
    }
}

#[test]
fn comments_of_mdx_and_liquid_count_and_text_in_code_does_not() {
    let post = |comment: &str| format!("---\ntitle: A walk\n---\n\n{comment}\n\n{HOLE}\n\nWe went home.\n");
    for (path, comment) in [
        ("a.mdx", "{/* copydesk-ignore image-placeholder: shown */}"),
        ("_posts/2024-01-01-a.md", "{% comment %}copydesk-ignore image-placeholder: shown{% endcomment %}"),
        ("_posts/2024-01-01-a.md", "{%- comment -%}\ncopydesk-ignore image-placeholder：例子\n{%- endcomment -%}"),
        ("a.md", "<!--copydesk-ignore\nimage-placeholder: shown\n-->"),
    ] {
        assert_eq!(left(path, &post(comment)), [""; 0], "{comment}");
    }
    for comment in [
        "```\n<!-- copydesk-ignore image-placeholder: shown -->\n```",
        "    <!-- copydesk-ignore image-placeholder: shown -->",
        "Write `<!-- copydesk-ignore image-placeholder: shown -->` there.",
        "`{/* copydesk-ignore image-placeholder: shown */}`",
        "```\n{% comment %}copydesk-ignore image-placeholder: shown{% endcomment %}\n```",
    ] {
        for path in ["a.md", "a.mdx"] {
            let found = left(path, &post(comment));
            assert!(found.len() == 1 && found[0].contains("image-placeholder"), "{path} {comment}: {found:?}");
        }
    }
}

#[test]
fn a_suppression_on_the_last_line_does_not_hide_the_ending() {
    let post = "---\ntitle: A walk\n---\n\nWe went up the hill, and there we saw that the\n\n<!-- copydesk-ignore-file body-truncated: a riddle -->\n";
    assert_eq!(findings("a.md", post), ["a.md:5 body-truncated suppressed"]);
}

#[test]
fn suppressed_findings_are_marked_and_do_not_count() {
    let post = format!(
        "---\ntitle: A walk\n---\n\n<!-- copydesk-ignore image-placeholder: [a](b) -->\n{HOLE}\n\nWe went home.\n"
    );
    let project = Project::new(&[("a.md", &post)]);
    for format in ["human", "concise", "github"] {
        let ran = project.run(&["check", "--format", format]);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(!ran.out.contains("image-placeholder"), "{ran:?}");
        assert!(ran.out.contains("1 suppressed"), "{ran:?}");
    }
    let json = project.run(&["check", "--format", "json"]).json();
    let (finding, summary) = (&json["findings"][0], &json["summary"]);
    assert_eq!((&finding["status"], &finding["reason"]), (&"suppressed".into(), &"[a](b)".into()));
    assert_eq!((&summary["errors"], &summary["suppressed"]), (&0.into(), &1.into()));
    let sarif = project.run(&["check", "--format", "sarif"]).json();
    let suppression = &sarif["runs"][0]["results"][0]["suppressions"][0];
    assert_eq!((&suppression["kind"], &suppression["justification"]), (&"inSource".into(), &"[a](b)".into()));
}

#[test]
fn an_idle_suppression_is_reported_only_where_its_rule_ran() {
    let idle = "---\ntitle: A walk\n---\n\n<!-- copydesk-ignore image-placeholder, image-unreachable: old -->\nWe went home.\n";
    let project = Project::new(&[("a.md", idle), ("b.md", "---\ntitle: B\n---\n\nWe went home.\n")]);
    assert_eq!(project.findings(&[]), ["a.md:5 suppression-unused new"]);
    assert_eq!(project.findings(&["--ignore", "image-placeholder"]), [""; 0]);
    assert_eq!(project.findings(&["--select", "suppression-*"]), [""; 0]);
    project.write("copydesk.yaml", "rules: {image-placeholder: {paths: {a.md: off}}}\n");
    assert_eq!(project.findings(&[]), [""; 0]);
    // What the other posts say is known only when all of them are read.
    let footer = idle.replace("image-placeholder, image-unreachable", "footer-promotional");
    project.write("a.md", footer);
    assert_eq!(project.findings(&[]), ["a.md:5 suppression-unused new"]);
    assert_eq!(project.findings(&["a.md"]), [""; 0]);
}

#[test]
fn an_unknown_rule_in_a_comment_is_never_green() {
    let post = format!(
        "---\ntitle: A walk\n---\n\n<!-- copydesk-ignore image-placeholdr: shown -->\n{HOLE}\n\nWe went home.\n"
    );
    let project = Project::new(&[("a.md", &post)]);
    for format in ["human", "concise", "json", "jsonl", "sarif", "github"] {
        let ran = project.run(&["check", "--format", format, "--select", "suppression-*"]);
        assert_eq!(ran.code, 1, "{format}: {ran:?}");
        assert!(ran.out.contains("image-placeholdr"), "{format}: {ran:?}");
        assert!(format == "concise" || ran.out.contains("did you mean `image-placeholder`"), "{format}: {ran:?}");
    }
}

#[test]
fn a_reason_can_be_required() {
    let post =
        format!("---\ntitle: A walk\n---\n\n<!-- copydesk-ignore image-placeholder -->\n{HOLE}\n\nWe went home.\n");
    let project = Project::new(&[("a.md", &post)]);
    assert_eq!(project.run(&["check"]).code, 0);
    project.write("copydesk.yaml", "suppressions: {require-reason: true}\n");
    let found = project.findings(&[]);
    assert_eq!(found, ["a.md:5 suppression-reason new", "a.md:6 image-placeholder suppressed"]);
    // A suppression cannot hide what is wrong with suppressions.
    project.write("a.md", post.replace("image-placeholder -->", "* -->"));
    assert_eq!(project.run(&["check"]).code, 1);
    project.write("copydesk.yaml", "suppressions: {require-reasons: true}\n");
    let broken = project.run(&["check"]);
    assert!(broken.code == 2 && broken.err.contains("did you mean `require-reason`?"), "{broken:?}");
}

#[test]
fn a_schema_does_not_mind_what_is_said_to_copydesk() {
    let post = "---\ntitle: A walk\ncopydesk: {ignore: {body-empty: a stub}}\n---\n";
    let config = "collections: {posts: {files: '**', schema: {title: string, '*': false}}}\n";
    let project = Project::new(&[("a.md", post), ("copydesk.yaml", config)]);
    assert_eq!(project.findings(&["--ignore", "suppression-unused"]), ["a.md:4 body-empty suppressed"]);
}

#[test]
fn thousands_of_suppressions_cost_no_more_than_their_length() {
    let post = format!(
        "---\ntitle: A walk\n---\n\n{}\nWe went home.\n",
        format!("<!-- copydesk-ignore-start image-placeholder: x -->\n\n{HOLE}\n\n").repeat(20_000)
    );
    let project = Project::new(&[("a.md", &post)]);
    let started = std::time::Instant::now();
    assert_eq!(project.run(&["check", "--statistics"]).code, 0);
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}
