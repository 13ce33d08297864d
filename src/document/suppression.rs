//! What a post asks not to be reported, and why: comments of its own, and `copydesk: {ignore: …}` in front matter.
//!
//! `copydesk-ignore RULE[, RULE]: reason` holds for the next block, or for the block that it stands in;
//! `copydesk-ignore-start` holds up to `copydesk-ignore-end`, and `copydesk-ignore-file` for the whole file. A rule may be
//! a glob such as `image-*`.

use std::collections::{BTreeMap, BTreeSet};

use globset::{Glob, GlobMatcher};

use super::Block;
use crate::{
    data::{Data, Node},
    source::Span,
};

/// What every comment for us begins with.
const PREFIX: &str = "copydesk-";
/// The key in front matter that is ours.
pub const KEY: &str = "copydesk";

#[derive(Debug, Default)]
pub struct Suppressions {
    /// One for each rule that is named.
    pub list: Vec<Suppression>,
    /// Comments and keys that are meant for us and say nothing that we know.
    pub mistakes: Vec<(Span, Mistake)>,
}

/// A rule, or a glob of rules, that some part of the file does not want to hear of.
#[derive(Debug)]
pub struct Suppression {
    /// As written.
    pub name: String,
    /// Where the name stands.
    pub place: Span,
    /// Empty where none is given.
    pub reason: String,
    /// Findings that begin in it, its end included, are meant; none for the whole file.
    pub cover: Option<Span>,
    glob: Option<GlobMatcher>,
}

/// What is wrong with a suppression as such.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mistake {
    /// Neither of `ignore`, `ignore-start`, `ignore-end`, `ignore-file`.
    Verb,
    /// No rule is named.
    Unnamed,
    /// A start without an end: it holds to the end of the file.
    Unclosed,
    /// An end without a start.
    Unopened,
}

/// Where a suppression holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Next,
    Start,
    End,
    File,
}

/// A comment that is meant for us.
struct Directive<'a> {
    verb: Verb,
    /// Each rule that it names, and where.
    names: Vec<(&'a str, Span)>,
    reason: &'a str,
}

impl Suppression {
    fn new(name: &str, place: Span, reason: &str, cover: Option<Span>) -> Self {
        let is_glob = name.contains(['*', '?', '[', '{']);
        let glob = if is_glob { Glob::new(name).ok().map(|glob| glob.compile_matcher()) } else { None };
        Self { name: name.to_owned(), place, reason: reason.trim().to_owned(), cover, glob }
    }

    /// Whether this names the rule.
    pub fn names(&self, rule: &str) -> bool {
        self.name == rule || self.glob.as_ref().is_some_and(|glob| glob.is_match(rule))
    }
}

impl Suppressions {
    /// `comments` are whole comments in the order of the file, `blocks` those of the body.
    pub fn read(text: &str, front_matter: Option<&Node>, comments: &[Span], blocks: &[Block]) -> Self {
        let mut all = Self::default();
        if let Some(entry) = front_matter.and_then(|tree| tree.entry(KEY)) {
            all.front_matter(&entry.value);
        }
        let mut reader = Reader { text, comments, blocks, next: None, open: BTreeMap::new(), all };
        for comment in comments {
            reader.comment(*comment);
        }
        reader.finish()
    }

    fn front_matter(&mut self, value: &Node) {
        for entry in value.entries().iter().filter(|entry| entry.key.text() != Some("ignore")) {
            self.mistakes.push((entry.key.span, Mistake::Verb));
        }
        match value.get("ignore") {
            Some(ignore) => self.named(ignore),
            None if value.entries().is_empty() => self.mistakes.push((value.span, Mistake::Unnamed)),
            None => {}
        }
    }

