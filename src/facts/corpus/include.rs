//! Text that a post takes in from another file of the project: an advert that stands there stands in the post.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::OnceLock,
};

use regex::Regex;

use super::ends::Ends;
use crate::{
    document::{Document, Posts},
    facts::{
        Fetch,
        promotion::{Score, Vocabulary},
    },
    site::{Generator, Site, Sites, path::join},
    source::Span,
};

/// What posts take in, by the number of the post, and where the words stand that do so.
pub type Includes = HashMap<usize, Vec<(Span, Include)>>;

/// Words of one post that may take in one of some files, the likeliest first.
pub type Calls = Vec<(Span, Vec<String>)>;

/// A file of the project that holds an advert.
#[derive(Debug, Clone)]
pub struct Include {
    pub file: String,
    pub score: Score,
}

/// A longer line takes nothing in. In bytes.
const LONGEST_WORDS: usize = 300;
/// A larger file is no footer. In bytes.
const LARGEST: u64 = 16 << 10;
/// A longer text is no footer either, as [`Score::length`] counts.
const LONGEST_TEXT: usize = 1_500;
/// Files that take in files that take in files.
const DEEPEST: usize = 3;

/// The words at the `ends` of a post that may take in a file.
pub fn calls(document: &Document, ends: &Ends, site: &Site) -> Calls {
    let call = |span: Span| (span, candidates(document.text(span), Some(document), document.path(), site));
    ends.units.iter().map(|unit| call(unit.place.span())).filter(|(_, files)| !files.is_empty()).collect()
}

/// The adverts that posts take in at their ends. Each file is read once.
pub fn gather(
    posts: &Posts<'_>,
    calls: &[Calls],
    sites: &Sites,
    vocabulary: &Vocabulary,
    fetch: &dyn Fetch,
) -> Includes {
    let mut reader = Reader { vocabulary, fetch, known: BTreeMap::new() };
    let mut all = Includes::new();
    for (post, calls) in calls.iter().enumerate() {
        for (span, files) in calls {
            let site = sites.of(posts.path(post));
            let found = files.iter().find_map(|file| Some((reader.score(file, site)?, file)));
            if let Some((Some(score), file)) = found {
                all.entry(post).or_default().push((*span, Include { file: file.clone(), score }));
            }
        }
    }
    all
}

struct Reader<'a> {
    vocabulary: &'a Vocabulary,
    fetch: &'a dyn Fetch,
    /// By file: none where there is no such file, and a score where it holds an advert.
    known: BTreeMap<String, Option<Option<Score>>>,
}

impl Reader<'_> {
    fn score(&mut self, file: &str, site: &Site) -> Option<Option<Score>> {
        if let Some(known) = self.known.get(file) {
            return known.clone();
        }
        let text = self.text(file, site, &mut BTreeSet::new());
        let score = text.map(|text| self.advert(&visible(&text)));
        self.known.insert(file.to_owned(), score.clone());
        score
    }

    /// The file's text with what it takes in itself.
    fn text(&self, file: &str, site: &Site, above: &mut BTreeSet<String>) -> Option<String> {
        if above.len() >= DEEPEST || above.contains(file) {
            return None;
        }
        let text = self.fetch.text(file, LARGEST)?;
        above.insert(file.to_owned());
        let mut whole = String::with_capacity(text.len());
        for line in text.lines() {
            let files = candidates(line, None, file, site);
            let taken = files.iter().find_map(|file| self.text(file, site, above));
            whole.push_str(taken.as_deref().unwrap_or(line));
            whole.push('\n');
        }
        above.remove(file);
        Some(whole)
    }

    /// The score of a text that is an advert, or of its first passage that is one.
    fn advert(&self, text: &str) -> Option<Score> {
        let whole = self.vocabulary.score(text);
        if whole.length > LONGEST_TEXT {
            return None;
        }
        let passages = text.split("\n\n").map(|passage| self.vocabulary.score(passage));
        std::iter::once(whole.clone()).chain(passages).find(|score| self.vocabulary.promotes_alone(score))
    }
}

/// The files that a line may take in, the likeliest first. `document` tells what a component's name was imported from;
/// `path` is that of the file that the line stands in.
fn candidates(line: &str, document: Option<&Document>, path: &str, site: &Site) -> Vec<String> {
    let line = line.trim();
    if line.len() > LONGEST_WORDS || !line.starts_with(['{', '<', '-', ';']) || line.contains('\n') {
        return Vec::new();
    }
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let root = |below: &str, name: &str| join(&join(&site.root, below), name);
    if let Some((call, name)) = tag(line, "{%", "%}") {
        return match call {
            "include_relative" => vec![join(folder, name)],
            "include" | "include_cached" | "render" => {
                vec![root("_includes", name), root("includes", name), root("overrides", name), root("", name)]
            }
            _ => Vec::new(),
        };
    }
    if site.generator == Generator::Hugo || site.generator == Generator::Plain {
        let called = tag(line, "{{<", ">}}").or_else(|| tag(line, "{{%", "%}}"));
        if let Some((call, name)) = called {
            let shown = ["layouts/shortcodes", "layouts/_shortcodes"].map(|below| root(below, &format!("{call}.html")));
            let named = ["", "content", "layouts/partials"].map(|below| root(below, name));
            return shown.into_iter().chain(named.into_iter().filter(|_| !name.is_empty())).collect();
        }
    }
    if let Some(name) = line.strip_prefix("{{#include").and_then(|rest| rest.strip_suffix("}}")) {
        return vec![join(folder, name.trim().split(':').next().unwrap_or_default())];
    }
    if let Some(name) = comment(line).or_else(|| snippet(line)) {
        let plain = name.trim_start_matches('@').trim_start_matches('/');
        let near = if name.starts_with('@') { Vec::new() } else { vec![join(folder, plain)] };
        let known = ["", "docs", "snippets", "docs/snippets", "includes"].map(|below| root(below, plain));
        return near.into_iter().chain(known).collect();
    }
    document.and_then(|document| component(line, document)).map_or_else(Vec::new, |from| {
        match from.strip_prefix("@site/") {
            Some(from) => vec![root("", from)],
            None => vec![join(folder, from)],
        }
    })
}

