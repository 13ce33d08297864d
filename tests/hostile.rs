//! Posts that somebody made to take long: a check of a stranger's pull request must take time by their length, and not by the
//! square of it. `tests/measure/hostile.py` looks for more of them.

mod project;

use std::time::{Duration, Instant};

use project::Project;

/// In bytes, the shorter and the longer post; the longer takes four times as long, and sixteen times by the square.
const SIZES: [usize; 2] = [40_000, 160_000];
const MOST: f64 = 9.0;
/// What takes less than this is not worth a second look.
const SHORT: Duration = Duration::from_millis(1_500);
/// The machine may be busy with something else meanwhile.
const TRIES: usize = 4;

const PLAIN: &[(&str, &str)] = &[];
const HUGO: &[(&str, &str)] = &[("hugo.toml", "baseURL = 'https://bees.test/'\n")];
const JEKYLL: &[(&str, &str)] = &[("_config.yml", "title: Bees\n"), ("Gemfile", "gem 'jekyll'\n")];
const HEXO: &[(&str, &str)] = &[("_config.yml", "title: Bees\n"), ("package.json", r#"{"dependencies":{"hexo":"7"}}"#)];
const VITEPRESS: &[(&str, &str)] = &[(".vitepress/config.js", "export default {}\n")];
const DOCUSAURUS: &[(&str, &str)] = &[("docusaurus.config.js", "module.exports = {}\n")];

fn takes(project: &Project, path: &str, text: &str) -> Duration {
    project.write(path, format!("---\ntitle: Bees\n---\n\n{text}"));
    let start = Instant::now();
    let ran = project.run(&["check", "--quiet"]);
    assert!(matches!(ran.code, 0 | 1), "{}", ran.err);
    start.elapsed()
}

/// Each unit, again and again.
fn is_linear(files: &[(&str, &str)], path: &str, before: &str, units: &[&str]) {
    for unit in units {
        let project = Project::new(files);
        let of = |size: usize| format!("{before}{}", unit.repeat(size / unit.len()));
        let is_fine = || {
            let [short, long] = SIZES.map(|size| takes(&project, path, &of(size)));
            long < SHORT || long.as_secs_f64() < short.as_secs_f64() * MOST
        };
        assert!((0..TRIES).any(|_| is_fine()), "{before:?} {unit:?} in {path} takes time by the square");
    }
}

#[test]
fn brackets_and_parentheses() {
    is_linear(
        PLAIN,
        "a.md",
        "",
        &["![[", "![", "[", "](", "[a](b c", "[a](b c) ", "[a](https://b. c) ", "！[", ">(![["],
    );
}

#[test]
fn marks() {
    is_linear(
        PLAIN,
        "a.md",
        "",
        &["*", "**a", "_a ", "`", "``a`", "$", "~~", "\\", "|", "> ", "- ", "1. ", "&amp;", "“", "a…"],
    );
}

#[test]
fn markup_within_elements() {
    is_linear(HUGO, "content/a.md", "<td>", &["](", "]~[a](b)，", "<a ", "<b>", "**a", "`", "![a](b c"]);
    is_linear(JEKYLL, "_posts/2024-01-01-a.md", "<td>", &["](", "<a \"", "</b>", "<!--"]);
}

#[test]
fn tags_of_generators() {
    is_linear(HUGO, "content/a.md", "", &["{{<a \\\"", "{{<", "{{< a >}}", "{{%", "{{"]);
    is_linear(JEKYLL, "_posts/2024-01-01-a.md", "", &["{%", "{% raw %}", "{{", "{% if a %}", "{% a"]);
    is_linear(HEXO, "source/_posts/a.md", "", &["{%", "{#", "{{ a ", "{% raw %}", "{{ a }}"]);
    is_linear(VITEPRESS, "a.md", "", &["<", "<a ", "{{", "<?}}](", "<b>", "::: tip\n"]);
    is_linear(DOCUSAURUS, "docs/a.mdx", "", &["{", "<a ", "{/*", "<A>", "export "]);
}

#[test]
fn lines_that_only_carriage_returns_part() {
    is_linear(PLAIN, "a.md", "", &["Sure! Here is the post\r", "[a](b c)\rword ", "Read more\r", "a\r\r", "以下是\r"]);
}

#[test]
fn lines_and_blocks() {
    let units = [
        "# a\n",
        "---\n",
        "\n> a\n\n",
        "```\n",
        "a\n\n***\n\n",
        "| a | b |\n",
        "[a]: b\n",
        "[^1]: a\n\n",
        "Subscribe\n\n",
    ];
    is_linear(PLAIN, "a.md", "", &units);
}
