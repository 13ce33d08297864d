//! What programs read of a report: each format is what its consumer's own schema asks for, and content from strangers
//! stays content.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

mod report;

use std::{collections::BTreeSet, sync::Arc};

use copydesk::{
    check::{Edit, Fix, Severity},
    finding::{Finding, Label, Problem, Report, Status},
    render::{Format, Style},
    source::{Source, Span, origin::Stored},
};
use pulldown_cmark::{Event, Options, Parser, Tag};
use report::{PLAIN, at, finding, report, shown};
use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

fn json(format: Format, report: &Report) -> Value {
    serde_json::from_str(&shown(format, report, PLAIN)).expect("output is JSON")
}

/// Everything that a stranger can write into a file's name, a post or a rule.
const EVIL: &str = "`\u{1b}[2J\u{9b}\n::error::a%0Ab\u{202e}\u{2066} ##[stop-commands]x ::set-output name=a::b \
     <script>alert(1)</script> [x](https://evil.test) ![y](//evil.test/p.png) www.evil.test @everyone #1 !2 \
     </details>--> ]]> ` `` * _ | \0\u{fffe}\u{7f}";

/// A report in which all that comes from strangers is hostile; also the path.
fn hostile() -> (Report, String) {
    let path = format!(" ::error::{}.md", EVIL.replace('/', ":"));
    let text = format!("{EVIL}\r\n::error::z\n##[error]y\n");
    let mut found = at(&path, Span::new(0, EVIL.len()));
    found.message = EVIL.to_owned();
    found.label = Some(EVIL.to_owned());
    found.labels = vec![Label { span: Span::new(0, 3), text: EVIL.to_owned() }];
    found.help = Some(EVIL.to_owned());
    found.rule = Arc::from(EVIL);
    found.fixes = vec![Fix { safe: true, edits: vec![Edit { span: Span::new(0, 3), text: EVIL.to_owned() }] }];
    // In a frame that is narrow, words begin lines of their own.
    let long = "::error::x ".repeat(60);
    let wrapped = Finding { message: long.clone(), help: Some(long), ..found.clone() };
    let mut report = report(&[(&path, &text)], vec![found, wrapped]);
    report.problems = vec![Problem { path: path.clone(), message: EVIL.to_owned() }];
    report.summary.sites = vec![EVIL.to_owned()];
    (report, path)
}