    /// `RULE`, `[RULE, …]` or `{RULE: reason, …}`.
    fn named(&mut self, value: &Node) {
        match &value.data {
            Data::List(items) if !items.is_empty() => items.iter().for_each(|item| self.named(item)),
            Data::Map(entries) if !entries.is_empty() => {
                for entry in entries {
                    let reason = entry.value.text().unwrap_or_default();
                    self.list.push(Suppression::new(
                        entry.key.text().unwrap_or_default(),
                        entry.key.span,
                        reason,
                        None,
                    ));
                }
            }
            _ => match value.text().filter(|name| !name.is_empty()) {
                Some(name) => self.list.push(Suppression::new(name, value.span, "", None)),
                None => self.mistakes.push((value.span, Mistake::Unnamed)),
            },
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    comments: &'a [Span],
    blocks: &'a [Block],
    /// For each block, the first one from there on that is more than comments; made when it is first needed.
    next: Option<Vec<usize>>,
    /// By name, the starts that have no end yet: their places in the list, and their comments.
    open: BTreeMap<String, Vec<(usize, Span)>>,
    all: Suppressions,
}

impl<'a> Reader<'a> {
    fn comment(&mut self, comment: Span) {
        let said = inside(self.text, comment).trimmed(self.text);
        if !said.of(self.text).starts_with(PREFIX) {
            return;
        }
        match read(self.text, said) {
            Err(place) => self.all.mistakes.push((place, Mistake::Verb)),
            Ok(Directive { verb: Verb::End, names, .. }) => self.end(comment, &names),
            Ok(Directive { names, .. }) if names.is_empty() => self.all.mistakes.push((said, Mistake::Unnamed)),
            Ok(directive) => self.begin(comment, &directive),
        }
    }

    fn begin(&mut self, comment: Span, directive: &Directive<'a>) {
        let cover = match directive.verb {
            Verb::File => None,
            Verb::Next => Some(self.block(comment)),
            // Until its end is seen.
            Verb::Start | Verb::End => Some(Span::new(comment.start, self.text.len())),
        };
        for (name, place) in &directive.names {
            if directive.verb == Verb::Start {
                self.open.entry((*name).to_owned()).or_default().push((self.all.list.len(), comment));
            }
            self.all.list.push(Suppression::new(name, *place, directive.reason, cover));
        }
    }

    /// Ends the last start of each name, or all of them where none is named.
    fn end(&mut self, comment: Span, names: &[(&str, Span)]) {
        let mut ended: Vec<(usize, Span)> = Vec::new();
        if names.is_empty() {
            ended.extend(std::mem::take(&mut self.open).into_values().flatten());
        }
        for (name, place) in names {
            match self.open.get_mut(*name).and_then(Vec::pop) {
                Some(start) => ended.push(start),
                None => self.all.mistakes.push((*place, Mistake::Unopened)),
            }
        }
        if names.is_empty() && ended.is_empty() {
            self.all.mistakes.push((comment, Mistake::Unopened));
        }
        for (index, start) in ended {
            self.all.list[index].cover = Some(Span::new(start.start, comment.start));
        }
    }

    fn finish(mut self) -> Suppressions {
        let unclosed: BTreeSet<Span> = self.open.values().flatten().map(|(_, comment)| *comment).collect();
        self.all.mistakes.extend(unclosed.into_iter().map(|comment| (comment, Mistake::Unclosed)));
        self.all.mistakes.sort();
        self.all
    }

    /// What a comment for one block covers: the block that it stands in, or the next one where that is only comments.
    fn block(&mut self, comment: Span) -> Span {
        let next = self.next.get_or_insert_with(|| next_blocks(self.text, self.blocks, self.comments));
        let own = self.blocks.partition_point(|block| block.span.end <= comment.start);
        match next.get(own).and_then(|index| self.blocks.get(*index)) {
            Some(block) => Span::new(comment.start.min(block.span.start), block.span.end),
            None => comment,
        }
    }
}

/// For each block, the first one from there on that is more than comments.
fn next_blocks(text: &str, blocks: &[Block], comments: &[Span]) -> Vec<usize> {
    let mut next = vec![blocks.len(); blocks.len()];
    let mut after = blocks.len();
    for (index, block) in blocks.iter().enumerate().rev() {
        if !is_comments(text, block.span, comments) {
            after = index;
        }
        next[index] = after;
    }
    next
}

/// Whether nothing but comments stands in a block.
fn is_comments(text: &str, block: Span, comments: &[Span]) -> bool {
    let blank = |from: usize, to: usize| from >= to || Span::new(from, to).of(text).trim().is_empty();
    let mut at = block.start;
    for comment in &comments[comments.partition_point(|comment| comment.end <= block.start)..] {
        if comment.start >= block.end {
            break;
        }
        if !blank(at, comment.start) {
            return false;
        }
        at = at.max(comment.end);
    }
    blank(at, block.end)
}

/// A comment without the signs that make it one.
fn inside(text: &str, comment: Span) -> Span {
    let written = comment.of(text);
    let between = |opener: &str, closer: &str| {
        let inner = written.strip_prefix(opener)?;
        let end = inner.strip_suffix(closer).unwrap_or(inner).len();
        let start = comment.start + opener.len();
        Some(Span::new(start, start + end))
    };
    let tags = || {
        let start = comment.start + written.find("%}")? + 2;
        let end = comment.start + written.rfind("{%")?;
        (start <= end).then_some(Span::new(start, end))
    };
    [("<!--", "-->"), ("{/*", "*/}"), ("%%", "%%")]
        .into_iter()
        .find_map(|(opener, closer)| between(opener, closer))
        .or_else(tags)
        .unwrap_or(comment)
}

/// What a comment says that begins with our prefix; or the place of a word that we do not know.
fn read(text: &str, said: Span) -> Result<Directive<'_>, Span> {
    let words = said.of(text);
    let length = words.find(|c: char| c.is_whitespace() || matches!(c, ':' | '：' | ',')).unwrap_or(words.len());
    let verb = match &words[PREFIX.len()..length] {
        "ignore" => Verb::Next,
        "ignore-start" => Verb::Start,
        "ignore-end" => Verb::End,
        "ignore-file" => Verb::File,
        _ => return Err(Span::new(said.start, said.start + length)),
    };
    let rest = &words[length..];
    let colon = rest.find([':', '：']);
    let list = &rest[..colon.unwrap_or(rest.len())];
    let reason = colon.map_or("", |at| rest[at..].trim_start_matches([':', '：']).trim());
    let from = said.start + length;
    let names = list
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | '、'))
        .filter(|name| !name.is_empty())
        .map(|name| {
            let start = from + (name.as_ptr() as usize - list.as_ptr() as usize);
            (name, Span::new(start, start + name.len()))
        })
        .collect();
    Ok(Directive { verb, names, reason })
}