/// The first two words of a template's tag that is all of a line: what it does, and to what.
fn tag<'a>(line: &'a str, open: &str, close: &str) -> Option<(&'a str, &'a str)> {
    let inner = line.strip_prefix(open)?.strip_suffix(close)?;
    // Several tags on one line do more than take in a text.
    if inner.contains(open) {
        return None;
    }
    let mut words = inner.trim_matches(['-', '/', ' ', '\t']).split_whitespace();
    let call = words.next()?;
    let name = words.next().unwrap_or_default().trim_start_matches("file=").trim_matches(['"', '\'']);
    Some((call, name))
}

/// `<!-- @include: ./footer.md{1-3} -->`, as VitePress and VuePress have it.
fn comment(line: &str) -> Option<&str> {
    let inner = line.strip_prefix("<!--")?.strip_suffix("-->")?.trim().strip_prefix("@include:")?.trim();
    Some(inner.split(['{', '#', ' ']).next().unwrap_or_default()).filter(|name| !name.is_empty())
}

/// `--8<-- "footer.md:part"`, as Python-Markdown has it.
fn snippet(line: &str) -> Option<&str> {
    let inner = line.trim_start_matches(['-', ';']).strip_prefix("8<")?.trim_start_matches('-').trim();
    let name = inner.trim_matches(['"', '\'']);
    (name.len() < inner.len()).then(|| name.split(':').next().unwrap_or_default())
}

/// Where `<Footer />` was imported from, if that is Markdown.
fn component<'a>(line: &str, document: &'a Document) -> Option<&'a str> {
    let name = line.strip_prefix('<')?.strip_suffix("/>")?.split_whitespace().next()?;
    name.starts_with(|c: char| c.is_ascii_uppercase()).then_some(())?;
    let imports = document.source.text.lines().filter_map(|line| line.strip_prefix("import ")?.split_once(" from "));
    let from = imports.into_iter().find(|(imported, _)| imported.trim() == name)?.1;
    let from = from.trim().trim_end_matches(';').trim_matches(['"', '\'']);
    (from.ends_with(".md") || from.ends_with(".mdx")).then_some(from)
}

/// What readers see of a template or of Markdown: links as Markdown has them, an empty line where a block begins.
fn visible(text: &str) -> String {
    static MARKUP: OnceLock<Option<[(Regex, &str); 6]>> = OnceLock::new();
    let rules = MARKUP.get_or_init(|| {
        let rules = [
            (r"(?s)\A---\r?\n.*?\n---\r?\n", ""),
            (r"(?is)<(script|style|svg)\b.*?</(script|style|svg)>|<!--.*?-->|\{%.*?%\}|\{\{.*?\}\}", " "),
            (r#"(?is)<a\b[^>]*?href=["']?([^"'>\s]*)[^>]*>(.*?)</a>"#, "[$2]($1)"),
            (r"(?i)</?(p|div|section|aside|footer|li|ul|ol|h[1-6]|form|blockquote|table|tr)\b[^>]*>", "\n\n"),
            (r"<[^>]*>", " "),
            (r"[ \t]*\r?\n(?:[ \t]*\r?\n)+[ \t]*", "\n\n"),
        ];
        let compile = |(pattern, with): (&str, &'static str)| Some((Regex::new(pattern).ok()?, with));
        let compiled: Vec<_> = rules.into_iter().map_while(compile).collect();
        compiled.try_into().ok()
    });
    let rules = rules.iter().flatten();
    rules
        .fold(text.to_owned(), |text, (pattern, with)| pattern.replace_all(&text, *with).into_owned())
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_lead_to_files_below_the_root() {
        let site = |generator| Site::new(generator, "web");
        for (generator, line, first) in [
            (Generator::Jekyll, "{% include more.html kind=\"a\" %}", "web/_includes/more.html"),
            (Generator::Jekyll, "{%- include_relative ../more.md -%}", "web/more.md"),
            (Generator::Jekyll, "{% include ../../../../etc/passwd %}", "etc/passwd"),
            (Generator::Hugo, "{{< subscribe >}}", "web/layouts/shortcodes/subscribe.html"),
            (Generator::VitePress, "<!-- @include: ./more.md{1-3} -->", "web/posts/more.md"),
            (Generator::VitePress, "<!--@include: @more.md-->", "web/more.md"),
            (Generator::MkDocs, "--8<-- \"more.md:end\"", "web/posts/more.md"),
            (Generator::MdBook, "{{#include more.md:3}}", "web/posts/more.md"),
        ] {
            let found = candidates(line, None, "web/posts/a.md", &site(generator));
            assert_eq!(found.first().map(String::as_str), Some(first), "{line}");
        }
        for line in
            ["{% if a %}", "<!-- more -->", "-- said he", "{{ title }}", "<b/>", "{% include a %}{% include b %}"]
        {
            assert!(candidates(line, None, "a.md", &site(Generator::Jekyll)).is_empty(), "{line}");
        }
    }

    #[test]
    fn a_template_is_read_as_it_is_shown() {
        let html = "---\na: b\n---\n<div class=\"x\"><p>Hi {{ page.title }},\n<a class=\"b\" href=\"https://x.com/a\">follow\n me</a>!</p><script>if (a<b) {}</script></div>";
        assert_eq!(visible(html), "Hi  ,\n[follow\n me](https://x.com/a)!");
    }
}