/// Shows the hostile report: nothing in it may steer a terminal, hide, or be a command to GitHub's runner.
fn inert(format: Format) -> String {
    let styles = [
        PLAIN,
        Style { statistics: true, ..PLAIN },
        Style { unicode: false, width: 40, ..PLAIN },
        Style { quiet: true, width: 57, ..PLAIN },
    ];
    for style in styles {
        let shown = shown(format, &hostile().0, style);
        let hidden = |c: char| {
            c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        let bad: Vec<char> = shown.chars().filter(|c| *c != '\n' && hidden(*c)).collect();
        assert!(bad.is_empty(), "{bad:?} in {shown}");
        assert!(!shown.contains("##["), "{shown}");
        if format != Format::Github {
            let command = shown.lines().find(|line| line.trim_start().starts_with("::"));
            assert_eq!(command, None, "{shown}");
        }
    }
    shown(format, &hostile().0, PLAIN)
}

#[test]
fn strange_content_is_inert_in_human() {
    inert(Format::Human);
}

#[test]
fn strange_content_is_inert_in_concise() {
    let shown = inert(Format::Concise);
    // A problem, two findings, the outcome, the fixes and the sites, each on one line.
    assert_eq!(shown.lines().count(), 6, "{shown}");
}

#[test]
fn strange_content_is_inert_in_json() {
    inert(Format::Json);
    let (report, path) = hostile();
    let found = &json(Format::Json, &report)["findings"][0];
    assert_eq!((&found["message"], &found["path"]), (&json!(EVIL), &json!(path)));
}

#[test]
fn strange_content_is_inert_in_jsonl() {
    let shown = inert(Format::Jsonl);
    assert_eq!(shown.lines().count(), 3, "{shown}");
    let first: Value = serde_json::from_str(shown.lines().next().unwrap()).unwrap();
    assert_eq!(first["message"], EVIL);
}

#[test]
fn strange_content_is_inert_in_sarif() {
    inert(Format::Sarif);
    let log = json(Format::Sarif, &hostile().0);
    let result = &log["runs"][0]["results"][0];
    let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
    assert!(uri.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-._~%".contains(&byte)), "{uri}");
    // A bracket could make a link of what follows.
    let message = result["message"]["text"].as_str().unwrap();
    assert!(message.contains(r"\[x\](https"), "{message}");
}

#[test]
fn strange_content_is_inert_in_github() {
    let shown = inert(Format::Github);
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines.len(), 4, "{shown}");
    for line in &lines[..3] {
        let (properties, _) = line.strip_prefix("::error ").and_then(|rest| rest.split_once("::")).expect("a command");
        let names: Vec<&str> = properties.split(',').filter_map(|one| one.split('=').next()).collect();
        assert!(names.starts_with(&["file"]) && names.ends_with(&["title"]), "{line}");
        assert!(properties.contains("%3A%3Aerror%3A%3Aa%250Ab"), "{line}");
    }
    assert!(lines[3].starts_with("Found 2 errors"), "{shown}");
}

#[test]
fn strange_content_is_inert_in_gitlab() {
    inert(Format::Gitlab);
    assert_eq!(faults("gitlab", &json(Format::Gitlab, &hostile().0)), Vec::<String>::new());
}

#[test]
fn strange_content_is_inert_in_junit() {
    let shown = inert(Format::Junit);
    let document = junit(&shown);
    let error = document.descendants().find(|node| node.has_tag_name("error")).unwrap();
    let message = error.attribute("message").unwrap();
    assert!(message.contains("<script>alert(1)</script>") && message.contains("]]>"), "{message}");
}

#[test]
fn strange_content_is_inert_in_rdjson() {
    inert(Format::Rdjson);
    let whole = json(Format::Rdjson, &hostile().0);
    assert_eq!(faults("rdjson", &whole), Vec::<String>::new());
    assert_eq!(whole["diagnostics"][1]["suggestions"][0]["text"], EVIL);
}

#[test]
fn strange_content_is_inert_in_markdown() {
    let shown = inert(Format::Markdown);
    let mut code = 0;
    for event in Parser::new_ext(&shown, Options::all()) {
        match event {
            Event::Start(
                Tag::Link { .. } | Tag::Image { .. } | Tag::Table(_) | Tag::CodeBlock(_) | Tag::BlockQuote(_),
            ) => {
                panic!("{event:?} in {shown}")
            }
            Event::Html(html) => {
                let ours = ["<!-- copydesk -->", "<details open><summary><code>", "</details>"];
                assert!(ours.iter().any(|start| html.starts_with(start)), "{html}");
                let tags = html.matches('<').count();
                assert!(tags == 1 || html.ends_with("</code>: 2 findings</summary>\n") && tags == 5, "{html}");
            }
            Event::InlineHtml(html) => assert_eq!(&*html, "<br>", "{shown}"),
            Event::Text(text) => {
                let mention = text.contains("@everyone") || text.contains("#1") || text.contains("://");
                assert!(!mention && !text.contains("www.e"), "{text}");
            }
            Event::Code(_) => code += 1,
            _ => {}
        }
    }
    assert!(code > 4, "{shown}");
}

/// What the schema of a format, as we read its consumer's documentation, has against a report.
fn faults(format: &str, report: &Value) -> Vec<String> {
    let schema = std::fs::read_to_string(format!("fixtures/render/{format}.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    schema.iter_errors(report).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// JUnit XML, after a look whether elements, attributes and counts are those that servers know.
fn junit(text: &str) -> roxmltree::Document<'_> {
    let counts = ["name", "tests", "failures", "errors"];
    let known = [
        ("testsuites", "", &counts[..]),
        ("testsuite", "testsuites", &["name", "tests", "failures", "errors", "skipped"]),
        ("testcase", "testsuite", &["classname", "name"]),
        ("failure", "testcase", &["type", "message"]),
        ("error", "testcase", &["type", "message"]),
        ("skipped", "testcase", &["message"]),
    ];
    let document = roxmltree::Document::parse(text).unwrap_or_else(|error| panic!("{error} in {text}"));
    let mut names = BTreeSet::new();
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        let name = node.tag_name().name();
        let above = node.parent_element().map_or("", |parent| parent.tag_name().name());
        let known = known.iter().find(|(tag, parent, _)| (*tag, *parent) == (name, above));
        let (_, _, attributes) = known.unwrap_or_else(|| panic!("<{name}> in <{above}>"));
        let found: Vec<&str> = node.attributes().map(|attribute| attribute.name()).collect();
        assert_eq!(found, *attributes, "<{name}>");
        for (attribute, tag) in
            [("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")]
        {
            let number = node.descendants().filter(|inner| inner.has_tag_name(tag)).count().to_string();
            assert!(node.attribute(attribute).is_none_or(|counted| counted == number), "{attribute} of <{name}>");
        }
        if name == "testcase" {
            // GitLab keeps one of those that have both in common.
            assert!(names.insert((node.attribute("classname"), node.attribute("name"))), "{text}");
        }
    }
    document
}

/// Findings of each severity and status, with a fix, in a file whose name needs care.
fn everything() -> Report {
    let text = "一😀WORD and WORD\r\nsecond line\r\n";
    let path = "posts/你 好:%.md";
    let mut error = finding(path, text, "WORD");
    error.help = Some("write more".to_owned());
    let edits = [("一", "二"), ("WORD", "word")].map(|(from, to)| {
        let start = text.find(from).unwrap();
        Edit { span: Span::new(start, start + from.len()), text: to.to_owned() }
    });
    error.fixes = vec![Fix { safe: true, edits: edits.to_vec() }];
    let mut warning = at(path, Span::new(text.find("and").unwrap(), text.len()));
    warning.severity = Severity::Warning;
    let mut info = at(path, Span::at(text.len()));
    info.severity = Severity::Info;
    let known = Finding { status: Status::Known, ..error.clone() };
    let suppressed = Finding { status: Status::Suppressed, ..error.clone() };
    let mut report = report(&[(path, text)], vec![error, warning, info, known, suppressed]);
    report.problems = vec![Problem { path: "x.md".to_owned(), message: "permission denied".to_owned() }];
    report
}

#[test]
fn gitlab_gets_what_its_documentation_asks_for() {
    let entries = json(Format::Gitlab, &everything());
    assert_eq!(faults("gitlab", &entries), Vec::<String>::new());
    let entries = entries.as_array().unwrap();
    let severities: Vec<&str> = entries.iter().map(|entry| entry["severity"].as_str().unwrap()).collect();
    assert_eq!(severities, ["blocker", "critical", "minor", "info"]);
    assert_eq!(entries[1]["location"], json!({"path": "posts/你 好:%.md", "lines": {"begin": 1, "end": 1}}));
    // The last line of a place that ends with a line end is that line.
    assert_eq!(entries[2]["location"]["lines"], json!({"begin": 1, "end": 2}));
    let prints: BTreeSet<&str> = entries.iter().map(|entry| entry["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(prints.len(), 4);
    assert_eq!(json(Format::Gitlab, &report(&[], Vec::new())), json!([]));
}

#[test]
fn a_test_report_has_a_test_for_each_finding() {
    let text = shown(Format::Junit, &everything(), PLAIN);
    let document = junit(&text);
    let has = |tag: &str| document.descendants().filter(|node| node.has_tag_name(tag)).count();
    assert_eq!((has("failure"), has("skipped"), has("error")), (3, 2, 1));
    let clean = shown(Format::Junit, &report(&[], Vec::new()), PLAIN);
    assert_eq!(junit(&clean).descendants().filter(|node| node.has_tag_name("testcase")).count(), 1);
}

#[test]
fn reviewdog_gets_places_in_bytes_and_fixes_as_suggestions() {
    let whole = json(Format::Rdjson, &everything());
    assert_eq!(faults("rdjson", &whole), Vec::<String>::new());
    let diagnostics = whole["diagnostics"].as_array().unwrap();
    assert_eq!(diagnostics.len(), 4);
    let range =
        |from: usize, to: usize| json!({"start": {"line": 1, "column": from}, "end": {"line": 1, "column": to}});
    assert_eq!(diagnostics[1]["location"], json!({"path": "posts/你 好:%.md", "range": range(8, 12)}));
    // One suggestion for a fix of two edits: what lies between is repeated.
    assert_eq!(diagnostics[1]["suggestions"], json!([{"range": range(1, 12), "text": "二😀word"}]));
    assert_eq!(diagnostics[2]["location"]["range"]["end"], json!({"line": 3, "column": 1}));
}

#[test]
fn a_comment_is_folded_by_file_and_shows_the_worst_first() {
    let text = "some `words`\n";
    let mut mild = finding("a.md", text, "words");
    mild.severity = Severity::Warning;
    mild.message = "`words` in www.place.test cost 5 $, says @name".to_owned();
    let mut bad = finding("posts/b&c.md", text, "some");
    bad.help = Some("write `more`, or 3 * 4".to_owned());
    assert_data_eq!(
        shown(Format::Markdown, &report(&[("a.md", text), ("posts/b&c.md", text)], vec![mild, bad]), PLAIN),
        str![[r#"
<!-- copydesk -->
### Found 1 error and 1 warning in 2 files

<details open><summary><code>posts/b&amp;c.md</code>: 1 finding</summary>

- line 1, **error** `image-placeholder`: this is a placeholder<br>write `more`, or 3 /* 4

</details>

<details open><summary><code>a.md</code>: 1 finding</summary>

- line 1, **warning** `image-placeholder`: `words` in www.&#8203;place.test cost 5 /$, says /@&#8203;name

</details>

"#]]
    );
}

#[test]
fn a_comment_is_never_longer_than_one_may_be() {
    let text = "x".repeat(2_000);
    let mut findings: Vec<Finding> = (0..2_000).map(|n| at("post.md", Span::new(n, n + 1))).collect();
    for found in &mut findings {
        found.message = "@a ".repeat(200);
    }
    findings.extend((0..2_000).map(|n| at(&format!("posts/{n:04}.md"), Span::new(0, 1))));
    let mut report = report(&[("post.md", &text)], findings);
    let unchecked = |n| Problem { path: format!("{n}.md"), message: "permission denied ".repeat(40) };
    report.problems = (0..200).map(unchecked).collect();
    let comment = shown(Format::Markdown, &report, PLAIN);
    assert!(comment.len() < 62_000, "{}", comment.len());
    let shown = comment.matches("**error**").count();
    assert!(
        comment.ends_with(&format!("\n{} more findings for which a comment has no room.\n", 4_000 - shown)),
        "{shown}"
    );
    assert!(comment.contains("\n- 180 more could not be checked\n"));
    assert_eq!(comment.matches("<details").count(), comment.matches("</details>").count());
}

#[test]
fn annotations_stay_below_what_github_shows_and_the_log_has_the_rest() {
    let text = "x".repeat(40);
    let mut findings: Vec<Finding> = (0..30).map(|n| at("post.md", Span::new(n, n + 1))).collect();
    findings[0].severity = Severity::Info;
    findings[1].severity = Severity::Warning;
    let shown = shown(Format::Github, &report(&[("post.md", &text)], findings), PLAIN);
    let lines: Vec<&str> = shown.lines().collect();
    let number = |start: &str| lines.iter().filter(|line| line.starts_with(start)).count();
    assert_eq!((number("::error "), number("::warning "), number("::notice ")), (10, 1, 2));
    assert!(
        lines[0].starts_with("::error file=post.md,line=1,endLine=1,col=3,endColumn=4,title=image-placeholder::this")
    );
    assert_eq!(lines[12], "::group::18 more findings");
    assert_eq!(lines[13], "post.md:1:13: error[image-placeholder] this is a placeholder");
    assert_eq!(
        lines[31..],
        [
            "::endgroup::",
            "::notice title=copydesk::18 more: GitHub shows ten of each kind for a step",
            "Found 28 errors, 1 warning and 1 info in 1 file",
        ]
    );
}

#[test]
fn json_has_exactly_the_keys_of_version_1() {
    let text = "\u{feff}一😀WORD\n";
    let mut found = finding("post.md", text, "WORD");
    found.fixes = vec![Fix { safe: false, edits: vec![Edit { span: Span::new(3, 6), text: "二".to_owned() }] }];
    let mut known = found.clone();
    known.status = Status::Known;
    let report = report(&[("post.md", text)], vec![found, known]);
    assert_data_eq!(
        shown(Format::Json, &report, PLAIN),
        str![[r#"
{
  "version": 1,
  "findings": [
    {
      "rule": "image-placeholder",
      "severity": "error",
      "status": "new",
      "path": "post.md",
      "span": {
        "start": 10,
        "end": 14
      },
      "start": {
        "line": 1,
        "column": 3
      },
      "end": {
        "line": 1,
        "column": 7
      },
      "message": "this is a placeholder",
      "help": null,
      "fixes": [
        {
          "safe": false,
          "edits": [
            {
              "span": {
                "start": 3,
                "end": 6
              },
              "text": "二"
            }
          ]
        }
      ]
    },
    {
      "rule": "image-placeholder",
      "severity": "error",
      "status": "known",
      "path": "post.md",
      "span": {
        "start": 10,
        "end": 14
      },
      "start": {
        "line": 1,
        "column": 3
      },
      "end": {
        "line": 1,
        "column": 7
      },
      "message": "this is a placeholder",
      "help": null,
      "fixes": [
        {
          "safe": false,
          "edits": [
            {
              "span": {
                "start": 3,
                "end": 6
              },
              "text": "二"
            }
          ]
        }
      ]
    }
  ],
  "problems": [],
  "summary": {
    "files": 1,
    "errors": 2,
    "warnings": 0,
    "infos": 0,
    "fixed": 0,
    "unverified": 0,
    "undecided": 0,
    "remote": {
      "alive": 0,
      "dead": 0,
      "not-an-image": 0,
      "hotlink": 0,
      "unverified": 0
    },
    "unverified-hosts": [],
    "known": 0,
    "suppressed": 0,
    "outside": 0,
    "unchecked": 0,
    "foreign": 0,
    "sites": []
  }
}

"#]]
    );
    let lines = shown(Format::Jsonl, &report, PLAIN);
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let whole = json(Format::Json, &report);
    assert_eq!(lines[..2], whole["findings"].as_array().unwrap()[..]);
    assert_eq!((&lines[2]["summary"], &lines[2]["version"]), (&whole["summary"], &whole["version"]));
}

#[test]
fn sarif_is_valid() {
    let schema = std::fs::read_to_string("fixtures/render/sarif-schema-2.1.0.json").unwrap();
    // The published schema has a pattern that is no regular expression (one bracket too many).
    let schema = schema.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let text = "一😀WORD\n";
    let mut found = finding("posts/你 好:%.md", text, "WORD");
    found.labels = vec![Label { span: Span::at(text.len()), text: "the end".to_owned() }];
    found.help = Some("write more".to_owned());
    found.fixes = vec![Fix { safe: true, edits: vec![Edit { span: Span::new(0, 3), text: "二".to_owned() }] }];
    let mut known = found.clone();
    known.status = Status::Known;
    let mut suppressed = found.clone();
    suppressed.status = Status::Suppressed;
    let full = report(&[("posts/你 好:%.md", text)], vec![found, known, suppressed]);
    for report in [&full, &hostile().0, &report(&[], Vec::new())] {
        let log = json(Format::Sarif, report);
        let faults: Vec<String> = schema.iter_errors(&log).map(|error| error.to_string()).collect();
        assert_eq!(faults, Vec::<String>::new(), "{log:#}");
    }
    let run = &json(Format::Sarif, &full)["runs"][0];
    let result = &run["results"][0];
    assert_data_eq!(
        serde_json::to_string_pretty(result).unwrap(),
        str![[r#"
{
  "ruleId": "image-placeholder",
  "ruleIndex": 0,
  "level": "error",
  "message": {
    "text": "this is a placeholder; write more"
  },
  "locations": [
    {
      "physicalLocation": {
        "artifactLocation": {
          "uri": "posts/%E4%BD%A0%20%E5%A5%BD%3A%25.md"
        },
        "region": {
          "startLine": 1,
          "startColumn": 4,
          "endLine": 1,
          "endColumn": 8,
          "byteOffset": 7,
          "byteLength": 4
        }
      }
    }
  ],
  "relatedLocations": [
    {
      "physicalLocation": {
        "artifactLocation": {
          "uri": "posts/%E4%BD%A0%20%E5%A5%BD%3A%25.md"
        },
        "region": {
          "startLine": 2,
          "startColumn": 1,
          "endLine": 2,
          "endColumn": 1,
          "byteOffset": 12,
          "byteLength": 0
        }
      },
      "message": {
        "text": "the end"
      }
    }
  ],
  "partialFingerprints": {
    "copydeskFinding/v1": "636b269e6720392e4859ae9b78745daf:1"
  },
  "baselineState": "new",
  "fixes": [
    {
      "description": {
        "text": "write more"
      },
      "artifactChanges": [
        {
          "artifactLocation": {
            "uri": "posts/%E4%BD%A0%20%E5%A5%BD%3A%25.md"
          },
          "replacements": [
            {
              "deletedRegion": {
                "startLine": 1,
                "startColumn": 1,
                "endLine": 1,
                "endColumn": 2,
                "byteOffset": 0,
                "byteLength": 3
              },
              "insertedContent": {
                "text": "二"
              }
            }
          ]
        }
      ]
    }
  ]
}
"#]]
    );
    assert_eq!(run["results"][1]["baselineState"], "unchanged");
    assert_eq!(run["results"][2]["suppressions"][0]["kind"], "inSource");
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    assert_eq!(json(Format::Sarif, &hostile().0)["runs"][0]["invocations"][0]["executionSuccessful"], false);
}

#[test]
fn a_fingerprint_survives_a_move_and_tells_equals_apart() {
    let prints = |text: &str| -> Vec<Value> {
        let places = text.match_indices("url").map(|(at, _)| self::at("post.md", Span::new(at, at + 3))).collect();
        let log = json(Format::Sarif, &report(&[("post.md", text)], places));
        log["runs"][0]["results"].as_array().unwrap().iter().map(|one| one["partialFingerprints"].clone()).collect()
    };
    let (before, after) = (prints("![a](url)\n![b](url)\n"), prints("new\n\n![a](url)\n\n![b](url)\n"));
    assert_eq!(before, after);
    assert_ne!(before[0], before[1]);
}

#[test]
fn bytes_are_left_out_of_sarif_where_they_are_not_those_of_the_file() {
    let bytes = [0xff, 0xfe, b'a', 0, b'b', 0].to_vec();
    let mut report = report(&[], vec![at("post.md", Span::new(0, 1))]);
    report.sources.insert(Arc::from("post.md"), Stored::Held(Source::from_bytes("post.md", &bytes)));
    let log = json(Format::Sarif, &report);
    let region = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!((&region["startLine"], &region["byteOffset"]), (&Value::from(1), &Value::Null));
}
