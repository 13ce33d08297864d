//! The command line as a user meets it: what is asked, what is printed, and how the process ends.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by failing")]

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;

/// A project in a temporary folder.
struct Project {
    folder: TempDir,
}

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap() };
        for (path, text) in files {
            project.write(path, text.as_bytes());
        }
        project
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
        command.args(arguments).current_dir(self.folder.path()).env("NO_COLOR", "1").env_remove("GITHUB_ACTIONS");
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        Ran::from(self.command(arguments).stdin(Stdio::null()).output().unwrap())
    }

    fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        Ran::from(child.wait_with_output().unwrap())
    }
}

#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    fn rules(&self) -> Vec<String> {
        self.json()["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| finding["rule"].as_str().unwrap().to_owned())
            .collect()
    }
}

const FORMATS: [&str; 10] =
    ["human", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "rdjson", "markdown"];
const WHOLE: &str = "---\ntitle: A walk\n---\n\nWe went up the hill. The view was worth it.\n";
const UNFILLED: &str = "---\ntitle: A walk\n---\n\n![the hill](url)\n\nWe went up the hill. The view was worth it.\n";

#[test]
fn a_clean_run_ends_with_0_and_says_what_it_did() {
    let ran = Project::new(&[("a.md", WHOLE)]).run(&["check"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("fit to publish"), "{ran:?}");
}

#[test]
fn an_error_ends_with_1_in_every_format() {
    let project = Project::new(&[("a.md", UNFILLED)]);
    for format in FORMATS {
        let ran = project.run(&["check", "--format", format]);
        assert_eq!(ran.code, 1, "{format}: {ran:?}");
        assert!(ran.out.contains("image-placeholder"), "{format}: {ran:?}");
        let file = project.run(&["check", "--format", format, "--output", "report"]);
        assert_eq!((file.code, file.out.as_str()), (1, ""), "{format}");
        let written = fs::read_to_string(project.folder.path().join("report")).unwrap();
        assert!(written.contains("image-placeholder"), "{format}: {written}");
    }
}

#[test]
fn one_run_writes_several_reports_and_github_is_chosen_under_actions() {
    let project = Project::new(&[("a.md", UNFILLED)]);
    let ran = project.run(&["check", "--format", "concise", "--report", "sarif=a.sarif", "--report", "junit=a.xml"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.out.starts_with("a.md:5:13: error[image-placeholder]"), "{ran:?}");
    let read = |name: &str| fs::read_to_string(project.folder.path().join(name)).unwrap();
    assert!(read("a.sarif").contains("2.1.0") && read("a.xml").contains("<testsuites"));
    for report in ["sarif", "sarif=", "sariff=x", "sarif=-"] {
        assert_eq!(project.run(&["check", "--report", report]).code, 2, "{report}");
    }
    assert_eq!(project.run(&["check", "--report", "json=x", "--report", "sarif=x"]).code, 2);
    assert!(!project.folder.path().join("x").exists());

    project.write("summary.md", b"before\n");
    let mut command = project.command(&["check", "a.md"]);
    command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", project.folder.path().join("summary.md"));
    let ran = Ran::from(command.output().unwrap());
    assert!(ran.code == 1 && ran.out.starts_with("::error file=a.md,line=5,"), "{ran:?}");
    assert!(read("summary.md").starts_with("before\n<!-- copydesk -->\n### Found 1 error"));
}

#[test]
fn json_has_the_promised_shape() {
    let json = Project::new(&[("posts/a.md", UNFILLED)]).run(&["check", "--format", "json"]).json();
    assert_eq!(json["version"], 1);
    let finding = &json["findings"][0];
    assert_eq!(finding["rule"], "image-placeholder");
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["status"], "new");
    assert_eq!(finding["path"], "posts/a.md");
    let (start, end) = (finding["span"]["start"].as_u64().unwrap(), finding["span"]["end"].as_u64().unwrap());
    assert_eq!(&UNFILLED[start as usize..end as usize], "url");
    assert_eq!((&finding["start"]["line"], &finding["start"]["column"]), (&5.into(), &13.into()));
    assert!(finding["message"].is_string() && finding["help"].is_string() && finding["fixes"].is_array());
    assert_eq!(json["summary"]["files"], 1);
    assert_eq!(json["summary"]["errors"], 1);
}

#[test]
fn paths_are_shown_as_seen_from_the_working_directory() {
    let project = Project::new(&[("posts/a.md", UNFILLED), ("notes/x.md", WHOLE), ("copydesk.yaml", "")]);
    let run_in = |folder: &str, argument: &str| {
        let mut command = project.command(&["check", argument, "--format", "concise"]);
        Ran::from(command.current_dir(project.folder.path().join(folder)).output().unwrap())
    };
    assert!(run_in("posts", ".").out.starts_with("a.md:5:13: error[image-placeholder]"));
    assert!(run_in("notes", "../posts").out.starts_with("../posts/a.md:5:13:"));
}

#[test]
fn fail_on_moves_the_threshold() {
    let project = Project::new(&[("a.md", UNFILLED), ("copydesk.yaml", "rules: {image-placeholder: warning}\n")]);
    assert_eq!(project.run(&["check"]).code, 0);
    assert_eq!(project.run(&["check", "--fail-on", "warning"]).code, 1);
}

#[test]
fn select_and_ignore_take_names_and_globs() {
    let project = Project::new(&[("a.md", UNFILLED)]);
    assert_eq!(project.run(&["check", "--ignore", "image-placeholder"]).code, 0);
    assert_eq!(project.run(&["check", "--select", "body-*,text-*"]).code, 0);
    assert_eq!(project.run(&["check", "--select", "image-*"]).code, 1);
    assert_eq!(project.run(&["check", "--select", "image"]).code, 1, "a family by its name");
    assert_eq!(project.run(&["check", "--ignore", "image"]).code, 0);
    let ran = project.run(&["check", "--select", "image-placholder"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("did you mean `image-placeholder`?"), "{ran:?}");
}

#[test]
fn standard_input_is_read_only_when_asked() {
    let project = Project::new(&[("other.md", WHOLE)]);
    let ran = project.run_with_input(
        &["check", "-", "--stdin-filename", "posts/new.md", "--format", "concise"],
        UNFILLED.as_bytes(),
    );
    assert_eq!(ran.code, 1);
    assert!(ran.out.starts_with("posts/new.md:5:13:"), "{ran:?}");
    assert_eq!(project.run_with_input(&["check"], UNFILLED.as_bytes()).code, 0);
    assert_eq!(project.run(&["check", "-", "other.md"]).code, 2);
}

#[test]
fn ignore_files_hold_for_folders_but_not_for_named_files() {
    let project = Project::new(&[
        ("a.md", WHOLE),
        ("drafts/b.md", UNFILLED),
        ("old/c.md", UNFILLED),
        (".gitignore", "drafts/\n"),
        (".copydeskignore", "old/\n"),
    ]);
    assert_eq!(project.run(&["check"]).code, 0);
    assert_eq!(project.run(&["check", "drafts/b.md"]).code, 1);
    assert_eq!(project.run(&["check", "old/c.md"]).code, 1);
}

#[test]
fn a_run_that_could_not_check_something_is_never_green() {
    let project = Project::new(&[("a.md", WHOLE)]);
    let missing = project.run(&["check", "a.md", "nowhere.md"]);
    assert_eq!(missing.code, 2);
    assert!(missing.out.contains("nowhere.md"), "{missing:?}");
    for format in FORMATS {
        let ran = project.run(&["check", "a.md", "nowhere.md", "--format", format]);
        assert_eq!(ran.code, 2, "{format}");
        assert!(ran.out.contains("nowhere.md"), "{format}: {ran:?}");
    }
    let empty = Project::new(&[("a.txt", "no post")]).run(&["check"]);
    assert_eq!(empty.code, 2);
    assert!(empty.err.contains("no post to check"), "{empty:?}");
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_out_of_the_project_is_not_followed() {
    let outside = Project::new(&[("secret.md", UNFILLED)]);
    let project = Project::new(&[("a.md", WHOLE), ("copydesk.yaml", "")]);
    std::os::unix::fs::symlink(outside.folder.path().join("secret.md"), project.folder.path().join("link.md")).unwrap();
    std::os::unix::fs::symlink(project.folder.path(), project.folder.path().join("round")).unwrap();
    assert_eq!(project.run(&["check"]).code, 0);
    let named = project.run(&["check", "link.md"]);
    assert_eq!(named.code, 2, "{named:?}");
    assert!(!named.out.contains("image-placeholder"), "{named:?}");
}

#[test]
fn a_folder_with_the_name_of_a_post_is_a_folder() {
    let project = Project::new(&[("x.md/a.md", UNFILLED)]);
    assert_eq!(project.run(&["check"]).rules_of_concise(), ["x.md/a.md"]);
    assert_eq!(project.run(&["check", "x.md"]).rules_of_concise(), ["x.md/a.md"]);
}

impl Ran {
    /// The files that a human-readable or concise report names.
    fn rules_of_concise(&self) -> Vec<String> {
        let mut files: Vec<String> = self
            .out
            .split(|c: char| c.is_whitespace() || "[]()".contains(c))
            .filter_map(|word| word.split_once(".md:").map(|(path, _)| format!("{path}.md")))
            .collect();
        files.dedup();
        files
    }
}

#[test]
fn output_is_the_same_bytes_on_every_run() {
    let posts: Vec<(String, String)> =
        (0..60).map(|i| (format!("p/{i}.md"), UNFILLED.replace("walk", &i.to_string()))).collect();
    let files: Vec<(&str, &str)> = posts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let project = Project::new(&files);
    for format in ["human", "json", "sarif", "github"] {
        let first = project.run(&["check", "--format", format]).out;
        for _ in 0..3 {
            assert_eq!(project.run(&["check", "--format", format]).out, first, "{format}");
        }
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let project = Project::new(&[("a.md", &UNFILLED.repeat(400))]);
    let mut child = project.command(&["check"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.stderr.is_empty(), "{output:?}");
    assert_eq!(output.status.code(), Some(1), "what was found counts, whoever reads it");
}

#[test]
fn a_broken_configuration_is_shown_at_its_place() {
    let cases = [
        ("fils: {}\n", "copydesk.yaml:1:1", "did you mean `files`?"),
        ("rules:\n  image-placholder: off\n", "copydesk.yaml:2:3", "did you mean `image-placeholder`?"),
        ("rules:\n  image-placeholder: eror\n", "copydesk.yaml:2:22", "did you mean `error`?"),
        ("rules:\n  image-placeholder: {mesage: x}\n", "copydesk.yaml:2:23", "did you mean `message`?"),
        ("site: {generator: hugoo}\n", "copydesk.yaml:1:19", "did you mean `hugo`?"),
        ("files: {exclude: [\"a[\"]}\n", "copydesk.yaml:1:19", "is no glob"),
        ("files:\n\texclude: x\n", "copydesk.yaml:2:", ""),
        ("extends: ../../etc/passwd\n", "copydesk.yaml:1:10", ""),
        ("custom-rules: nowhere\n", "copydesk.yaml:1:15", "nowhere"),
        ("files: 3\n", "copydesk.yaml:1:8", ""),
    ];
    for (text, place, help) in cases {
        let ran = Project::new(&[("a.md", WHOLE), ("copydesk.yaml", text)]).run(&["check"]);
        assert_eq!(ran.code, 2, "{text}: {ran:?}");
        assert!(ran.err.contains(place) && ran.err.contains(help), "{text}: {}", ran.err);
        assert_eq!(ran.out, "", "{text}");
    }
}

#[test]
fn the_configuration_is_found_upwards_and_can_be_left_out() {
    let project = Project::new(&[("posts/a.md", UNFILLED), ("copydesk.yaml", "rules: {image-placeholder: off}\n")]);
    assert_eq!(project.run(&["check", "posts"]).code, 0);
    assert_eq!(project.run(&["check", "posts/a.md"]).code, 0);
    assert_eq!(project.run(&["check", "posts", "--no-config"]).code, 1);
    project.write("other.yaml", b"rules: {image-placeholder: info}\n");
    assert_eq!(project.run(&["check", "--config", "other.yaml", "--fail-on", "warning"]).code, 0);
    assert_eq!(project.run(&["check", "--config", "nowhere.yaml"]).code, 2);
}

#[test]
fn settings_hold_by_path_and_the_last_one_wins() {
    let config = "rules:\n  image-placeholder:\n    paths:\n      drafts/**: off\n      drafts/ready/**: warning\n";
    let project = Project::new(&[
        ("drafts/a.md", UNFILLED),
        ("drafts/ready/b.md", UNFILLED),
        ("c.md", UNFILLED),
        ("copydesk.yaml", config),
    ]);
    let json = project.run(&["check", "--format", "json"]).json();
    let found: Vec<(&str, &str)> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| (finding["path"].as_str().unwrap(), finding["severity"].as_str().unwrap()))
        .collect();
    assert_eq!(found, [("c.md", "error"), ("drafts/ready/b.md", "warning")]);
}

#[test]
fn a_file_can_extend_others_in_the_repository() {
    let project = Project::new(&[
        ("a.md", UNFILLED),
        ("shared/base.yaml", "rules: {image-placeholder: warning, body-empty: off}\nfiles: {exclude: \"*.txt\"}\n"),
        ("copydesk.yaml", "extends: shared/base.yaml\nrules: {body-empty: error}\n"),
    ]);
    let shown = project.run(&["config", "show"]).out;
    assert!(shown.contains("image-placeholder: warning # shared/base.yaml:1"), "{shown}");
    assert!(shown.contains("body-empty: error # copydesk.yaml:2"), "{shown}");
    assert!(shown.contains("# default"), "{shown}");
    project.write("shared/base.yaml", b"extends: ../copydesk.yaml\n");
    let circle = project.run(&["check"]);
    assert_eq!(circle.code, 2);
    assert!(circle.err.contains("extends itself"), "{circle:?}");
}

#[test]
fn a_collection_that_takes_no_post_is_a_mistake() {
    let config = "collections:\n  posts:\n    files: [\"post/**\"]\n    schema: {required: [date]}\n";
    let project = Project::new(&[("posts/a.md", WHOLE), ("copydesk.yaml", config)]);
    let ran = project.run(&["check"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("copydesk.yaml:3:13"), "{ran:?}");
    project.write("copydesk.yaml", config.replace("post/", "posts/").as_bytes());
    let json = project.run(&["check", "--format", "json"]);
    assert_eq!((json.code, json.rules()), (1, vec!["front-matter-schema".to_owned()]));
    project.write("post.schema.json", br#"{"required": ["title"], "properties": {"title": {"maxLength": 3}}}"#);
    project.write("copydesk.yaml", b"collections: {posts: {files: posts/**, schema: post.schema.json}}\n");
    let json = project.run(&["check", "--format", "json"]).json();
    let span = &json["findings"][0]["span"];
    let (start, end) = (span["start"].as_u64().unwrap(), span["end"].as_u64().unwrap());
    assert_eq!(&WHOLE[start as usize..end as usize], "A walk");
}

const HOUSE_RULE: &str = "id: house-click-here
summary: A link says only that it is a link.
rationale: A reader who jumps from link to link hears `click here` five times.
severity: warning
check:
  text:
    scope: body
    patterns: ['(?i)\\bclick here\\b']
message: \"`{found}` does not say where it leads\"
examples:
  bad: [\"Please ⟦click here⟧ now.\"]
  good: [\"Please read the manual now.\"]
";

#[test]
fn users_rules_run_and_are_tested_like_our_own() {
    let project = Project::new(&[
        ("a.md", "---\ntitle: x\n---\n\nJust Click here, it is easy.\n"),
        ("house/house-click-here.yaml", HOUSE_RULE),
        ("copydesk.yaml", "custom-rules: house\n"),
    ]);
    let ran = project.run(&["check", "--format", "json"]);
    assert_eq!(ran.rules(), ["house-click-here"]);
    assert_eq!(project.run(&["test"]).code, 0);
    assert_eq!(project.run(&["test", "house"]).code, 0);
    assert!(project.run(&["explain", "house-click-here"]).out.contains("jumps from link to link"));

    project.write("house/house-click-here.yaml", HOUSE_RULE.replace("⟦click here⟧", "⟦click⟧ here").as_bytes());
    let wrong = project.run(&["test"]);
    assert_eq!(wrong.code, 1);
    assert!(wrong.out.contains("bad example 1"), "{wrong:?}");
}

/// The code block of the README that begins with `start`.
fn readme_block(start: &str) -> String {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let from = readme.find(&format!("```yaml\n{start}")).unwrap() + "```yaml\n".len();
    readme[from..].split("```").next().unwrap().to_owned()
}

#[test]
fn the_configuration_and_the_rule_in_the_readme_work_together() {
    let post =
        "---\ntitle: A walk\ndate: 2026-01-05\nslug: walk\ntags: [sea]\n---\n\nPlease [click here](/manual) now.\n";
    let project = Project::new(&[
        ("content/posts/a.md", post),
        ("copydesk/house-click-here.yaml", &readme_block("id: house")),
        ("shared/base.yaml", "{}"),
        ("copydesk.yaml", &readme_block("site:")),
    ]);
    assert_eq!(project.run(&["test"]).code, 0);
    assert_eq!(project.run(&["check", "--format", "json"]).rules(), ["house-click-here"]);
    project.write("content/posts/b.md", post.replace("[sea]", "[seaa]").as_bytes());
    let rules = project.run(&["check", "--format", "json"]).rules();
    // The slug stands twice, and one tag is not in the vocabulary.
    assert_eq!(rules.iter().filter(|rule| *rule == "front-matter-schema").count(), 3, "{rules:?}");
}

#[test]
fn a_rule_file_with_a_mistake_is_shown_at_its_place() {
    let cases = [
        (HOUSE_RULE.replace("severity:", "severty:"), "did you mean `severity`?"),
        (HOUSE_RULE.replace("{found}", "{fund}"), "does not fill `{fund}`"),
        (HOUSE_RULE.replace("(?i)", "(?"), "house-click-here.yaml:8:16"),
        (HOUSE_RULE.replace("id: house", "id: hose"), "is not the name of the file"),
        (
            HOUSE_RULE.replace("  good: [\"Please read the manual now.\"]\n", "  good: []\n"),
            "at least one bad and one good",
        ),
    ];
    for (rule, says) in cases {
        let project = Project::new(&[
            ("a.md", WHOLE),
            ("house/house-click-here.yaml", &rule),
            ("copydesk.yaml", "custom-rules: house\n"),
        ]);
        let ran = project.run(&["check"]);
        assert_eq!(ran.code, 2, "{says}: {ran:?}");
        assert!(ran.err.contains(says) && ran.err.contains("house/house-click-here.yaml"), "{says}: {}", ran.err);
    }
}

#[test]
fn every_rule_can_be_listed_and_explained() {
    let project = Project::new(&[]);
    let listed = project.run(&["rules", "--format", "json"]).json();
    let ids: Vec<&str> = listed["rules"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert!(ids.len() >= 20, "{ids:?}");
    for id in &ids {
        assert!(project.run(&["rules"]).out.contains(id));
        for format in ["human", "markdown"] {
            let page = project.run(&["explain", id, "--format", format]);
            assert_eq!(page.code, 0);
            assert!(page.out.contains(id), "{id}");
        }
    }
    let ran = project.run(&["explain", "image-mising"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("did you mean `image-missing`?"), "{ran:?}");
}

#[test]
fn the_schema_of_the_configuration_describes_every_key() {
    let schema = Project::new(&[]).run(&["config", "schema"]).json();
    for key in ["extends", "site", "files", "custom-rules", "rules", "collections"] {
        assert!(schema["properties"][key].is_object(), "{key}");
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(
        validator.is_valid(&serde_json::json!({"rules": {"image-missing": "off", "body-empty": {"severity": "info"}}}))
    );
    assert!(!validator.is_valid(&serde_json::json!({"fils": {}})));
}

#[test]
fn unknown_words_on_the_command_line_end_with_2() {
    let project = Project::new(&[("a.md", WHOLE)]);
    for arguments in [&["chekc"][..], &["check", "--format", "xml"], &["check", "--nope"], &["explain"]] {
        let ran = project.run(arguments);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}");
        assert!(!ran.err.is_empty());
    }
}

#[test]
fn completions_and_the_manual_are_printed() {
    let project = Project::new(&[]);
    assert!(project.run(&["completions", "bash"]).out.contains("copydesk"));
    assert!(project.run(&["man"]).out.contains(".TH copydesk"));
}

#[test]
fn remote_images_count_as_unverified_offline() {
    let post = "---\ntitle: x\n---\n\n![a](https://pictures.test/a.png) and text that ends.\n";
    let project = Project::new(&[("a.md", post)]);
    let json = project.run(&["check", "--format", "json"]).json();
    assert_eq!(json["summary"]["unverified"], 1);
    let ran = project.run(&["check"]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("unverified"), "{ran:?}");
}

#[test]
fn bad_input_is_a_finding_and_nothing_else_is_lost() {
    let project = Project::new(&[("good.md", UNFILLED)]);
    project.write("latin.md", b"---\ntitle: x\n---\n\nA caf\xe9 in the old town. It was closed.\n");
    project.write("nul.md", b"---\ntitle: x\n---\n\nA \0 byte in the text. It goes on.\n");
    project.write("long.md", format!("---\ntitle: x\n---\n\n{}\n", "word ".repeat(60_000)).as_bytes());
    project.write("deep.md", format!("{} end.\n", "> ".repeat(100_000)).as_bytes());
    project.write("list.md", format!("{}end.\n", "- ".repeat(100_000)).as_bytes());
    project.write("empty.md", b"");
    project.write("bomb.md", format!("---\ntitle: {}\n---\n\nText.\n", "[".repeat(50_000)).as_bytes());
    project.write(
        "utf16.md",
        &"\u{feff}---\ntitle: x\n---\n".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>(),
    );
    let ran = project.run(&["check", "--format", "json"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let json = ran.json();
    assert_eq!(json["summary"]["files"], 9);
    let in_file = |rule: &str, path: &str| {
        json["findings"].as_array().unwrap().iter().any(|finding| finding["rule"] == rule && finding["path"] == path)
    };
    assert!(in_file("image-placeholder", "good.md"));
    for path in ["latin.md", "nul.md", "utf16.md"] {
        assert!(in_file("text-encoding", path), "{path}: {json:#}");
    }
    assert!(in_file("front-matter-unread", "bomb.md"), "{json:#}");
}

#[test]
fn the_working_tree_is_left_as_it_was() {
    let project = Project::new(&[("a.md", UNFILLED)]);
    project.run(&["check"]);
    let names: Vec<_> = fs::read_dir(project.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["a.md"]);
    assert_eq!(fs::read_to_string(project.folder.path().join(Path::new("a.md"))).unwrap(), UNFILLED);
}

#[test]
fn a_rule_may_say_once_what_it_means_twice() {
    let rule = "id: no-mill\nsummary: No mill.\nrationale: None is left.\nseverity: error\ncheck:\n  text:\n    kinds:\n      \
        wind: {says: wind, patterns: windmill, topic: &about About}\n      \
        water: {says: water, patterns: watermill, topic: *about}\n\
        message: \"`{found}`: {says}\"\n\
        examples: {bad: [\"A ⟦windmill⟧.\"], good: [\"A mill.\"]}\n";
    let project = Project::new(&[
        ("copydesk.yaml", "custom-rules: house\n"),
        ("house/no-mill.yaml", rule),
        ("a.md", "# About\n\nA windmill and a watermill.\n"),
        ("b.md", "# Here\n\nA windmill and a watermill.\n"),
    ]);
    let ran = project.run(&["check", "--select", "no-mill", "--format", "concise"]);
    let places: Vec<&str> = ran.out.lines().filter(|line| line.contains("no-mill")).collect();
    assert_eq!(places.len(), 2, "{}", ran.out);
    assert!(places.iter().all(|line| line.starts_with("b.md:3:")), "{}", ran.out);
    project.write("house/no-mill.yaml", b"id: &own [*own]\n");
    let stopped = project.run(&["check"]);
    assert_eq!(stopped.code, 2);
    assert!(stopped.err.contains("*own"), "{}", stopped.err);
}

#[test]
fn settings_of_a_site_that_cannot_be_parsed_are_named() {
    let project = Project::new(&[
        ("_config.yml", "title: Bees\nurl: 'https://bees.test\n"),
        ("_posts/2024-01-02-bees.md", "---\ntitle: Bees\n---\n\nThey sleep at night.\n"),
    ]);
    let ran = project.run(&["check"]);
    assert!(ran.out.contains("its settings are unknown: _config.yml, line 2"), "{}", ran.out);
}

#[test]
fn hooks_name_files_that_are_left_out() {
    let project = Project::new(&[
        ("copydesk.yaml", "files: {exclude: ['cut*']}\n"),
        (".copydeskignore", "old/\n"),
        ("cut.md", "The mill stands at the river, and the\n"),
        ("old/a.md", "The mill stands at the river, and the\n"),
        ("new.md", "The mill stands at the river.\n"),
    ]);
    let ran = project.run(&["check", "cut.md", "old/a.md", "--fail-on", "warning"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let ran = project.run(&["check", "--force-exclude", "cut.md", "old/a.md", "new.md"]);
    assert_eq!((ran.code, ran.out.contains("The file is fit to publish")), (0, true), "{ran:?}");
    let ran = project.run(&["check", "--force-exclude", "cut.md"]);
    assert_eq!((ran.code, ran.out.contains("No file was checked")), (0, true), "{ran:?}");
}

#[test]
fn a_family_of_rules_is_set_at_once() {
    let project = Project::new(&[
        ("copydesk.yaml", "rules:\n  \"body-*\": off\n  body-truncated: warning\n  image: info\n"),
        ("a.md", "# A\n\nThe mill stands at the river. It turns twice a week, and the\n"),
    ]);
    let ran = project.run(&["check", ".", "--format", "concise"]);
    assert!(ran.out.contains("warning[body-truncated]"), "{ran:?}");
    project.write("copydesk.yaml", b"rules:\n  body: off\n");
    let ran = project.run(&["check", ".", "--format", "concise"]);
    assert!(!ran.out.contains("body-truncated"), "{ran:?}");
    // The name of a rule is no family, though another rule's name begins with it.
    project.write("copydesk.yaml", b"rules:\n  front-matter-date: off\n");
    let ran = project.run(&["config", "show"]);
    let line =
        |rule: &str| ran.out.lines().find(|line| line.contains(&format!("{rule}:"))).unwrap_or_default().to_owned();
    assert!(line("front-matter-date").contains("off") && !line("front-matter-date-format").contains("off"), "{ran:?}");
    project.write("copydesk.yaml", b"rules:\n  image: off\n  image-case: warning\n");
    let ran = project.run(&["config", "show"]);
    for line in ["image-case: warning # copydesk.yaml:3", "image-missing: off # copydesk.yaml:2"] {
        assert!(ran.out.contains(line), "{ran:?}");
    }
}

#[test]
fn a_block_of_many_posts_is_shown_once() {
    let advert = "If you liked this post, subscribe to our newsletter and follow us on [X](https://x.example/mill).";
    let post = |title: &str| {
        format!("# {title}\n\nThe {title} stands at the river. It turns twice a week.\n\n---\n\n{advert}\n")
    };
    let [first, second, third] = ["mill", "wheel", "bridge"].map(post);
    let project = Project::new(&[("a.md", &first), ("b.md", &second), ("c.md", &third)]);
    let ran = project.run(&["check", ".", "--select", "footer-promotional"]);
    assert_eq!(ran.out.matches("─[").count(), 1, "{ran:?}");
    for line in ["  warning[footer-promotional] b.md:7:1: the same as in a.md:7", "c.md:7:1: the same as in a.md:7"] {
        assert!(ran.out.contains(line), "{ran:?}");
    }
}
