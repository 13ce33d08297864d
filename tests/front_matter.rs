//! What each generator reads of a file, against what the real ones were measured to read.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use copydesk::{
    data::{Data, Node, Scalar, Style},
    document::front_matter::{FrontMatter, Typed, reading},
    site::{Generator, Site},
    source::Source,
};
use serde_json::Value;

const CASES: &str = include_str!("front-matter/cases.json");
const SCALARS: &str = include_str!("front-matter/scalars.json");

fn generator(name: &str) -> Generator {
    Generator::ALL.into_iter().find(|generator| generator.id() == name).expect("a generator that is known")
}

/// A tree as JSON, with plain scalars as `generator` types them.
fn value(node: &Node, generator: Generator) -> Value {
    match node.value() {
        Data::Scalar(scalar) => match reading(scalar, generator) {
            Typed::Null => Value::Null,
            Typed::Bool(value) => value.into(),
            Typed::Number(value) => value.into(),
            _ => scalar.text.clone().into(),
        },
        Data::List(items) => items.iter().map(|item| value(item, generator)).collect(),
        Data::Map(entries) => entries
            .iter()
            .map(|entry| (entry.key.text().unwrap_or_default().to_owned(), value(&entry.value, generator)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Data::Alias(name, _) => format!("*{name}").into(),
    }
}

/// What a generator makes of a text, in the words of the file of cases.
fn read(text: &str, reader: &str) -> Value {
    let (name, path) = match reader.split_once('-') {
        Some((name, "post")) => (name, "_posts/2024-01-01-a.md"),
        Some((name, "collection")) => (name, "_notes/a.md"),
        _ => (reader.split('-').next().unwrap(), "a.md"),
    };
    let generator = generator(name);
    let matter = FrontMatter::read(&Source::from_text(path, text), &Site::example(generator));
    if matter.split.copied {
        return "copied".into();
    }
    if generator == Generator::Hugo {
        if matter.split.refused {
            return "error".into();
        }
        let payload = matter.split.block.as_ref().map(|block| serde_json::json!({"payload": block.payload.of(text)}));
        return serde_json::json!({"data": payload, "body": matter.split.body.start});
    }
    if matter.stops_build(path, generator) {
        return "error".into();
    }
    let tree = matter.tree.as_ref().filter(|tree| !tree.entries().is_empty());
    serde_json::json!({"data": tree.map(|tree| value(tree, generator)), "body": matter.body.start})
}

#[test]
fn every_generator_splits_as_it_really_does() {
    let file: Value = serde_json::from_str(CASES).unwrap();
    let mut wrong = Vec::new();
    for (name, case) in file["cases"].as_object().unwrap() {
        let text = case["text"].as_str().unwrap();
        for group in case["readings"].as_array().unwrap() {
            let mut expected = group[1].clone();
            // Text or a list is no front matter; how each generator says so is another matter.
            if expected.get("data").is_some_and(|data| !data.is_object()) {
                expected["data"] = Value::Null;
            }
            for reader in group[0].as_str().unwrap().split(' ') {
                let found = read(text, reader);
                if found != expected {
                    wrong.push(format!("{name} {reader}: {text:?}\n  expected {expected}\n  found    {found}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_generator_types_scalars_as_it_really_does() {
    let file: Value = serde_json::from_str(SCALARS).unwrap();
    let mut wrong = Vec::new();
    for (text, readings) in file["scalars"].as_object().unwrap() {
        // Tags and aliases are for the parser, not for the reading of a scalar.
        if text.starts_with(['!', '*']) {
            continue;
        }
        let source = format!("k: {text}\n");
        let plain = copydesk::data::yaml::parse(&source, copydesk::source::Span::new(0, source.len()))
            .ok()
            .and_then(|node| node.get("k").and_then(Node::scalar).cloned());
        for (name, expected) in readings.as_object().unwrap() {
            let found = plain.as_ref().map_or(Typed::Error, |scalar| reading(scalar, generator(name)));
            let same = match (found, expected) {
                (_, Value::String(word)) if word == "other" => true,
                (Typed::Null, Value::String(word)) => word == "null",
                (Typed::Bool(value), Value::String(word)) => *word == value.to_string(),
                (Typed::Date, Value::String(word)) => word == "date",
                (Typed::String, Value::String(word)) => word == "string",
                (Typed::Error, Value::String(word)) => word == "error",
                (Typed::Number(n), Value::String(word)) => {
                    word == "nan" && n.is_nan() || word == "inf" && n.is_infinite()
                }
                (Typed::Number(n), expected) => expected.as_f64() == Some(n),
                _ => false,
            };
            if !same {
                wrong.push(format!("{text:?} {name}: expected {expected}, found {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_quoted_scalar_is_a_string_everywhere() {
    let scalar = Scalar { text: "no".to_owned(), style: Style::Quoted };
    assert!(Generator::ALL.into_iter().all(|generator| reading(&scalar, generator) == Typed::String));
}

#[test]
fn attacks_are_said_quickly() {
    let bomb: String = (1..40).map(|n| format!("a{n}: &a{n} [*a{0}, *a{0}]\n", n - 1)).collect();
    let attacks = [
        format!("---\na0: &a0 [x]\n{bomb}---\n"),
        format!("---\nk: {}\n---\n", "[".repeat(10_000)),
        format!("---\n{}\n---\n", "- ".repeat(10_000)),
        format!("---\nk: {}\n---\n", "a".repeat(2 << 20)),
        format!("---\n{}---\n", "k: v\n".repeat(10_000)),
        "---\ntitle: a\0b\n---\n".to_owned(),
        format!("---\n{}", "---x\n".repeat(10_000)),
        format!("{}\n---\n", " ".repeat(1 << 20)),
        format!("---\n{}", "--- \n \n".repeat(10_000)),
        "{".repeat(1 << 20),
        format!("+++\nk = {}\n+++\n", "[".repeat(10_000)),
        "```\n".repeat(10_000),
    ];
    for text in attacks {
        for generator in Generator::ALL {
            let began = std::time::Instant::now();
            let source = Source::from_text("post.md", text.clone());
            let _ = FrontMatter::read(&source, &Site::example(generator));
            let took = began.elapsed();
            let most = if cfg!(debug_assertions) { 20.0 } else { 1.0 };
            assert!(took.as_secs_f64() < most, "{} took {took:?} for {:?}", generator.id(), &text[..30]);
        }
    }
}

#[test]
fn a_fix_makes_the_keys_readable_and_leaves_nothing_to_fix() {
    let broken = [
        "title: x\n---\nBody.\n",
        "\n\ntitle: x\n---\nBody.\n",
        "---\n---\ntitle: x\n---\nBody.\n",
        "\n\n---\n---\n\ntitle: x\n---\nBody.\n",
        "\n---\ntitle: x\n---\nBody.\n",
        "  ---\ntitle: x\n---\nBody.\n",
        "---\ntitle: x\n\nBody.\n",
        "```\n---\ntitle: x\n---\nBody.\n```\n",
        "```yaml\ntitle: x\n```\nBody.\n",
        "```yaml\n---\ntitle: x\n---\n```\nBody.\n",
    ];
    let site = Site::example(Generator::VitePress);
    for text in broken {
        let matter = FrontMatter::read(&Source::from_text("post.md", text), &site);
        let [fault] = matter.split.faults.as_slice() else { panic!("{text:?}: {:?}", matter.split.faults) };
        let mut fixed = text.to_owned();
        for (span, with) in fault.edits.iter().rev() {
            fixed.replace_range(span.start..span.end, with);
        }
        let again = FrontMatter::read(&Source::from_text("post.md", fixed.clone()), &site);
        let title = again.tree.as_ref().and_then(|tree| tree.get("title")).and_then(Node::text);
        assert_eq!(title, Some("x"), "{text:?} became {fixed:?}");
        assert!(again.split.faults.is_empty(), "{text:?} became {fixed:?}");
        assert!(!fixed.contains("```"), "{fixed:?}");
    }
}

/// The rules about front matter, without those that a single post cannot break.
fn rules() -> copydesk::rule::Rules {
    let mut rules = copydesk::rule::catalog::defaults().unwrap();
    rules.list.retain(|rule| rule.id.starts_with("front-matter"));
    rules
}

/// The world of a single post.
struct Nothing;

impl copydesk::facts::Fetch for Nothing {
    fn list(&self, _: &str) -> Option<Vec<copydesk::facts::Listed>> {
        None
    }

    fn picture(&self, _: &str) -> Option<copydesk::facts::picture::Sample> {
        None
    }

    fn ask(&self, _: &[url::Url]) -> Option<Vec<copydesk::facts::Verdict>> {
        None
    }
}

/// A post whose front matter is broken in one way, of which `title` was meant to be the title.
#[derive(Debug, Clone)]
struct Broken {
    generator: Generator,
    path: &'static str,
    title: String,
    text: String,
}

fn broken() -> impl proptest::strategy::Strategy<Value = Broken> {
    use proptest::prelude::*;
    let words = prop_oneof![
        Just("A walk".to_owned()),
        Just("山里的一天".to_owned()),
        Just("산책 #2".to_owned()),
        "[A-Za-zé—今天]{1,12}( [a-z]{1,8}){0,3}",
    ];
    let generator = prop::sample::select(vec![
        Generator::VitePress,
        Generator::Astro,
        Generator::Hugo,
        Generator::Jekyll,
        Generator::Hexo,
        Generator::Zola,
        Generator::MkDocs,
        Generator::Plain,
    ]);
    (words, generator, 0..9_usize, any::<bool>(), any::<bool>()).prop_map(|(title, generator, fault, windows, more)| {
        let more = if more { "tags: [a, b]\n# a note\n" } else { "" };
        let title = title.trim().replace(" #", " ");
        // MkDocs reads a block without an opening fence line by line, quotes and all.
        let bare = fault == 0 && generator == Generator::MkDocs;
        let quoted = if bare { title.clone() } else { format!("\"{title}\"") };
        let (title, keys) = match fault {
            6 => (format!("{title}: on"), format!("title: {title}: on\ndate: 2024-03-01\n{more}")),
            7 => (format!("{title}'s on"), format!("title: '{title}'s on'\ndate: 2024-03-01\n{more}")),
            8 => (format!("@{title}"), format!("title: @{title}\ndate: 2024-03-01\n{more}")),
            _ => (title, format!("title: {quoted}\ndate: 2024-03-01\n{more}")),
        };
        let body = "\nWe left early.\n\n> And came back late.\n";
        let text = match fault {
            0 => format!("{keys}---\n{body}"),
            1 => format!("---\n---\n{keys}---\n{body}"),
            2 => format!("\n\n---\n{keys}---\n{body}"),
            3 => format!("```markdown\n---\n{keys}---\n{body}```\n"),
            4 => format!("```yaml\n{keys}---\n```\n{body}"),
            5 => format!("---\n{keys}{body}"),
            _ => format!("---\n{keys}---\n{body}"),
        };
        let text = if windows { text.replace('\n', "\r\n") } else { text };
        let path = match generator {
            Generator::Jekyll => "_posts/2024-03-01-a.md",
            Generator::Hugo | Generator::Zola => "content/a.md",
            Generator::Astro => "src/content/a.md",
            Generator::Hexo => "source/_posts/a.md",
            _ => "a.md",
        };
        Broken { generator, path, title, text }
    })
}

fn examine(post: &Broken, text: &str, rules: &copydesk::rule::Rules) -> Vec<copydesk::finding::Finding> {
    let sites = copydesk::site::Sites::new(vec![Site::example(post.generator)]);
    copydesk::examine::examine(vec![Source::from_text(post.path, text)], &sites, rules, &Nothing).findings
}

#[test]
fn fixes_give_what_was_meant_and_then_nothing_is_left_to_fix() {
    use proptest::prelude::*;
    let rules = rules();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases: 300, ..ProptestConfig::default() });
    let outcome = runner.run(&broken(), |post| {
        let mut text = post.text.clone();
        // What keeps the block from being read comes first, what is wrong inside after it.
        for _ in 0..3 {
            let findings = examine(&post, &text, &rules);
            let Some(fix) = findings.iter().find_map(|finding| finding.fixes.first()) else { break };
            for edit in fix.edits.iter().rev() {
                text.replace_range(edit.span.start..edit.span.end, &edit.text);
            }
        }
        let left = examine(&post, &text, &rules);
        prop_assert!(left.iter().all(|finding| finding.fixes.is_empty()), "{:?} left in {text:?}", left[0].message);
        let site = Site::example(post.generator);
        let matter = FrontMatter::read(&Source::from_text(post.path, text.clone()), &site);
        let title = matter.tree.as_ref().and_then(|tree| tree.get("title")).and_then(Node::text);
        prop_assert_eq!(title, Some(post.title.as_str()), "{:?}", text);
        prop_assert!(post.text.contains("\r\n") || !text.contains('\r'));
        prop_assert!(!post.text.contains("\r\n") || !text.replace("\r\n", "").contains('\n'), "{:?}", text);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
