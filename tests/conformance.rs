//! What copydesk reads of every file of a folder, one line of JSON for each file and dialect. A development aid, run by
//! `tests/generators/front_matter.py`, which asks the real generators the same.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use std::{fs, io::Write};

use copydesk::{
    check::{Subject, elision::Notes},
    data::{Data, Node},
    document::{
        Document,
        front_matter::{FrontMatter, Typed, reading},
        tail::Tail,
    },
    facts::{Facts, habits::Habits, infer::Inferred},
    rule::{Rule, catalog::schema_rule},
    site::{Generator, Site, Sites, dialect},
    source::Source,
};
use serde_json::{Value, json};

/// A name, the generator, and a place where it has its posts.
const DIALECTS: [(&str, Generator, &str); 11] = [
    ("vitepress", Generator::VitePress, "a.md"),
    ("eleventy", Generator::Eleventy, "a.md"),
    ("astro", Generator::Astro, "src/content/posts/a.md"),
    ("hugo", Generator::Hugo, "content/posts/a.md"),
    ("jekyll-post", Generator::Jekyll, "_posts/2024-01-01-a.md"),
    ("jekyll-page", Generator::Jekyll, "a.md"),
    ("hexo", Generator::Hexo, "source/_posts/a.md"),
    ("zola", Generator::Zola, "content/posts/a.md"),
    ("mkdocs", Generator::MkDocs, "docs/a.md"),
    ("obsidian", Generator::Obsidian, "a.md"),
    ("plain", Generator::Plain, "a.md"),
];

