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
        Facts, Overview,
        corpus::{family::Verdict, recall::Known},
        infer::Keys,
    },
    render::text::{count, escape},
    rule::Rules,
    site::{Site, Sites, dialect::Syntax},
};

/// A folder with fewer posts is no collection.
const FEWEST: usize = 20;
/// So many collections are the most that anybody wants to read.
const MOST: usize = 8;
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
    pub fn at(documents: &[Document], facts: &Facts, sites: &Sites, rules: &Rules) -> Self {
        let overview = Overview::gather(documents, sites, facts, &rules.vocabulary.overview);
        let sections = overview.posts.iter().map(|post| post.section.as_str());
        let mut footers = facts.corpus.known();
        // What belongs to the articles is nothing to decide about.
        footers.retain(|known| known.family.verdict != Verdict::Allow);
        footers.sort_by(|a, b| b.family.posts.cmp(&a.family.posts).then_with(|| a.family.key.cmp(&b.family.key)));
        let mut look = Self {
            collections: collections(documents, sections, sites),
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
            let (folder, posts) = (escape(&collection.folder), count(collection.posts, "post"));
            writeln!(out, "  collection    {}: {folder}, {posts}", escape(&collection.name))?;
        }
        writeln!(out, "  front matter  {}", shares(&self.syntaxes))?;
        let mut languages = shares(&self.writing);
        if self.languages.len() > 1 {
            let names: Vec<&str> = self.languages.iter().map(String::as_str).collect();
            languages = format!("{languages}; by name: {}", names.join(", "));
        }
        writeln!(out, "  languages     {languages}")?;
        for known in self.footers.iter().take(FOOTERS) {
            let text: String = known.family.text.split_whitespace().collect::<Vec<_>>().join(" ");
            let short: String = text.chars().take(EXCERPT).collect();
            let more = if short.len() < text.len() { "…" } else { "" };
            let (kind, verdict) = (known.family.kind.name(), known.family.verdict.name());
            let posts = count(known.family.posts, "post");
            writeln!(out, "  repeated      {kind}, {verdict}, in {posts}: {}{more}", escape(&short))?;
        }
        if self.footers.len() > FOOTERS {
            writeln!(out, "  repeated      {} more blocks", self.footers.len() - FOOTERS)?;
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
fn foreign(documents: &[Document]) -> Vec<(String, usize)> {
    let mut folders: BTreeMap<String, usize> = BTreeMap::new();
    for document in documents {
        let names: Vec<&str> = document.path().split('/').collect();
        if let Some(at) = names.iter().position(|name| *name == "themes").filter(|at| at + 2 < names.len()) {
            *folders.entry(names[..at + 2].join("/")).or_default() += 1;
        }
    }
    folders.into_iter().collect()
}

/// The folders that hold the site's kinds of posts. Years and languages are no kinds: their folders count together.
fn collections<'a>(documents: &[Document], sections: impl Iterator<Item = &'a str>, sites: &Sites) -> Vec<Collection> {
    let mut sizes: BTreeMap<String, usize> = BTreeMap::new();
    for section in sections {
        *sizes.entry(kind(section)).or_default() += 1;
    }
    let mut folders: Vec<(String, usize)> = sizes.into_iter().filter(|(folder, _)| !folder.is_empty()).collect();
    folders.retain(|(folder, posts)| *posts >= FEWEST && !folder.split('/').any(|name| name == "themes"));
    folders.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    folders.truncate(MOST);
    let mut folders: Vec<String> = folders.into_iter().map(|(folder, _)| folder).collect();
    folders.sort_by(|a, b| b.matches('/').count().cmp(&a.matches('/').count()).then_with(|| a.cmp(b)));
    let mut members: Vec<Vec<&Document>> = folders.iter().map(|_| Vec::new()).collect();
    for document in documents {
        let below =
            |folder: &String| document.path().strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'));
        if let Some(at) = folders.iter().position(below) {
            members[at].push(document);
        }
    }
    let mut names: BTreeSet<String> = BTreeSet::new();
    let mut list = Vec::new();
    for (folder, members) in folders.into_iter().zip(members) {
        let last = folder.rsplit('/').next().unwrap_or(&folder).trim_start_matches('_').to_owned();
        let name = if names.insert(last.clone()) { last } else { folder.replace('/', "-") };
        let keys = Keys::read(members.iter().copied(), sites);
        let collection = Collection { name, folder, posts: members.len(), keys };
        if collection.has_a_habit() {
            list.push(collection);
        }
    }
    list
}

/// A section's folder without years, months and languages at its end.
fn kind(section: &str) -> String {
    let mut folder = section;
    while let Some((above, last)) = folder.rsplit_once('/') {
        let is_date = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        if !is_date && !is_language(last) {
            break;
        }
        folder = above;
    }
    folder.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_and_languages_are_no_kinds_of_posts() {
        assert_eq!(kind("content/posts/2024"), "content/posts");
        assert_eq!(kind("content/zh-cn"), "content");
        assert_eq!(kind("_posts"), "_posts");
        assert_eq!(languages("content/pt-br/a.md"), ["pt-br"]);
        assert_eq!(languages("content/a.zh.md"), ["zh"]);
        assert!(languages("js/ui/v1.2.md").is_empty());
    }
}
