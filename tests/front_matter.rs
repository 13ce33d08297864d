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
    let (mut wrong, mut read_by) = (Vec::new(), Vec::new());
    for (name, case) in file["cases"].as_object().unwrap() {
        let text = case["text"].as_str().unwrap();
        let mut readers = std::collections::BTreeSet::new();
        for group in case["readings"].as_array().unwrap() {
            let mut expected = group[1].clone();
            // Text or a list is no front matter; how each generator says so is another matter.
            if expected.get("data").is_some_and(|data| !data.is_object()) {
                expected["data"] = Value::Null;
            }
            for reader in group[0].as_str().unwrap().split(' ') {
                readers.insert(reader.to_owned());
                let found = read(text, reader);
                if found != expected {
                    wrong.push(format!("{name} {reader}: {text:?}\n  expected {expected}\n  found    {found}"));
                }
            }
        }
        read_by.push((name, readers.len()));
    }
    // Ten generators, Jekyll's three kinds of files and two dialects without a generator.
    assert!(read_by.len() == 48 && read_by.iter().all(|(_, readers)| *readers == 14), "{read_by:?}");
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_generator_types_scalars_as_it_really_does() {
    let file: Value = serde_json::from_str(SCALARS).unwrap();
    let mut wrong = Vec::new();
    for (text, readings) in file["scalars"].as_object().unwrap() {
        let source = format!("---\nk: {text}\n---\nx\n");
        for (name, expected) in readings.as_object().unwrap() {
            let found = typed(&source, generator(name));
            // SafeYAML makes nothing of an alias without its anchor, and Debian's Jekyll stops reading: a mistake.
            let told = text == "*foo" && name == "jekyll" && found == "error";
            if found != *expected && !told {
                wrong.push(format!("{text:?} {name}: expected {expected}, found {found}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// What a generator makes of the value of `k`, in the words of the file of scalars.
fn typed(text: &str, generator: Generator) -> Value {
    let path = if generator == Generator::Jekyll { "_posts/2024-01-01-a.md" } else { "a.md" };
    let matter = FrontMatter::read(&Source::from_text(path, text), &Site::example(generator));
    let value = matter.tree.as_ref().and_then(|tree| tree.get("k"));
    match value.map(|node| (node, node.scalar())) {
        None => "error".into(),
        Some((node, None)) if matches!(node.data, Data::Map(_)) => "other".into(),
        Some((node, None)) => format!("{:?}", node.data).into(),
        // Zola's reader has a kind of its own for a value with a tag.
        Some((node, _)) if generator == Generator::Zola && text[..node.span.start].ends_with("!foo ") => "other".into(),
        Some((_, Some(scalar))) => match reading(scalar, generator) {
            Typed::Null => "null".into(),
            Typed::Bool(value) => value.to_string().into(),
            Typed::Date => "date".into(),
            Typed::String => "string".into(),
            Typed::Error => "error".into(),
            Typed::Number(n) if n.is_nan() => "nan".into(),
            Typed::Number(n) if n.is_infinite() => "inf".into(),
            Typed::Number(n) => n.into(),
        },
    }
}

/// Every key and value that is no list or map: as written, as decoded, and its style.
fn leaves<'a>(node: &'a Node, text: &'a str, found: &mut Vec<(&'a str, &'a str, Style)>) {
    if let Data::Scalar(scalar) = &node.data {
        found.push((node.span.of(text), scalar.text.as_str(), scalar.style));
    }
    for entry in node.entries() {
        leaves(&entry.key, text, found);
        leaves(&entry.value, text, found);
    }
    node.items().iter().for_each(|item| leaves(item, text, found));
}

#[test]
fn every_key_and_value_keeps_its_bytes_and_its_style() {
    let yaml = "---\n# 注释\n标题: 今天\n'état': \"une\\tvoix\"\n\
                扉:\n  - 甲 # 一\n  - {산책: '길''s', b: [𝄞, ~]}\n  -\n    深い:\n      - |\n        一行\n        二行\n\
                long: one\n  two\nfolded: >-\n  三\n  四\nnothing:\n---\n正文\n"
        .to_owned();
    let toml = "+++\n# 注释\n\"标题\" = '今天'\n[\"扉\"]\n\"산책\" = [1, true, \"길\"]\n+++\n".to_owned();
    let json = "{\n \"标题\": \"今\\u5929\",\n \"扉\": [\"甲\", {\"산책\": null}]\n}\n正文\n".to_owned();
    for (text, generator, plain) in
        [(yaml, Generator::VitePress, true), (toml, Generator::Hugo, false), (json, Generator::Hugo, false)]
    {
        let read = |text: &str| FrontMatter::read(&Source::from_text("a.md", text), &Site::example(generator));
        let expected = read(&text);
        let tree = expected.tree.as_ref().unwrap_or_else(|| panic!("{text}: {:?}", expected.errors));
        let mut written = Vec::new();
        leaves(tree, &text, &mut written);
        assert!(written.len() >= 5, "{written:?}");
        for (raw, decoded, style) in &written {
            match style {
                Style::Plain if !raw.contains('\n') => assert_eq!(raw, decoded),
                Style::Quoted if plain => assert!(raw.starts_with(['"', '\'']) && raw.ends_with(['"', '\'']), "{raw}"),
                Style::Null if plain && !raw.is_empty() => panic!("{raw}"),
                _ => {}
            }
        }
        if plain {
            let find = |decoded: &str| written.iter().find(|leaf| leaf.1 == decoded).unwrap();
            assert_eq!(find("今天"), &("今天", "今天", Style::Plain));
            assert_eq!(find("une\tvoix"), &("\"une\\tvoix\"", "une\tvoix", Style::Quoted));
            assert_eq!(find("길's"), &("'길''s'", "길's", Style::Quoted));
            assert_eq!(find("one two").0, "one\n  two");
            assert_eq!(find("一行\n二行\n").2, Style::Block);
            assert_eq!(find("三 四").2, Style::Block);
        }
        // The same leaves stand in text of Windows and behind a byte order mark.
        for (mark, end) in [("\u{feff}", "\n"), ("", "\r\n"), ("\u{feff}", "\r\n")] {
            let other = format!("{mark}{}", text.replace('\n', end));
            let matter = read(&other);
            let mut found = Vec::new();
            leaves(matter.tree.as_ref().unwrap(), &other, &mut found);
            let found: Vec<_> =
                found.iter().map(|(raw, text, style)| (raw.replace("\r\n", "\n"), *text, *style)).collect();
            let same: Vec<_> = written.iter().map(|(raw, text, style)| ((*raw).to_owned(), *text, *style)).collect();
            assert_eq!(found, same, "{other:?}");
            assert_eq!(matter.body.of(&other).replace("\r\n", "\n"), expected.body.of(&text));
        }
    }
}

#[test]
fn a_quoted_scalar_is_a_string_everywhere() {
    let scalar = Scalar { text: "no".to_owned(), style: Style::Quoted };
    assert!(Generator::ALL.into_iter().all(|generator| reading(&scalar, generator) == Typed::String));
}

/// Front matter in one of the syntaxes, around what stands inside.
type Around = fn(&str) -> String;

const AROUND: [(&str, Generator, Around); 5] = [
    ("YAML", Generator::VitePress, |inside| format!("---\n{inside}\n---\nx\n")),
    ("YAML for Hugo", Generator::Hugo, |inside| format!("---\n{inside}\n---\nx\n")),
    ("TOML", Generator::Zola, |inside| format!("+++\n{inside}\n+++\nx\n")),
    ("JSON", Generator::Hugo, |inside| format!("{{{inside}}}\nx\n")),
    ("members", Generator::Hexo, |inside| format!(";;;\n{inside}\n;;;\nx\n")),
];

#[test]
fn an_attack_in_any_syntax_is_said_at_once() {
    let much = if cfg!(debug_assertions) { 2_000_000 } else { 50_000_000 };
    for (name, generator, around) in AROUND {
        let (key, quote) = match name {
            "TOML" => ("k = ", "\""),
            "JSON" | "members" => ("\"k\": ", "\""),
            _ => ("k: ", "\""),
        };
        let deep = |open: &str, close: &str| format!("{key}{}1{}", open.repeat(10_000), close.repeat(10_000));
        let map = if name == "TOML" { "{a = " } else { "{\"a\": " };
        let attacks = [
            ("lists in lists", deep("[", "]"), true),
            ("maps in maps", deep(map, "}"), true),
            ("open brackets", format!("{key}{}", "[".repeat(100_000)), true),
            ("open braces", format!("{key}{}", "{".repeat(100_000)), true),
            ("a NUL byte", format!("{key}{quote}a\0b{quote}"), true),
            ("much text", format!("{key}{quote}{}{quote}", "a b ".repeat(much / 4)), true),
            ("much text in lines", format!("{key}{quote}{}{quote}", "a b\n".repeat(much / 4)), true),
            ("quotes", format!("{key}{}", "\"".repeat(100_001)), true),
            ("one long value", format!("{key}{quote}{}{quote}", "a".repeat(1_000_000)), false),
        ];
        for (attack, inside, stops) in attacks {
            let source = Source::from_text("post.md", around(&inside));
            let sites = copydesk::site::Sites::new(vec![Site::example(generator)]);
            let began = std::time::Instant::now();
            let matter = FrontMatter::read(&source, sites.of("post.md"));
            let took = began.elapsed().as_secs_f64();
            // Hexo takes what is no JSON for text, and Hugo what has no end for a mistake of another kind.
            let said = !matter.errors.is_empty() || name == "members" && matter.split.block.is_none();
            assert_eq!(said, stops, "{attack} in {name}: {:?}", matter.errors);
            let most = if cfg!(debug_assertions) { 20.0 } else { 1.0 };
            assert!(took < most, "{attack} in {name} took {took} s");
            for error in &matter.errors {
                assert!(source.text.get(error.span.start..error.span.end).is_some(), "{attack} in {name}: {error:?}");
            }
        }
    }
}

#[test]
fn a_block_too_large_is_an_error_and_no_article() {
    let much = "a b\n".repeat(500_000);
    for (text, generator) in [
        (format!("---\nk: {much}"), Generator::VitePress),
        (format!("---\nk: {much}"), Generator::Hugo),
        (format!("+++\nk = '{much}"), Generator::Hugo),
        (format!("{{\"k\": \"{much}"), Generator::Hugo),
    ] {
        let end = text.len();
        let matter = FrontMatter::read(&Source::from_text("a.md", text), &Site::example(generator));
        assert!(matter.errors[0].message.contains("bytes"), "{:?}", matter.errors);
        assert_eq!((matter.body.start, matter.body.end), (end, end), "{}", generator.id());
    }
    // One that ends keeps what follows, and so does one that does not parse.
    let closed = format!("{{\"k\": \"{much}\"}}\nBody.\n");
    let matter = FrontMatter::read(&Source::from_text("a.md", closed.as_str()), &Site::example(Generator::Hugo));
    assert_eq!(matter.body.of(&closed), "Body.\n");
    let broken = "{\n\"title\": x\n}\nBody.\n";
    let matter = FrontMatter::read(&Source::from_text("a.md", broken), &Site::example(Generator::Hugo));
    assert!(!matter.errors.is_empty());
    assert_eq!(matter.body.of(broken), "Body.\n");
}

#[test]
fn thousands_of_empty_items_do_not_overflow_hugos_reader() {
    let text = format!("---\n{}---\nx\n", (0..30_000).map(|n| format!("k{n}:\n- \n")).collect::<String>());
    let matter = FrontMatter::read(&Source::from_text("a.md", text), &Site::example(Generator::Hugo));
    assert!(matter.errors[0].message.contains("more than 64"), "{:?}", matter.errors);
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

    fn picture(&self, _: &str) -> Result<copydesk::facts::picture::Sample, copydesk::facts::picture::Unread> {
        Err(copydesk::facts::picture::Unread::Nowhere)
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
    (words, generator, 0..13_usize, any::<bool>(), any::<bool>(), prop::bool::weighted(0.2)).prop_map(
        |(title, generator, fault, windows, more, marked)| {
            let more = if more { "tags: [a, b]\n# a note\n" } else { "" };
            let title = title.trim().replace(" #", " ");
            // MkDocs reads a block without an opening fence line by line, quotes and all.
            let bare = fault == 0 && generator == Generator::MkDocs;
            let quoted = if bare { title.clone() } else { format!("\"{title}\"") };
            let (title, keys) = match fault {
                6 => (format!("{title}: on"), format!("title: {title}: on\ndate: 2024-03-01\n{more}")),
                7 => (format!("{title}'s on"), format!("title: '{title}'s on'\ndate: 2024-03-01\n{more}")),
                8 => (format!("@{title}"), format!("title: @{title}\ndate: 2024-03-01\n{more}")),
                9 if generator != Generator::Plain => {
                    (title.clone(), format!("title：{title}\ndate: 2024-03-01\n{more}"))
                }
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
                // Where no generator is known, such a fence may be one.
                10 if generator != Generator::Plain => format!("----\n{keys}----\n{body}"),
                11 if generator != Generator::Plain => format!("———\n{keys}———\n{body}"),
                12 => format!("---\n{keys}...\n{body}"),
                _ => format!("---\n{keys}---\n{body}"),
            };
            let text = if windows { text.replace('\n', "\r\n") } else { text };
            let text = if marked { format!("\u{feff}{text}") } else { text };
            let path = match generator {
                Generator::Jekyll => "_posts/2024-03-01-a.md",
                Generator::Hugo | Generator::Zola => "content/a.md",
                Generator::Astro => "src/content/a.md",
                Generator::Hexo => "source/_posts/a.md",
                _ => "a.md",
            };
            Broken { generator, path, title, text }
        },
    )
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
        let body = post
            .text
            .find("We left")
            .map_or("", |at| post.text[at..].trim_end_matches("```\n").trim_end_matches("```\r\n"));
        prop_assert!(text.ends_with(body), "{:?} is not below {:?}", body, text);
        prop_assert!(post.text.contains("\r\n") || !text.contains('\r'));
        prop_assert!(!post.text.contains("\r\n") || !text.replace("\r\n", "").contains('\n'), "{:?}", text);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// What the schema rule says of one post: the text under each finding, its message and its help.
fn violations(schema: &Value, text: &str) -> Vec<(String, String, String)> {
    let collections = serde_json::json!([{ "files": "**", "schema": schema }]);
    violations_in(&collections, &[("post.md", text)], Generator::Plain)
}

/// The same for the first of several posts.
fn violations_in(collections: &Value, posts: &[(&str, &str)], generator: Generator) -> Vec<(String, String, String)> {
    let drafts = copydesk::rule::catalog::shipped().unwrap();
    let draft = drafts.iter().find(|draft| draft.id == "front-matter-schema").unwrap();
    let over = serde_json::json!({ "check": { "schema": { "collections": collections } } });
    let rules = copydesk::rule::Rules { list: vec![draft.finish(&over).unwrap()], ..Default::default() };
    let sites = copydesk::site::Sites::new(vec![Site::example(generator)]);
    let sources = posts.iter().map(|(path, text)| Source::from_text(*path, *text));
    let report = copydesk::examine::examine(sources, &sites, &rules, &Nothing);
    let first = report.findings.iter().filter(|finding| *finding.path == *posts[0].0);
    first
        .map(|finding| {
            let found = finding.span.of(posts[0].1).to_owned();
            (found, finding.message.clone(), finding.help.clone().unwrap_or_default())
        })
        .collect()
}

fn triple(found: &str, message: &str, help: &str) -> (String, String, String) {
    (found.to_owned(), message.to_owned(), help.to_owned())
}

#[test]
fn each_violation_stands_at_its_key_or_value() {
    let schema = serde_json::json!({
        "type": "object",
        "required": ["title", "date"],
        "properties": {
            "title": { "type": "string" },
            "state": { "enum": ["draft", "review", "final"] },
            "seo": { "$ref": "#/$defs/seo" },
            "home": { "type": "string", "format": "uri" },
        },
        "additionalProperties": false,
        "$defs": { "seo": {
            "type": "object",
            "required": ["image"],
            "properties": { "image": { "type": "string" }, "wide": { "type": "boolean" } },
            "additionalProperties": false,
        } },
    });
    let text = "---\ntitle: A\nstate: finnal\nseo:\n  wyde: true\nhome: not an address\ndatte: 2024-03-01\n---\nx\n";
    assert_eq!(
        violations(&schema, text),
        [
            triple("finnal", "`finnal` is none of the values that `state` may have", "one of: final, draft, review"),
            triple("seo", "`image` is missing", ""),
            triple("wyde", "`wyde` is not a key of this collection", "did you mean `wide`?"),
            triple("not an address", "`not an address` is no uri", ""),
            triple("datte", "`datte` is not a key of this collection", "did you mean `date`?"),
        ]
    );
    assert_eq!(violations(&schema, "---\nstate: draft\n---\nx\n")[0].0, "---");
    // Without front matter nothing is there, but where it is broken another rule says so.
    assert_eq!(violations(&schema, "Only text.\n").len(), 2);
    assert_eq!(violations(&schema, "---\n---\nText.\n").len(), 2);
    assert_eq!(violations(&schema, "---\n---\ntitle: A\n---\nText.\n"), []);
    assert_eq!(violations(&schema, "---\ntitle: a: b\n---\nText.\n"), []);
}

#[test]
fn a_value_that_may_be_of_several_kinds_is_judged_by_the_one_it_is_of() {
    let schema = serde_json::json!({ "properties": { "author": { "anyOf": [
        { "type": "string" },
        { "type": "object", "required": ["name"], "properties": { "name": { "type": "string" } } },
    ] } } });
    let said = |value: &str| violations(&schema, &format!("---\nauthor: {value}\n---\nx\n"));
    assert_eq!(said("me"), []);
    assert_eq!(said("12"), [triple("12", "`author` must be string or object, not `12`", "")]);
    assert_eq!(said("{name: [a]}"), [triple("[a]", "`name` must be string, not `a list of 1`", "")]);
    assert_eq!(said("{nme: a}"), [triple("nme", "`name` is missing", "did you mean `name` by `nme`?")]);
}

#[test]
fn a_schema_is_read_by_the_draft_that_it_names() {
    let tuple = |draft: &str| {
        let schema = serde_json::json!({
            "$schema": draft,
            "definitions": { "word": { "type": "string" } },
            "properties": { "pair": { "items": [{ "$ref": "#/definitions/word" }, { "type": "integer" }] } },
        });
        violations(&schema, "---\npair: [a, b]\n---\nx\n")
    };
    assert_eq!(tuple("http://json-schema.org/draft-07/schema#"), [triple("b", "`pair` must be integer, not `b`", "")]);
    let drafts = copydesk::rule::catalog::shipped().unwrap();
    let draft = drafts.iter().find(|draft| draft.id == "front-matter-schema").unwrap();
    let refused = |schema: Value| {
        let over =
            serde_json::json!({ "check": { "schema": { "collections": [{ "files": "**", "schema": schema }] } } });
        draft.finish(&over).map(|_| ()).unwrap_err().to_string()
    };
    // A file or an address outside, a pattern that could backtrack, and a word that means nothing.
    for schema in [
        serde_json::json!({ "$ref": "https://example.test/schema.json" }),
        serde_json::json!({ "$ref": "/etc/passwd" }),
        serde_json::json!({ "properties": { "a": { "pattern": "(a+)+(?=b)" } } }),
        serde_json::json!({ "properties": { "a": { "format": "dat" } } }),
        serde_json::json!({ "title": { "requird": true } }),
    ] {
        assert!(!refused(schema.clone()).is_empty(), "{schema}");
    }
}

#[test]
fn a_date_is_a_date_in_every_dialect() {
    let schema = serde_json::json!([{ "files": "**", "schema": { "date": { "type": "date", "required": true } } }]);
    for generator in Generator::ALL {
        let path = if generator == Generator::Jekyll { "_posts/2024-03-01-a.md" } else { "a.md" };
        for date in ["2024-03-01", "'2024-03-01'", "2024-03-01 10:00:00", "2024-03-01T10:00:00+01:00"] {
            // Quotation marks are part of what Pelican reads, which then is no date to it (4.12, run).
            if generator == Generator::Pelican && date.starts_with('\'') {
                continue;
            }
            let text = format!("---\ndate: {date}\n---\nx\n");
            assert_eq!(violations_in(&schema, &[(path, &text)], generator), [], "{date} for {generator:?}");
        }
        let text = "---\ndate: 1 March\n---\nx\n";
        let said = violations_in(&schema, &[(path, text)], generator);
        assert_eq!(said, [triple("1 March", "`1 March` is no date", "")], "{generator:?}");
    }
    let toml = "+++\ndate = 2024-03-01T10:00:00Z\n+++\nx\n";
    assert_eq!(violations_in(&schema, &[("a.md", toml)], Generator::Hugo), []);
}

#[test]
fn aliases_and_merged_keys_count_as_the_generator_reads_them() {
    let schema = serde_json::json!([{ "files": "**", "schema": { "type": "object", "properties": {
        "seo": { "required": ["image"], "properties": { "image": { "type": "string" }, "wide": {} }, "additionalProperties": false },
        "cover": { "type": "string" },
    } } }]);
    let text = "---\nbase: &base\n  image: a.png\nseo:\n  <<: *base\n  wide: true\nname: &n x\ncover: *n\n---\nx\n";
    for generator in [Generator::VitePress, Generator::Astro, Generator::Hugo, Generator::MkDocs] {
        assert_eq!(violations_in(&schema, &[("a.md", text)], generator), [], "{generator:?}");
    }
    // Hexo takes `<<` for a key.
    assert_eq!(violations_in(&schema, &[("a.md", text)], Generator::Hexo).len(), 2);
    let wrong = text.replace("a.png", "12").replace("&n x", "&n 3");
    let found: Vec<String> =
        violations_in(&schema, &[("a.md", &wrong)], Generator::VitePress).into_iter().map(|said| said.0).collect();
    assert_eq!(found, ["12", "*n"]);
}

#[test]
fn what_must_be_unique_names_the_other_posts_and_a_vocabulary_its_nearest_word() {
    let collections = serde_json::json!([
        { "files": "posts/**", "unique": ["slug", "seo.id"], "vocabulary": { "tags": ["hills", "walks"] } },
        { "files": "**", "schema": { "title": { "type": "string", "required": true } } },
    ]);
    let posts = [
        ("posts/a.md", "---\nslug: walk\nseo: {id: 1}\ntags: [hills, walk]\n---\nx\n"),
        ("posts/b.md", "---\nslug: walk\nseo: {id: 1}\n---\nx\n"),
        // Another collection may use the same words.
        ("notes/c.md", "---\nslug: walk\ntags: [anything]\n---\nx\n"),
    ];
    assert_eq!(
        violations_in(&collections, &posts, Generator::Plain),
        [
            triple("walk", "`walk` is also the `slug` of posts/b.md", "give each post its own"),
            triple("1", "`1` is also the `seo.id` of posts/b.md", "give each post its own"),
            triple("walk", "`walk` is not in the vocabulary of `tags`", "did you mean `walks`?"),
        ]
    );
}

#[test]
fn every_starting_schema_takes_its_own_examples_and_refuses_a_title_that_is_a_list() {
    let names: Vec<&str> = copydesk::rule::catalog::schemas().collect();
    assert!(names.contains(&"hugo") && names.contains(&"zola"), "{names:?}");
    for name in names {
        let schema = copydesk::rule::catalog::schema(name).unwrap().unwrap();
        assert!(schema["$comment"].is_string(), "{name} says where it is from");
        let examples = schema["examples"].as_array().expect("examples");
        for example in examples {
            assert_eq!(violations(&schema, &format!("---\n{example}\n---\nx\n")), [], "{name}");
        }
        let wrong = if name == "eleventy" { "---\ndate: [a]\n---\nx\n" } else { "---\ntitle: [a]\n---\nx\n" };
        assert_eq!(violations(&schema, wrong).len(), 1, "{name}");
    }
}

#[test]
fn a_bomb_of_aliases_is_an_error() {
    let bomb: String = (1..40).map(|n| format!("a{n}: &a{n} [*a{0}, *a{0}]\n", n - 1)).collect();
    let text = format!("---\na0: &a0 [x]\n{bomb}---\nx\n");
    let matter = FrontMatter::read(&Source::from_text("a.md", text), &Site::example(Generator::VitePress));
    assert!(matter.errors[0].message.contains("more than"), "{:?}", matter.errors);
}

#[test]
fn a_tag_stops_those_readers_that_do_not_know_it() {
    let text = "---\ntitle: !walk x\nid: !!str 12\nname: ! 12\n---\nx\n";
    for (generator, stops) in [
        (Generator::VitePress, true),
        (Generator::Astro, true),
        (Generator::MkDocs, true),
        (Generator::Hexo, false),
        (Generator::Hugo, false),
    ] {
        let matter = FrontMatter::read(&Source::from_text("a.md", text), &Site::example(generator));
        assert_eq!(!matter.errors.is_empty(), stops, "{generator:?}: {:?}", matter.errors);
        if stops {
            assert_eq!(matter.errors[0].span.start, text.find("!walk").unwrap(), "{generator:?}");
        } else {
            let id = matter.tree.as_ref().and_then(|tree| tree.get("id")).and_then(Node::scalar).unwrap();
            assert_eq!(reading(id, generator), Typed::String);
            let name = matter.tree.as_ref().and_then(|tree| tree.get("name")).and_then(Node::scalar).unwrap();
            assert_eq!(reading(name, generator), Typed::String);
        }
    }
}

#[test]
fn hugo_loses_the_keys_behind_an_empty_item() {
    let text = "---\ntitle: A\naliases:\n- # none\ntags:\n- hills\n---\nx\n";
    let read = |generator| {
        let matter = FrontMatter::read(&Source::from_text("a.md", text), &Site::example(generator));
        matter.tree.map(|tree| value(&tree, generator)).unwrap()
    };
    let kept = serde_json::json!({ "title": "A", "aliases": [null], "tags": ["hills"] });
    assert_eq!(read(Generator::VitePress), kept);
    assert_eq!(read(Generator::Hugo), serde_json::json!({ "title": "A", "aliases": [{ "tags": ["hills"] }] }));
}