/// A tree as JSON, plain scalars as `generator` types them; what JSON does not have stands in a map with a `$` key.
fn value(node: &Node, generator: Generator) -> Value {
    match node.value() {
        Data::Scalar(scalar) => match reading(scalar, generator) {
            Typed::Null => Value::Null,
            Typed::Bool(value) => value.into(),
            Typed::Number(value) if value.is_finite() => value.into(),
            Typed::Number(value) => json!({ "$number": value.to_string() }),
            Typed::Date => json!({ "$date": true }),
            Typed::String => scalar.text.clone().into(),
            Typed::Error => json!({ "$error": true }),
        },
        Data::List(items) => items.iter().map(|item| value(item, generator)).collect(),
        Data::Map(entries) => entries
            .iter()
            .map(|entry| (entry.key.text().unwrap_or("$key").to_owned(), value(&entry.value, generator)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Data::Alias(name, _) => json!({ "$alias": name }),
    }
}

fn line(file: &str, text: &str, (name, generator, path): (&str, Generator, &str)) -> Value {
    let matter = FrontMatter::read(&Source::from_text(path, text), &Site::example(generator));
    let payload = matter.split.block.as_ref().map(|block| block.payload);
    json!({
        "file": file,
        "dialect": name,
        "copied": matter.split.copied,
        "refused": matter.split.refused,
        "stops": matter.stops_build(path, generator),
        "errors": matter.errors.iter().map(|error| &error.message).collect::<Vec<_>>(),
        "duplicates": matter.duplicates.len(),
        "syntax": matter.split.block.as_ref().map(|block| block.syntax),
        "payload": payload.map(|span| [span.start, span.end]),
        "data": matter.tree.as_ref().map(|tree| value(tree, generator)),
        "body": matter.body.start,
    })
}

/// `COPYDESK_FILES` names a file with a path on each line, `COPYDESK_READINGS` the file to write.
#[test]
#[ignore = "asked by tests/generators/front_matter.py"]
fn readings_of_every_file() {
    let list = fs::read_to_string(std::env::var("COPYDESK_FILES").unwrap()).unwrap();
    let mut out = std::io::BufWriter::new(fs::File::create(std::env::var("COPYDESK_READINGS").unwrap()).unwrap());
    for file in list.lines() {
        let text = fs::read_to_string(file).unwrap();
        for dialect in DIALECTS {
            writeln!(out, "{}", line(file, &text, dialect)).unwrap();
        }
    }
}

/// Splits, parses and validates one post, which is done over again as often as asked.
struct Timed<'a> {
    document: Document,
    site: &'a Site,
    schema: &'a Rule,
    facts: Facts,
}

impl<'a> Timed<'a> {
    fn new(source: Source, sites: &'a Sites, schema: &'a Rule) -> Self {
        let (document, site) = (Document::parse(source, sites), sites.of("a.md"));
        Self { document, site, schema, facts: Facts::default() }
    }

    fn split(&self) -> usize {
        dialect::split(&self.document.source.text, self.document.path(), self.site).body.start
    }

    fn read(&self) -> usize {
        FrontMatter::read(&self.document.source, self.site).errors.len()
    }

    fn validate(&self) -> usize {
        let (document, site, facts, tail) = (&self.document, self.site, &self.facts, &Tail::default());
        let frame = facts.corpus.frame(0);
        self.schema
            .check
            .run(&Subject { document, site, facts, tail, notes: &Notes::default(), frame, verdicts: &[] })
            .len()
    }
}

/// Seconds of processor time that `work` takes, on average over `times`, and what it gave.
fn cost(times: usize, work: impl Fn() -> usize) -> (f64, usize) {
    let (clock, processor) = (std::time::Instant::now(), processor_time());
    let gave = (0..times).fold(0, |_, _| std::hint::black_box(work()));
    let took = match (processor, processor_time()) {
        (Some(began), Some(ended)) => ended - began,
        _ => clock.elapsed().as_secs_f64(),
    };
    (took / times as f64, gave)
}

/// Seconds that this thread has run, as Linux counts them: others on the machine do not matter then.
fn processor_time() -> Option<f64> {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(stat.split(' ').next()?.parse::<f64>().ok()? / 1e9)
}

/// How fast one core splits, parses and validates the files of `COPYDESK_FILES`, by the schema that they follow.
#[test]
#[ignore = "a measurement, for `--release --nocapture`"]
#[allow(clippy::print_stderr, reason = "it prints what it measured")]
fn speed() {
    let list = fs::read_to_string(std::env::var("COPYDESK_FILES").unwrap()).unwrap();
    let texts: Vec<String> = list.lines().map(|file| fs::read_to_string(file).unwrap()).collect();
    for (name, generator, path) in DIALECTS {
        let sites = Sites::new(vec![Site::example(generator)]);
        let documents: Vec<Document> =
            texts.iter().map(|text| Document::parse(Source::from_text(path, text.as_str()), &sites)).collect();
        let schema = schema_rule(&Inferred::read(&documents, &sites, &Habits::default()).collections()).unwrap();
        let posts: Vec<Timed> = documents
            .into_iter()
            .map(|document| Timed { document, site: sites.of(path), schema: &schema, facts: Facts::default() })
            .collect();
        let (split, _) = cost(3, || posts.iter().map(Timed::split).sum());
        let (read, _) = cost(3, || posts.iter().map(Timed::read).sum());
        let (validate, hits) = cost(3, || posts.iter().map(Timed::validate).sum());
        let whole: usize = texts.iter().map(String::len).sum();
        let block =
            |post: &Timed| post.document.front_matter.split.block.as_ref().map_or(0, |block| block.payload.len());
        let matter: usize = posts.iter().map(block).sum();
        let rate = |bytes: usize, seconds: f64| bytes as f64 / 1e6 / seconds;
        eprintln!(
            "{name}: whole posts ({:.1} MB): split {:.0} MB/s, split and parse {:.0}, and validate {:.0}; \
             blocks alone ({:.1} MB): {:.0} and {:.0}; {hits} violations",
            whole as f64 / 1e6,
            rate(whole, split),
            rate(whole, read),
            rate(whole, read + validate),
            matter as f64 / 1e6,
            rate(matter, read),
            rate(matter, read + validate),
        );
    }
}

/// What a key costs among ten and among a hundred thousand. One block may have 100,000 keys and values.
#[test]
#[ignore = "a measurement, for `--release --nocapture`"]
#[allow(clippy::print_stderr, reason = "it prints what it measured")]
fn cost_of_a_key() {
    for (name, generator, key) in KEYS {
        for known in [true, false] {
            for count in [10, 100, 1_000, 10_000, 49_000, 100_000] {
                let sites = Sites::new(vec![Site::example(generator)]);
                let properties: serde_json::Map<String, Value> = (0..if known { count } else { 1 })
                    .map(|n| (format!("k{n}"), json!({ "type": "string" })))
                    .collect();
                let schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
                let schema = schema_rule(&json!([{ "files": "**", "schema": schema }])).unwrap();
                let post = Timed::new(Source::from_text("a.md", key(count)), &sites, &schema);
                let times = (200_000 / count).max(4);
                let (read, errors) = cost(times, || post.read());
                let (validate, hits) = cost(times, || post.validate());
                let each = |seconds: f64| seconds * 1e9 / count as f64;
                eprintln!(
                    "{name}, {count} keys{}: {:.0} ns to read each, {:.0} to validate ({errors} errors, {hits} hits)",
                    if known { "" } else { " that no schema knows" },
                    each(read),
                    each(validate),
                );
            }
        }
    }
}

type Keys = fn(usize) -> String;

const KEYS: [(&str, Generator, Keys); 3] = [
    ("YAML", Generator::VitePress, |count| {
        format!("---\n{}---\n", (0..count).map(|n| format!("k{n}: v\n")).collect::<String>())
    }),
    ("TOML", Generator::Hugo, |count| {
        format!("+++\n{}+++\n", (0..count).map(|n| format!("k{n}='v'\n")).collect::<String>())
    }),
    ("JSON", Generator::Hugo, |count| {
        format!("{{{}}}\n", (0..count).map(|n| format!("\"k{n}\":\"v\"")).collect::<Vec<_>>().join(","))
    }),
];
