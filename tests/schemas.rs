//! Schemas, keys that must be unique and vocabularies, as a project configures them.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod project;

use project::{Project, Ran};

fn post(keys: &str) -> String {
    format!("---\n{keys}---\n\nWe left early, and nobody else was on the path that day.\n")
}

/// The messages of all findings of the schema.
fn said(project: &Project) -> Vec<String> {
    let ran = project.run(&["check", "--select", "front-matter-schema", "--format", "json"]);
    let json = ran.json();
    let findings = json["findings"].as_array().cloned().unwrap_or_default();
    findings.iter().map(|finding| finding["message"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_vocabulary_may_stand_in_a_data_file_as_a_list_or_as_keys() {
    for (file, words) in [
        ("data/tags.yaml", "- sea\n- kitchen\n"),
        ("data/tags.yml", "sea: {color: blue}\nkitchen:\n"),
        ("data/tags.json", "[\"sea\", \"kitchen\"]"),
    ] {
        let project = Project::new(&[
            (
                "copydesk.yaml",
                &format!("collections:\n  posts:\n    files: '*.md'\n    vocabulary: {{tags: {file}}}\n"),
            ),
            (file, words),
            ("good.md", &post("title: A walk\ntags: [sea, kitchen]\n")),
            ("bad.md", &post("title: A swim\ntags: [sea, kitchn]\n")),
        ]);
        assert_eq!(said(&project), ["`kitchn` is not in the vocabulary of `tags`"], "{file}");
    }
}

#[test]
fn a_data_file_that_is_missing_or_elsewhere_or_no_list_is_an_error_at_its_place() {
    for (file, says) in
        [("tag.yaml", "cannot read"), ("../tags.yaml", "cannot read"), ("number.yaml", "no list of words")]
    {
        let project = Project::new(&[
            (
                "copydesk.yaml",
                &format!("collections:\n  posts:\n    files: '*.md'\n    vocabulary: {{tags: {file}}}\n"),
            ),
            ("number.yaml", "12\n"),
            ("a.md", &post("tags: [sea]\n")),
        ]);
        let ran = project.run(&["check"]);
        assert!(ran.code == 2 && ran.err.contains(says) && ran.err.contains("copydesk.yaml:4"), "{ran:?}");
    }
}

#[test]
fn a_value_that_must_be_unique_is_said_of_each_post_also_when_one_is_checked() {
    let project = Project::new(&[
        ("copydesk.yaml", "collections:\n  posts:\n    files: 'posts/**'\n    unique: [slug]\n"),
        ("posts/a.md", &post("title: A walk\nslug: walk\n")),
        ("posts/b.md", &post("title: B walk\nslug: walk\n")),
        ("posts/c.md", &post("title: C walk\nslug: other\n")),
        ("pages/d.md", &post("title: D walk\nslug: walk\n")),
    ]);
    let said = said(&project);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("posts/b.md") && said[1].contains("posts/a.md"), "{said:?}");
    let one = project.run(&["check", "posts/b.md", "--select", "front-matter-schema"]);
    assert!(one.out.contains("posts/a.md"), "{one:?}");
}

#[test]
fn hugo_takes_a_key_in_any_letter_case_and_hexo_does_not() {
    let config = |generator: &str| {
        format!(
            "site: {{generator: {generator}}}\ncollections:\n  posts:\n    files: '**'\n    schema:\n      \
             title: {{type: string, required: true}}\n      seo: {{keys: {{imageAlt: {{type: string}}}}}}\n"
        )
    };
    let keys = "Title: A walk\nseo:\n  imagealt: 12\n";
    let project = Project::new(&[("copydesk.yaml", &config("hugo")), ("content/a.md", &post(keys))]);
    assert_eq!(said(&project), ["`imagealt` must be string, not `12`"]);
    let project = Project::new(&[("copydesk.yaml", &config("hexo")), ("source/a.md", &post(keys))]);
    assert_eq!(said(&project), ["`title` is missing"]);
}

/// `schema infer --check` on so many posts, each with these keys.
fn outliers(posts: usize, keys: impl Fn(usize) -> String) -> Ran {
    let posts: Vec<_> = (0..posts).map(|at| (format!("posts/{at}.md"), post(&keys(at)))).collect();
    let files: Vec<(&str, &str)> = posts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Project::new(&files).run(&["schema", "infer", "--check"])
}

#[test]
fn a_misspelt_key_is_one_finding() {
    let title = |at| if at == 7 { "titel" } else { "title" };
    let ran = outliers(40, |at| format!("{}: Walk {at}\nauthor: me\n", title(at)));
    assert!(ran.out.contains("Found 1 warning in 40 files"), "{ran:?}");
}

#[test]
fn what_the_posts_have_in_common_says_nothing_of_articles_and_images() {
    let text = post("title: A walk\n") + "\n![sea](https://example.test/sea.png)\n";
    let ran = Project::new(&[("a.md", &text), ("b.md", &text)]).run(&["schema", "infer", "--check"]);
    assert!(ran.code == 0 && ran.out.contains("All 2 files follow the schema\n"), "{ran:?}");
}

#[test]
fn a_number_that_is_the_same_in_all_but_one_post_may_be_missing() {
    let flag = |at| if at == 7 { "" } else { "untranslated: 1\n" };
    let ran = outliers(30, |at| format!("title: Walk {at}\n{}", flag(at)));
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn posts_about_templates_are_posts_and_templates_for_posts_are_none() {
    let posts: Vec<(String, String)> = (0..40)
        .map(|at| {
            let keys =
                if at == 7 { format!("title: Step {at}\n") } else { format!("title: Step {at}\nweight: {at}\n") };
            (format!("content/docs/templates/step-{at}.md"), post(&keys))
        })
        .collect();
    let template = "---\ntitle: {{ .Name }}: new\n---\n".to_owned();
    let files: Vec<(&str, &str)> = [("hugo.toml", "title = 'a'\n"), ("archetypes/default.md", &template)]
        .into_iter()
        .chain(posts.iter().map(|(path, text)| (path.as_str(), text.as_str())))
        .collect();
    let project = Project::new(&files);
    let ran = project.run(&["schema", "infer", "--check", "--format", "concise"]);
    assert!(ran.out.contains("templates/step-7.md:1:1") && ran.out.contains("Found 1 "), "{ran:?}");
    project.write("content/docs/templates/step-3.md", post("title: Step: three\nweight: 3\n"));
    let ran = project.run(&["check", "--select", "front-matter-malformed", "--format", "concise"]);
    assert!(ran.out.contains("templates/step-3.md:2:") && ran.out.contains("Found 1 "), "{ran:?}");
}

#[test]
fn the_collection_in_the_readme_holds_what_it_says() {
    let readme = include_str!("../README.md");
    let (_, block) = readme.split_once("```yaml\ncollections:").unwrap();
    let config = format!("collections:{}", block.split("```").next().unwrap());
    let good = "title: A walk\ndate: 2026-01-05\nstate: draft\ntags: [sea]\nslug: walk\ncover: {image: a.png}\n";
    let bad = "title: 12\ndate: soon\nstate: finl\ntags: sea\nslug: walk\ncover: {}\nkeyword: x\n";
    let project = Project::new(&[
        ("copydesk.yaml", &config),
        ("data/tags.yaml", "- sea\n"),
        ("content/posts/good.md", &post(good)),
    ]);
    assert_eq!(said(&project), [""; 0]);
    project.write("content/posts/bad.md", post(bad));
    let said = said(&project);
    for part in
        ["`title` must be", "`soon`", "`finl`", "`tags` must be", "walk", "`image` is missing", "`keyword` must not"]
    {
        assert!(said.iter().any(|message| message.contains(part)), "{part}: {said:#?}");
    }
    project.write("copydesk.yaml", config.replace("content/posts/**", "content/pots/**"));
    assert_eq!(project.run(&["check"]).code, 2);
}
