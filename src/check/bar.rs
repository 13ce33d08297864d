//! Rows of buttons: a line, or a paragraph, of nothing but what stands on the buttons of a page.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use super::{Hit, Subject, lazy::Set, removal};
use crate::{
    document::{BlockKind, prose},
    source::Span,
};

pub const WORDS: &[&str] = &["found"];

/// No row of buttons is longer, in bytes.
const LONGEST: usize = 400;

#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", from = "Lists")]
#[schemars(with = "Lists")]
pub struct Bar {
    /// What stands on buttons, by its first character; the longest first.
    labels: HashMap<char, Vec<(String, Label)>>,
    /// The first two characters of them.
    beginnings: HashSet<(char, char)>,
    between: String,
    buttons: usize,
    sure_buttons: usize,
    topic: Set,
}

#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Lists {
    /// What one may do, in small letters.
    actions: Vec<String>,
    /// The same in words that stand on buttons alone.
    sure: Vec<String>,
    /// Where one may share a page.
    networks: Vec<String>,
    /// The marks of ASCII, and commas of other scripts, that may stand between buttons.
    between: String,
    /// So many different buttons make a row.
    buttons: usize,
    /// So many do where what stands on one of them stands nowhere else.
    sure_buttons: usize,
    /// What posts about such buttons say.
    #[serde(default)]
    topic: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    Action,
    Sure,
    Network,
}

impl From<Lists> for Bar {
    fn from(lists: Lists) -> Self {
        let mut labels: HashMap<char, Vec<(String, Label)>> = HashMap::new();
        let all = [(lists.actions, Label::Action), (lists.sure, Label::Sure), (lists.networks, Label::Network)];
        for (text, label) in all.into_iter().flat_map(|(texts, label)| texts.into_iter().map(move |text| (text, label)))
        {
            if let Some(first) = text.chars().next() {
                labels.entry(first).or_default().push((text, label));
            }
        }
        let beginnings = labels.values().flatten().filter_map(|(text, _)| beginning(text)).collect();
        for texts in labels.values_mut() {
            texts.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        }
        let Lists { between, buttons, sure_buttons, topic, .. } = lists;
        Self { labels, beginnings, between, buttons, sure_buttons, topic: Set::new(topic) }
    }
}

impl Bar {
    /// # Errors
    /// A pattern that cannot be read.
    pub fn compile(&self) -> Result<(), String> {
        self.topic.compile()
    }

    pub fn run(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let document = subject.document;
        let hit = |span: Span| {
            let found = first_line(document.text(span));
            Hit::new(span).word("found", found).fix(false, removal::edits(subject, span))
        };
        let mut hits = Vec::new();
        for block in document.blocks.iter().filter(|block| block.kind == BlockKind::Paragraph) {
            let text = document.text(block.span);
            if self.is_row(text) {
                hits.push(hit(block.span.trimmed(&document.source.text)));
                continue;
            }
            let mut at = block.span.start;
            for line in text.split_inclusive('\n') {
                let span = Span::new(at, at + line.len()).trimmed(&document.source.text);
                at += line.len();
                if line.len() < text.len() && self.is_row(line) {
                    hits.push(hit(span));
                }
            }
        }
        let is_topic = || self.topic.is_match(document.text(document.body));
        if hits.is_empty() || is_topic() { Vec::new() } else { hits }
    }

    fn is_row(&self, text: &str) -> bool {
        let text = text.trim();
        let first = text.find(char::is_alphabetic).and_then(|at| beginning(&text[at..]));
        // Most lines are told by their first two letters.
        if text.len() > LONGEST || first.is_none_or(|first| !self.beginnings.contains(&first)) {
            return false;
        }
        let text = text.to_lowercase();
        let mut found: HashSet<&str> = HashSet::new();
        let (mut actions, mut sure, mut commas) = (0, 0, false);
        let mut rest = text.as_str();
        while let Some(first) = rest.chars().next() {
            if let Some((text, label)) = self.label(rest, first) {
                if found.insert(text) {
                    actions += usize::from(*label != Label::Network);
                    sure += usize::from(*label == Label::Sure);
                }
                // `Share this:` leads to the others.
                rest = rest[text.len()..].trim_start_matches([':', '：']);
            } else if self.is_between(first) {
                commas |= matches!(first, ',' | '،' | '、');
                rest = &rest[first.len_utf8()..];
            } else {
                return false;
            }
        }
        // With commas, it may be an order to readers.
        if commas && found.len() - actions < self.sure_buttons {
            return false;
        }
        found.len() >= self.buttons && actions > 0 || found.len() >= self.sure_buttons && sure > 0
    }

    /// Whether a character may stand between buttons: blanks, counts, bars and pictures, but no marks of a sentence.
    fn is_between(&self, c: char) -> bool {
        c.is_whitespace()
            || c.is_ascii_digit()
            || self.between.contains(c)
            || !c.is_ascii() && !c.is_alphanumeric() && !is_sentence_mark(c)
    }

    /// The longest label that `text` begins with, as a whole word where words have spaces between them.
    fn label(&self, text: &str, first: char) -> Option<&(String, Label)> {
        let is_whole = |label: &str| {
            let last = label.chars().next_back().unwrap_or(' ');
            let next = text[label.len()..].chars().next().unwrap_or(' ');
            prose::script(last).unspaced() || !next.is_alphanumeric()
        };
        self.labels.get(&first)?.iter().find(|(label, _)| text.starts_with(label.as_str()) && is_whole(label))
    }
}

/// The first two characters of a text, in small letters; a blank for the second one where it has none, or no letter.
fn beginning(text: &str) -> Option<(char, char)> {
    let mut small = text.chars().map(|c| c.to_lowercase().next().unwrap_or(c));
    Some((small.next()?, small.next().filter(|c| c.is_alphabetic()).unwrap_or(' ')))
}

fn is_sentence_mark(c: char) -> bool {
    prose::is_terminal(c) || matches!(c, '，' | '；' | '：' | '“' | '”' | '„' | '«' | '»' | '「' | '」' | '…')
}

fn first_line(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    line.chars().take(40).collect()
}
