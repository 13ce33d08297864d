//! What people see of a report: where the underline sits, what the summary says, and how pages of rules read.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says what is wrong by failing")]

mod report;

use std::{sync::Arc, time::Instant};

use copydesk::{
    check::Severity,
    error::{Error, Place},
    finding::{Finding, Label, Problem, Report, Status},
    render::{Format, Style, explain, human},
    rule::{Rule, docs},
    source::Span,
};
use report::{PLAIN, at, finding, report, rules, shown};
use snapbox::{assert_data_eq, str};
use unicode_width::UnicodeWidthStr;

const QUIET: Style = Style { quiet: true, ..PLAIN };

fn frame(text: &str, finding: Finding) -> String {
    shown(Format::Human, &report(&[("post.md", text)], vec![finding]), QUIET)
}

#[test]
fn a_frame_shows_the_text_the_labels_and_the_help() {
    let text = "---\ntitle: 你好\n---\n\n正文到这里就断\n\n---\n扫码关注我们的公众号\n";
    let mut found = finding("posts/你好.md", text, "断");
    found.label = Some("the text stops here".to_owned());
    let footer = text.find("扫码").unwrap();
    found.labels =
        vec![Label { span: Span::new(footer, footer + "扫码关注".len()), text: "this hid it".to_owned() }];
    found.help = Some("write the end of the sentence".to_owned());
    let report = report(&[("posts/你好.md", text)], vec![found]);
    assert_data_eq!(
        shown(Format::Human, &report, PLAIN),
        str![[r#"
  error[image-placeholder] this is a placeholder
   ╭─[posts/你好.md:5:7]
 5 │ 正文到这里就断
   ·             ─┬
   ·              ╰── the text stops here
   ╰────
   ╭─[posts/你好.md:8:1]
 7 │ ---
 8 │ 扫码关注我们的公众号
   · ────┬───
   ·     ╰── this hid it
   ╰────
  help: write the end of the sentence

Found 1 error in 1 file

"#]]
    );
}

#[test]
fn a_frame_works_without_unicode_and_with_colours() {
    let text = "some words\n";
    let mut found = finding("a.md", text, "words");
    found.label = Some("here".to_owned());
    let report = report(&[("a.md", text)], vec![found]);
    assert_data_eq!(
        shown(Format::Human, &report, Style { unicode: false, ..PLAIN }),
        str![[r#"
  error[image-placeholder] this is a placeholder
   ,-[a.md:1:6]
 1 | some words
   :      ^^|^^
   :        `-- here
   `----

Found 1 error in 1 file

"#]]
    );
    let colored = shown(Format::Human, &report, Style { color: true, ..PLAIN });
    assert!(colored.contains("\u{1b}[31m") && colored.contains("words"), "{colored}");
}

/// The columns that the underline covers, and those that `part` covers in the line above it.
fn columns(drawn: &str, part: &str) -> ((usize, usize), (usize, usize)) {
    let lines: Vec<&str> = drawn.lines().collect();
    let at = lines.iter().position(|line| line.contains("│") && line.contains(part)).expect("the text is shown");
    let before = lines[at].find(part).unwrap();
    let start = lines[at][..before].width();
    let under = lines[at + 1];
    let line: String = under.chars().map(|c| if matches!(c, '─' | '┬' | '▲') { '#' } else { ' ' }).collect();
    let from = line.find('#').expect("something is underlined");
    ((from, line.trim_end().len()), (start, start + part.width()))
}

#[test]
fn the_underline_sits_under_wide_text() {
    for (text, part) in [
        ("ASCII and a WORD here", "WORD"),
        ("人工智能很**重要**，所以", "重要"),
        ("안녕하세요 여러분 반갑습니다", "여러분"),
        ("full ＷＩＤＴＨ and ﾊﾝｶｸ kana", "ﾊﾝｶｸ"),
        ("emoji 🎉🎉 then WORD", "WORD"),
        ("\ttab\tthen WORD", "WORD"),
        ("one 👩\u{200d}💻 and ❤\u{fe0f} and 👍🏽 then WORD", "WORD"),
        ("e\u{301}te\u{301} combining WORD", "WORD"),
        ("escape \u{1b}[31m and \u{202e} and \u{200b} then WORD", "WORD"),
    ] {
        let drawn = frame(text, finding("post.md", text, part));
        let (underline, marked) = columns(&drawn, part);
        assert_eq!(underline, marked, "{drawn}");
    }
}

#[test]
fn the_header_counts_characters() {
    let text = "\u{feff}中文中文 WORD";
    assert!(frame(text, finding("post.md", text, "WORD")).contains("[post.md:1:6]"));
    let long = "字".repeat(1_000) + "WORD" + &"字".repeat(1_000);
    assert!(frame(&long, finding("post.md", &long, "WORD")).contains("[post.md:1:1001]"));
}

#[test]
fn an_empty_place_at_the_end_of_the_file_is_drawn() {
    for text in ["文章没有结", "文章\n", "文章\r\n", ""] {
        let mut found = at("post.md", Span::at(text.len()));
        found.label = Some("it stops here".to_owned());
        let drawn = frame(text, found);
        assert!(drawn.contains('▲') && drawn.contains("it stops here"), "{text:?}: {drawn}");
    }
}

#[test]
fn a_place_from_nowhere_is_drawn_somewhere() {
    for span in [Span::new(1, 2), Span::new(500, 900), Span { start: 5, end: 2 }] {
        let mut found = at("post.md", span);
        found.labels = vec![Label { span: Span::new(7, 99), text: "further".to_owned() }];
        let drawn = frame("中文中文", found);
        assert!(drawn.contains("中文中文") && !drawn.contains("OutOfBounds"), "{drawn}");
    }
}

#[test]
fn a_long_line_is_shortened() {
    let text = format!("{}中WORD中{}", "a b c 中文 ".repeat(20_000), "d e f ".repeat(20_000));
    let mut found = finding("post.md", &text, "WORD");
    found.labels = vec![Label { span: Span::new(0, 3), text: "far away".to_owned() }];
    let drawn = frame(&text, found);
    assert!(drawn.len() < 2_000, "{} bytes", drawn.len());
    assert!(drawn.lines().all(|line| line.width() <= 80), "{drawn}");
    let (underline, marked) = columns(&drawn.replace("┬", "─"), "WORD");
    assert!(underline.0 <= marked.0 && underline.1 == marked.1, "{drawn}");
    assert!(drawn.contains("…") && drawn.contains("far away"), "{drawn}");
}

#[test]
fn a_place_over_many_lines_shows_its_beginning() {
    let text = (1..=400).map(|n| format!("line {n}\n")).collect::<String>();
    assert_data_eq!(
        frame(&text, at("post.md", Span::new(7, text.len()))),
        str![[r#"
  error[image-placeholder] this is a placeholder
   ╭─[post.md:2:1]
 1 │     line 1
 2 │ ╭─▶ line 2
 3 │ │   line 3
 4 │ │   line 4
 5 │ │   line 5
 6 │ │   line 6
 7 │ ╰─▶ … 394 more lines
   ╰────


"#]]
    );
}

#[test]
fn an_endless_message_is_shortened() {
    let mut found = at("post.md", Span::new(0, 1));
    found.message = format!("`data:{}` is a placeholder", "A".repeat(300_000));
    for format in [Format::Human, Format::Concise, Format::Github] {
        let shown = shown(format, &report(&[("post.md", "x")], vec![found.clone()]), PLAIN);
        assert!(shown.len() < 2_000 && shown.contains("is a placeholder"), "{format:?}: {} bytes", shown.len());
    }
}

#[test]
fn concise_is_one_line_for_each_finding() {
    let text = "一二三\n四WORD\n";
    let report = report(&[("post.md", text)], vec![finding("post.md", text, "WORD")]);
    assert_data_eq!(
        shown(Format::Concise, &report, PLAIN),
        str![[r#"
post.md:2:2: error[image-placeholder] this is a placeholder
Found 1 error in 1 file

"#]]
    );
}

#[test]
fn the_summary_says_what_was_found_and_what_was_not_asked() {
    let text = "abc";
    let mut findings: Vec<Finding> = (0..3).map(|n| at("post.md", Span::new(n, n + 1))).collect();
    findings[1].severity = Severity::Warning;
    findings[2].status = Status::Known;
    let mut report = report(&[("post.md", text)], findings);
    report.summary.files = 120;
    report.summary.unverified = 14;
    let last =
        |report: &Report, style| shown(Format::Concise, report, style).lines().last().unwrap_or_default().to_owned();
    assert_eq!(
        last(&report, PLAIN),
        "Found 1 error and 1 warning in 120 files (14 remote images unverified: offline, 1 in the baseline)"
    );
    report.summary.sites = vec!["Hugo (hugo.toml)".to_owned()];
    assert_eq!(last(&report, PLAIN), "Read as Hugo (hugo.toml)");
    report.summary.sites.clear();
    assert!(!shown(Format::Concise, &report, QUIET).contains("Found"));
    report.findings.clear();
    assert_eq!(last(&report, PLAIN), "All 120 files are fit to publish (14 remote images unverified: offline)");
    report.problems = vec![Problem { path: "x.md".to_owned(), message: "permission denied".to_owned() }];
    assert_eq!(
        last(&report, PLAIN),
        "Nothing found in 120 files, but not everything was checked (1 problem, 14 remote images unverified: offline)"
    );
    assert_eq!(shown(Format::Human, &report, QUIET), "not checked: x.md: permission denied\n");
}

#[test]
fn statistics_are_a_table() {
    let text = "x".repeat(40);
    let mut findings: Vec<Finding> = (0..12).map(|n| at("post.md", Span::new(n, n + 1))).collect();
    findings[3].rule = Arc::from("own-rule");
    findings[3].severity = Severity::Warning;
    findings[4].status = Status::Suppressed;
    let report = report(&[("post.md", &text)], findings);
    assert_data_eq!(
        shown(Format::Human, &report, Style { statistics: true, ..PLAIN }),
        str![[r#"
10  error    image-placeholder  An image points at a placeholder instead of a picture.
 1  warning  own-rule
Found 10 errors and 1 warning in 1 file (1 suppressed)

"#]]
    );
}

#[test]
fn an_error_of_the_tool_is_a_frame_too() {
    let text = "rules:\n  image-placehodler: off\n";
    let start = text.find("image").unwrap();
    let place = Place {
        path: "copydesk.yaml".to_owned(),
        text: text.to_owned(),
        start,
        end: start + "image-placehodler".len(),
        message: "there is no rule `image-placehodler`".to_owned(),
        help: Some("did you mean `image-placeholder`?".to_owned()),
    };
    let draw = |error: &Error| {
        let mut out = Vec::new();
        human::render_error(error, PLAIN, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    assert_data_eq!(
        draw(&Error::Place(Box::new(place))),
        str![[r#"
  error: there is no rule `image-placehodler`
   ╭─[copydesk.yaml:2:3]
 1 │ rules:
 2 │   image-placehodler: off
   ·   ─────────────────
   ╰────
  help: did you mean `image-placeholder`?

"#]]
    );
    assert_data_eq!(
        draw(&Error::usage_with_help("no file \u{1b}matches", "look again")),
        str![[r#"
error: no file /u{1b}matches
  help: look again

"#]]
    );
}

#[test]
fn a_rule_page_reads_well_on_a_terminal_and_as_markdown() {
    let rules = rules();
    let page = |style| {
        let mut out = Vec::new();
        explain::page(&rules.list[0], style, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    assert_data_eq!(
        page(PLAIN),
        str![[r#"
image-placeholder

An image points at a placeholder instead of a picture.

Severity: error

Why

Templates leave `![alt](url)` behind. Readers see a broken image.

What each generator does

- Hugo: the build goes on and publishes a broken picture
- others: readers see a broken picture

What copydesk says

    error[image-placeholder] this is a placeholder
    help: put the real address here, or remove the image

Wrong

    ![picture](⟦url⟧)
    ```
    code
    ```

Right

    ![picture](a.png)

on a Hugo site, in `posts/a.md`, where `posts/b.png` is `png`:

    ![picture](b.png)

Measured

12 posts, 3 findings, 3 right

In the configuration

In `copydesk.yaml`, to turn the rule off:

    rules:
      image-placeholder: off

or to change how much it counts:

    rules:
      image-placeholder:
        severity: warning

Other keys under the rule's name are merged over its own file,
`rules/image-placeholder.yaml` in the source of copydesk.

More

- https://example.test/why

"#]]
    );
    assert!(page(Style { color: true, ..PLAIN }).contains("\u{1b}[1;31murl\u{1b}[0m"));
    assert_data_eq!(
        docs::markdown(&rules.list[0]),
        str![[r#"
# image-placeholder

An image points at a placeholder instead of a picture.

Severity: **error**

## Why

Templates leave `![alt](url)` behind. Readers see a **broken** image.

## What each generator does

- **Hugo**: the build goes on and publishes a broken picture
- **others**: readers see a broken picture

## What copydesk says

```text
error[image-placeholder] this is a placeholder
help: put the real address here, or remove the image
```

## Wrong

````markdown
![picture](⟦url⟧)
```
code
```
````

## Right

```markdown
![picture](a.png)
```

on a Hugo site, in `posts/a.md`, where `posts/b.png` is `png`:

```markdown
![picture](b.png)
```

## Measured

12 posts, 3 findings, 3 right

## In the configuration

In `copydesk.yaml`, to turn the rule off:

```yaml
rules:
  image-placeholder: off
```

or to change how much it counts:

```yaml
rules:
  image-placeholder:
    severity: warning
```

Other keys under the rule's name are merged over its own file, `rules/image-placeholder.yaml` in the source of copydesk.

## More

- <https://example.test/why>

"#]]
    );
}

#[test]
fn the_list_of_rules_is_aligned_and_grouped() {
    let mut rules = rules();
    for (id, off) in [("front-matter-missing", false), ("front-matter-doubled", true)] {
        let rule = Rule { id: id.to_owned(), off, ..self::rules().list.remove(0) };
        rules.list.insert(0, rule);
    }
    let mut out = Vec::new();
    explain::list(&rules, PLAIN, &mut out).unwrap();
    assert_data_eq!(
        String::from_utf8(out).unwrap(),
        str![[r#"
front-matter
  front-matter-doubled  off            An image points at a placeholder instead of a picture.
  front-matter-missing  error          An image points at a placeholder instead of a picture.

image
  image-placeholder     error          An image points at a placeholder instead of a picture.

fix: `--fix` can mend it; fix?: only with `--unsafe-fixes`, and a look at the result

"#]]
    );
    let mut out = Vec::new();
    explain::list_json(&rules, &mut out).unwrap();
    let list: serde_json::Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(list["rules"][0]["id"], "front-matter-doubled");
}

/// Findings of the measurement; debug builds are slow.
const MANY: usize = if cfg!(debug_assertions) { 300 } else { 5_000 };

/// Seconds for many findings in a file of about `size` bytes, with lines of `line` bytes, in four formats.
fn seconds(size: usize, line: usize) -> f64 {
    let text = format!("{}\n", "中文 words ".repeat(line / 13 + 1)).repeat(size / line);
    let findings =
        (0..MANY).map(|n| at("post.md", Span::new(text.len() / MANY * n, text.len() / MANY * n + 9))).collect();
    let report = report(&[("post.md", &text)], findings);
    let before = Instant::now();
    let all =
        [Format::Human, Format::Concise, Format::Json, Format::Sarif].map(|format| shown(format, &report, QUIET).len());
    assert!(all.iter().all(|length| *length < 12_000_000), "{all:?}");
    before.elapsed().as_secs_f64()
}

#[test]
fn many_findings_cost_the_same_in_any_file() {
    for (size, line) in [(5_000_000, 200), (5_000_000, 300_000), (5_000_000, 5_000_000)] {
        // A busy machine makes one try slow, not three. A renderer that reads from the start of the file or of the line takes
        // a hundred times as long.
        let is_fast = || {
            let (small, large) = (seconds(100_000, 200), seconds(size, line));
            large < 8.0 * small + 0.5 && (cfg!(debug_assertions) || large < 3.0)
        };
        assert!((0..3).any(|_| is_fast()), "{size} bytes in lines of {line}");
    }
}
