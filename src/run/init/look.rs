//! What `copydesk init` sees in a site, for people and for the configuration that it writes.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

use crate::{
    config::draft::Collection,
    document::{
        Document,
        prose::{Script, script},
    },
    facts::{
        Facts,
        corpus::{family::Verdict, recall::Known},
        infer::{Inferred, Keys},
        lock,
        promotion::Kind,
    },
    render::text::{count, escape},
    site::{Site, Sites, dialect::Syntax},
};

/// So many footers are shown; the lock file has all.
const FOOTERS: usize = 5;
/// Characters of a footer that are shown.
const EXCERPT: usize = 70;
/// Characters of a post that tell its writing.
const SAMPLE: usize = 2_000;

/// Language codes that folders and file names bear: those of ISO 639-1 that sites are often translated into.
const LANGUAGES: [&str; 67] = [
    "af", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "eo", "es", "et", "eu", "fa",
    "fi", "fr", "ga", "gl", "gu", "he", "hi", "hr", "hu", "hy", "id", "it", "ja", "ka", "kk", "km", "kn", "ko", "lo",
    "lt", "lv", "mk", "mn", "ms", "nb", "nl", "nn", "pa", "pl", "pt", "ro", "ru", "si", "sk", "sl", "sq", "sr", "sv",
    "sw", "ta", "te", "th", "tr", "uk", "ur", "uz", "vi", "zh",
];

/// What was seen, beside the sites.
pub struct Look {
    pub collections: Vec<Collection>,
    pub foreign: Vec<(String, usize)>,
    syntaxes: BTreeMap<&'static str, usize>,
    writing: BTreeMap<&'static str, usize>,
    languages: BTreeSet<String>,
    footers: Vec<Known>,
}

impl Look {
    pub fn at(documents: &[&Document], facts: &Facts, sites: &Sites) -> Self {
        let mut footers = facts.corpus.known();
        // What belongs to the articles is nothing to decide about.
        footers.retain(|known| known.family.verdict != Verdict::Allow);
        footers.sort_by(|a, b| b.family.posts.cmp(&a.family.posts).then_with(|| a.family.key.cmp(&b.family.key)));
        let mut look = Self {
            collections: collections(documents, facts, sites),
            foreign: foreign(documents),
            syntaxes: BTreeMap::new(),
            writing: BTreeMap::new(),
            languages: BTreeSet::new(),
            footers,
        };
        for document in documents {
            *look.syntaxes.entry(syntax(document)).or_default() += 1;
            if let Some(writing) = writing(document) {
                *look.writing.entry(writing).or_default() += 1;
            }
            look.languages.extend(languages(document.path()));
        }
        look
    }

    /// Says it.
    pub fn tell(&self, sites: &Sites, out: &mut dyn Write) -> io::Result<()> {
        let all: Vec<&Site> = sites.iter().collect();
        for site in all.iter().rev() {
            let folder = if site.root.is_empty() { "." } else { &site.root };
            writeln!(
                out,
                "  site          {} in {} ({})",
                site.generator.name(),
                escape(folder),
                escape(&site.because)
            )?;
        }
        if all.is_empty() {
            writeln!(out, "  site          no known site generator")?;
        }
        for collection in &self.collections {
            let files = collection.files.first().map_or("", String::as_str);
            let more = match collection.files.len() {
                0 | 1 => String::new(),
                several => format!(" and {} more", several - 1),
            };
            let posts = count(collection.posts, "post");
            writeln!(out, "  collection    {}: {}{more}, {posts}", escape(&collection.name), escape(files))?;
        }
        writeln!(out, "  front matter  {}", shares(&self.syntaxes))?;
        let mut languages = shares(&self.writing);
        if self.languages.len() > 1 {
            let names: Vec<&str> = self.languages.iter().map(String::as_str).collect();
            languages = format!("{languages}; by name: {}", names.join(", "));
        }
        writeln!(out, "  languages     {languages}")?;
        let mut told = BTreeSet::new();
        for known in &self.footers {
            let text: String = known.family.text.split_whitespace().collect::<Vec<_>>().join(" ");
            let short: String = text.chars().take(EXCERPT).collect();
            // Families that differ further on look the same here.
            if told.len() == FOOTERS || !told.insert(short.clone()) {
                continue;
            }
            let more = if short.len() < text.len() { "…" } else { "" };
            let kind = match known.family.kind {
                Kind::Unknown => String::new(),
                kind => format!(", {}", kind.name()),
            };
            let verdict = if known.family.verdict == Verdict::Deny { "reported" } else { "not reported" };
            let posts = count(known.family.posts, "post");
            writeln!(out, "  repeated      in {posts}{kind}, {verdict}: {}{more}", escape(&short))?;
        }
        if self.footers.len() > told.len() {
            let more = count(self.footers.len() - told.len(), "more block");
            writeln!(out, "  repeated      {more}: see {}", lock::NAME)?;
        }
        Ok(())
    }
}

