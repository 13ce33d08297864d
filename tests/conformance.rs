//! What copydesk reads of every file of a folder, one line of JSON for each file and dialect. A development aid, run by
//! `tests/generators/front_matter.py`, which asks the real generators the same.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use std::{fs, io::Write};

use copydesk::{
    data::{Data, Node},
    document::front_matter::{FrontMatter, Typed, reading},
    site::{Generator, Site},
    source::Source,
};
use serde_json::{Value, json};

const DIALECTS: [(&str, Generator, &str); 8] = [
    ("vitepress", Generator::VitePress, "a.md"),
    ("astro", Generator::Astro, "a.md"),
    ("hugo", Generator::Hugo, "a.md"),
    ("jekyll-post", Generator::Jekyll, "_posts/2024-01-01-a.md"),
    ("jekyll-page", Generator::Jekyll, "a.md"),
    ("hexo", Generator::Hexo, "a.md"),
    ("zola", Generator::Zola, "a.md"),
    ("mkdocs", Generator::MkDocs, "a.md"),
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

/// How fast one core splits and parses the files of `COPYDESK_FILES`.
#[test]
#[ignore = "a measurement, for `--release --nocapture`"]
#[allow(clippy::print_stderr, reason = "it prints what it measured")]
fn speed() {
    let list = fs::read_to_string(std::env::var("COPYDESK_FILES").unwrap()).unwrap();
    let texts: Vec<Source> =
        list.lines().map(|file| Source::from_text("a.md", fs::read_to_string(file).unwrap())).collect();
    let bytes: usize = texts.iter().map(|source| source.text.len()).sum();
    for (name, generator, _) in DIALECTS {
        let site = Site::example(generator);
        let began = std::time::Instant::now();
        let read = texts.iter().filter(|source| FrontMatter::read(source, &site).tree.is_some()).count();
        let rate = bytes as f64 / 1e6 / began.elapsed().as_secs_f64();
        eprintln!("{name}: {read} of {} files have front matter, {rate:.0} MB/s", texts.len());
    }
}