/// `YAML in 600, none in 5`, the most first.
fn shares(counts: &BTreeMap<&'static str, usize>) -> String {
    let mut counts: Vec<_> = counts.iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    counts.iter().map(|(name, count)| format!("{name} in {count}")).collect::<Vec<_>>().join(", ")
}

fn syntax(document: &Document) -> &'static str {
    match document.front_matter.split.block.as_ref().map(|block| block.syntax) {
        None => "none",
        Some(Syntax::Yaml) => "YAML",
        Some(Syntax::Toml) => "TOML",
        Some(Syntax::Json | Syntax::Members) => "JSON",
        Some(Syntax::Lines) => "lines",
    }
}

/// The writing of most letters; Japanese is known by its kana.
fn writing(document: &Document) -> Option<&'static str> {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for c in document.body.of(&document.source.text).chars().take(SAMPLE) {
        let (name, weight) = match script(c) {
            Script::Latin => ("Latin letters", 1),
            Script::Greek => ("Greek", 1),
            Script::Cyrillic => ("Cyrillic letters", 1),
            Script::Armenian => ("Armenian", 1),
            Script::Hebrew => ("Hebrew", 1),
            Script::Arabic => ("Arabic letters", 1),
            Script::Indic => ("an Indic script", 1),
            Script::Georgian => ("Georgian", 1),
            Script::Ethiopic => ("Ethiopic", 1),
            // A character is a word or a half; links and code bring many Latin letters.
            Script::Han => ("Chinese", 3),
            Script::Kana => ("Japanese", 6),
            Script::Hangul => ("Korean", 3),
            Script::Unmarked => ("a script without marks", 1),
            Script::Other => continue,
        };
        *counts.entry(name).or_default() += weight;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(name, _)| name)
}

/// Language codes in the names of folders and before the ending of the file: `content/zh-cn/a.md`, `a.zh.md`.
fn languages(path: &str) -> Vec<String> {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let ending = name.split('.').rev().nth(1).filter(|_| name.matches('.').count() > 1);
    folders.split('/').chain(ending).filter(|name| is_language(name)).map(str::to_lowercase).collect()
}

fn is_language(name: &str) -> bool {
    let (language, region) = name.split_once(['-', '_']).unwrap_or((name, "xx"));
    let known = LANGUAGES.iter().any(|code| code.eq_ignore_ascii_case(language));
    known && (2..=4).contains(&region.len()) && region.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Posts that stand below a theme.
fn foreign(documents: &[&Document]) -> Vec<(String, usize)> {
    let mut folders: BTreeMap<String, usize> = BTreeMap::new();
    for document in documents {
        let names: Vec<&str> = document.path().split('/').collect();
        if let Some(at) = names.iter().position(|name| *name == "themes").filter(|at| at + 2 < names.len()) {
            *folders.entry(names[..at + 2].join("/")).or_default() += 1;
        }
    }
    folders.into_iter().collect()
}

/// The site's kinds of posts as `schema infer` tells them apart, with what all of them have that a collection would take.
fn collections(documents: &[&Document], facts: &Facts, sites: &Sites) -> Vec<Collection> {
    let inferred = Inferred::read(documents.iter().copied(), sites, &facts.habits);
    let mut list: Vec<Collection> = Vec::new();
    for one in inferred.collected(documents) {
        let posts = one.documents.len();
        let keys = one.is_kind.then(|| Keys::read(one.documents, sites));
        list.push(Collection { name: one.name, files: one.files, posts, keys });
    }
    // One that asks for nothing only keeps its posts from those after it.
    let asking = list.iter().rposition(Collection::has_a_habit).map_or(0, |last| last + 1);
    list.truncate(asking);
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_read_from_names() {
        assert_eq!(languages("content/pt-br/a.md"), ["pt-br"]);
        assert_eq!(languages("content/a.zh.md"), ["zh"]);
        assert!(languages("js/ui/v1.2.md").is_empty());
    }
}
