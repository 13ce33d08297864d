//! A post with a frame and nothing in it. Pages that are empty by design say so in their front matter or their name.

mod site;

use std::collections::HashSet;

use super::{Hit, Severity, Subject, lazy::Set};
use crate::{
    data::{Data, Node, Scalar, Style},
    document::{BlockKind, Document, prose, tail::PeeledKind},
    facts::{corpus::Appendix, husks::Beside, promotion::Kind},
    source::Span,
};

pub const WORDS: &[&str] = &["text", "says"];

#[derive(Debug, Clone, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Parameters {
    /// What stands for a body that was never written; lower case, the whole body.
    placeholders: HashSet<String>,
    /// Those of them that nobody writes below a heading either: a program's words for nothing.
    literals: HashSet<String>,
    /// The same where somebody tries how a post looks.
    trials: HashSet<String>,
    /// Patterns of a whole sentence that asks the author to write; half of the body.
    prompts: Vec<String>,
    /// Patterns of a whole sentence that puts the text off; the body has no others but `courtesies`.
    later: Vec<String>,
    /// Patterns of a whole sentence that stands beside one of `later`.
    courtesies: Vec<String>,
    /// What the field for a password is called, in lower case, where a form to log in stands for the text.
    passwords: HashSet<String>,
    /// Front-matter keys of pages that need no body. Keys of these lists are compared without regard to case, `-` and `_`.
    stub_keys: HashSet<String>,
    /// Front-matter keys that articles have; `x*` is each that starts so. A value of another one is what a page is made from.
    frame_keys: Vec<String>,
    /// Those of them whose value is a picture, which may be all there is to see.
    picture_keys: HashSet<String>,
    /// Front-matter keys that only posts have; a file without any of them is no post.
    post_keys: Vec<String>,
    /// File names, without their ending, of pages that list others.
    stub_names: HashSet<String>,
    /// Folders of patterns for new posts.
    stub_folders: HashSet<String>,
    /// Values of `layout` or `type` that a post has; others fill a page from data.
    post_layouts: HashSet<String>,
    says: Box<Says>,
}

/// What fills `{says}`.
#[derive(Debug, Clone, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Says {
    /// The file is empty.
    file: String,
    /// Nothing is there.
    nothing: String,
    /// Nothing but a picture in the front matter or beside the page.
    picture: String,
    /// Nothing but a value of `{key}`, which no usual article has.
    value: String,
    /// Nothing but `{text}`.
    only: String,
}

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(from = "Parameters")]
#[schemars(with = "Parameters")]
pub struct Empty {
    parameters: Box<Parameters>,
    prompts: Set,
    later: Set,
    courtesies: Set,
    frame: FrameKeys,
}

/// Keys of an article's frame, as they are compared.
#[derive(Debug)]
struct FrameKeys {
    whole: HashSet<String>,
    /// What keys start with.
    starts: Vec<String>,
}

/// What a page without a text shows.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Shown {
    Nothing,
    Picture,
    /// The value of this key.
    Value(String),
    /// What its front matter holds, or files beside it: it is a page.
    Page,
}

impl From<Parameters> for Empty {
    fn from(mut parameters: Parameters) -> Self {
        let (starts, whole): (Vec<&String>, Vec<&String>) =
            parameters.frame_keys.iter().partition(|key| key.ends_with('*'));
        let frame = FrameKeys {
            whole: whole.into_iter().map(|key| folded(key)).collect(),
            starts: starts.into_iter().map(|key| folded(key)).collect(),
        };
        parameters.stub_keys = parameters.stub_keys.iter().map(|key| folded(key)).collect();
        parameters.picture_keys = parameters.picture_keys.iter().map(|key| folded(key)).collect();
        Self {
            frame,
            prompts: Set::new(parameters.prompts.clone()),
            later: Set::new(parameters.later.clone()),
            courtesies: Set::new(parameters.courtesies.clone()),
            parameters: Box::new(parameters),
        }
    }
}

/// A block of unknown kind is a footer if more than so many times the posts that have nothing else have it.
const FRAMED: usize = 4;

/// No placeholder is longer, in bytes.
const LONGEST: usize = 200;

/// Nor are the sentences that stand for a text, in bytes; some scripts take three for a letter.
const SENTENCES: usize = 600;

/// So many posts of a folder without a text are a collection of data.
const COLLECTION: usize = 3;

/// A value with so many bytes is a sentence.
const SENTENCE: usize = 40;

/// So much of what a post consists of is shown, in characters.
const SHOWN: usize = 40;
/// More that stands in other posts too, in bytes, is an article that was published several times, and no frame around one.
const MOST_REPEATED: usize = 800;

impl Empty {
    /// Compiles the patterns.
    ///
    /// # Errors
    /// What is wrong with one.
    pub fn compile(&self) -> Result<(), String> {
        [&self.prompts, &self.later, &self.courtesies].into_iter().try_for_each(Set::compile)
    }

    pub fn run(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let (document, tail) = (subject.document, subject.tail);
        let body = document.body.trimmed(&document.source.text);
        let text = document.text(body);
        // A footer below it makes a placeholder no article.
        let end = tail.last.map_or(body.end, |last| document.blocks[last].span.end);
        let article = Span::new(body.start, end).trimmed(&document.source.text);
        let placeholder = document.text(article);
        // A page that lists others may be as empty as that, and a wiki may have pages to come.
        if document.source.text.trim().is_empty() && !self.lists_others(document.path()) {
            let hit = Hit::new(Span::at(0)).word("text", "").word("says", self.parameters.says.file.as_str());
            return vec![hit.severity(Severity::Info)];
        }
        if placeholder.len() <= LONGEST && self.is_placeholder(placeholder) {
            return vec![self.only(article, placeholder)];
        }
        if placeholder.len() <= LONGEST && self.is_headed_placeholder(subject, placeholder) {
            return vec![self.only(article, last_line(placeholder)).severity(Severity::Warning)];
        }
        if let Some(severity) = self.stands_for_text(subject, article) {
            return vec![self.only(article, first_line(placeholder)).severity(severity)];
        }
        // A picture, a link or tags are no text, but they are a post, with a footer below them or without one.
        let bare = |kind| {
            use PeeledKind::{Comment, EndMarker, Promotion, Repeated, Rule};
            matches!(kind, Comment | EndMarker | Promotion | Repeated | Rule)
        };
        let nothing = tail.last.is_none() && tail.peeled.iter().all(|peeled| bare(peeled.kind));
        let repeated = tail.peeled.iter().filter(|peeled| peeled.kind == PeeledKind::Repeated);
        let is_frame = repeated.map(|peeled| peeled.span.len()).sum::<usize>() <= MOST_REPEATED;
        let framed = nothing && is_frame && tail.appendix().is_some() && is_footer(subject);
        let shows = |kind| matches!(kind, BlockKind::Code { .. } | BlockKind::Quote | BlockKind::Table);
        let is_shown = || document.blocks.iter().any(|block| shows(block.kind));
        let blank = !text.is_empty() && !framed && is_blank(text) && !is_shown();
        if !(text.is_empty() || framed || blank) || self.is_stub(subject) {
            return Vec::new();
        }
        let Says { nothing, picture, value, .. } = &*self.parameters.says;
        let (says, severity) = match self.shown(subject) {
            Shown::Page => return Vec::new(),
            Shown::Value(key) => (value.replace("{key}", &key), Some(Severity::Info)),
            // Nobody adds an advert to a picture.
            Shown::Picture if !framed => (picture.clone(), Some(Severity::Warning)),
            // A comment may say why.
            Shown::Picture | Shown::Nothing => {
                (nothing.clone(), (blank || framed && is_unsure(subject)).then_some(Severity::Warning))
            }
        };
        let span = if text.is_empty() { self.frame(subject) } else { body };
        let hit = Hit { severity, ..Hit::new(span).word("text", "").word("says", says) };
        if span.is_empty() { Vec::new() } else { vec![hit] }
    }

    /// A post of which this is all.
    fn only(&self, article: Span, text: &str) -> Hit {
        let line = first_line(text);
        let mut shown: String = line.chars().take(SHOWN).collect();
        if shown.len() < line.len() {
            shown.push('…');
        }
        let says = self.parameters.says.only.replace("{text}", &shown);
        Hit::new(article).word("text", line).word("says", says)
    }

    /// What a page shows whose text is missing.
    fn shown(&self, subject: &Subject<'_>) -> Shown {
        let Some(tree) = &subject.document.front_matter.tree else { return Shown::Nothing };
        let husks = &subject.facts.husks;
        let path = subject.document.path();
        let beside = husks.beside(path);
        let (mut own, mut picture) = (Vec::new(), beside == Some(Beside::Picture));
        for entry in tree.entries() {
            let Some(key) = entry.key.text() else { continue };
            let folded = folded(key);
            if !is_real(&entry.value) {
                continue;
            }
            let shows = self.parameters.picture_keys.contains(&folded);
            picture |= shows;
            if !self.is_frame(key, &folded) || shows && entry.value.items().len() > 1 {
                own.push((key, &entry.value));
            }
        }
        let Some((first, _)) = own.first() else {
            return match beside {
                Some(Beside::Files) => Shown::Page,
                _ if picture => Shown::Picture,
                _ => Shown::Nothing,
            };
        };
        let shares = || own.iter().map(|(key, _)| husks.share(path, key));
        let collection =
            shares().any(|share| share.without_text >= COLLECTION && share.without_text >= share.with_text);
        // What articles of the same folder have too is their frame.
        let usual = shares().all(|share| share.with_text >= COLLECTION && share.with_text > share.without_text);
        let telling = own.len() > 1 || own.iter().any(|(_, value)| tells(value));
        if collection || telling && !usual { Shown::Page } else { Shown::Value((*first).to_owned()) }
    }

    /// Whether articles have such a key: what starts with `_` is a program's.
    fn is_frame(&self, key: &str, folded: &str) -> bool {
        let starts = || self.frame.starts.iter().any(|start| folded.starts_with(start.as_str()));
        key.starts_with('_') || self.frame.whole.contains(folded) || starts()
    }

    fn is_placeholder(&self, text: &str) -> bool {
        self.parameters.placeholders.contains(&bare(text))
    }

    /// Whether a single line stands below headings, and stands for the text. A page may say `none` so.
    fn is_headed_placeholder(&self, subject: &Subject<'_>, text: &str) -> bool {
        let mut lines = text.lines().filter(|line| !line.trim().is_empty()).rev();
        let last = lines.next().unwrap_or_default();
        let mut above = lines.peekable();
        if above.peek().is_none() || !above.all(|line| line.starts_with('#')) || last.starts_with('#') {
            return false;
        }
        let last = bare(last);
        self.parameters.literals.contains(&last)
            || self.parameters.placeholders.contains(&last)
                && !matches!(last.as_str(), "none" | "n/a")
                && !self.is_stub(subject)
    }

    /// How bad it is that the article consists of sentences that stand for a text, or of headings; none where it does not.
    fn stands_for_text(&self, subject: &Subject<'_>, article: Span) -> Option<Severity> {
        let document = subject.document;
        let text = document.text(article);
        if text.is_empty() || text.len() > SENTENCES || self.is_pattern(document) || self.is_draft(document) {
            return None;
        }
        if has_headings_only(document) && !self.is_stub(subject) {
            return Some(Severity::Warning);
        }
        let title = title(document).unwrap_or_default();
        if !self.is_stub(subject)
            && (site::is_page(text, title, &self.parameters.passwords) || is_title_and_date(text, title))
        {
            return Some(Severity::Warning);
        }
        // Notes of a few words are imported with their words for a title.
        if repeats_title(document, text) {
            return Some(Severity::Info);
        }
        let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
        let all: Vec<&str> = lines.flat_map(sentences).collect();
        let whole: usize = all.iter().map(|sentence| sentence.len()).sum();
        let prompts: usize = all.iter().filter(|one| self.prompts.is_match(one)).map(|one| one.len()).sum();
        let is_trial = |one: &&str| self.parameters.trials.contains(&one.to_lowercase());
        let is_later = |one: &&str| self.later.is_match(one);
        let is_courtesy = |one: &&str| self.courtesies.is_match(one);
        let put_off = all.iter().any(is_later) && all.iter().all(|one| is_later(one) || is_courtesy(one));
        let found = whole > 0 && (prompts * 3 >= whole || put_off || all.iter().all(is_trial));
        found.then_some(Severity::Warning)
    }

    /// Whether a page has the name of those that list others, or stands in a folder of patterns.
    fn lists_others(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or_default();
        let stem = name.split('.').next().unwrap_or_default().to_lowercase();
        let mut folders = path.rsplit('/').skip(1);
        self.parameters.stub_names.contains(&stem)
            || stem == "index"
            || folders.any(|folder| self.parameters.stub_folders.contains(folder))
    }

    /// Whether the file is a pattern for new posts.
    fn is_pattern(&self, document: &Document) -> bool {
        document.path().rsplit('/').skip(1).any(|folder| self.parameters.stub_folders.contains(folder))
    }

    /// Whether the post is not published, or nothing says that it is one.
    fn is_draft(&self, document: &Document) -> bool {
        let Some(tree) = &document.front_matter.tree else { return true };
        let says = |key: &str| tree.get(key).and_then(Node::text).map(|text| text.trim().to_lowercase());
        let is_false = |text: String| matches!(text.as_str(), "false" | "no" | "off");
        says("published").is_some_and(is_false) || says("draft").is_some_and(|text| !text.is_empty() && !is_false(text))
    }

    /// The front matter's last line, below which the text is missing; the whole file where there is none.
    fn frame(&self, subject: &Subject<'_>) -> Span {
        match &subject.document.front_matter.split.block {
            Some(block) if !block.closer.is_empty() => block.closer,
            _ => Span::default(),
        }
    }

    fn is_stub(&self, subject: &Subject<'_>) -> bool {
        let document = subject.document;
        let mut names = document.path().rsplit('/');
        let stem = |name: &str| name.split('.').next().unwrap_or_default().to_lowercase();
        let name = names.next().map(stem).unwrap_or_default();
        let Some(tree) = &document.front_matter.tree else { return true };
        let has = |key: &String| tree.entry(key).is_some();
        let is_stub_key = |key: &str| self.parameters.stub_keys.contains(&folded(key));
        let layout = ["layout", "type", "template"].iter().find_map(|key| tree.get(key)).and_then(|node| node.text());
        let Parameters { stub_names, post_keys, post_layouts, .. } = &*self.parameters;
        // A page that is alone in its folder has the folder's name, and is a post if it has a date.
        let mut is_list = || match name.as_str() {
            "index" => {
                let alone = tree.entry("date").is_some() && subject.facts.husks.beside(document.path()).is_some();
                !alone || names.next().is_some_and(|folder| stub_names.contains(&folder.to_lowercase()))
            }
            _ => stub_names.contains(&name),
        };
        // Generators take such files for parts of others.
        self.is_pattern(document)
            || name.starts_with('_')
            || self.is_draft(document)
            || !post_keys.iter().any(has)
            || tree.entries().iter().filter_map(|entry| entry.key.text()).any(is_stub_key)
            || layout.is_some_and(|layout| !post_layouts.contains(&layout.to_lowercase()))
            || is_list()
    }
}

/// Without emphasis and dots around it, in small letters.
fn bare(text: &str) -> String {
    let is_around = |c: char| c.is_whitespace() || matches!(c, '*' | '_' | '`' | '"' | '.' | '…' | '>');
    text.trim_matches(is_around).to_lowercase()
}

fn last_line(text: &str) -> &str {
    text.lines().next_back().unwrap_or_default()
}

/// A key as it is compared.
fn folded(key: &str) -> String {
    key.chars().filter(|c| !matches!(c, '-' | '_' | '*' | ' ')).flat_map(char::to_lowercase).collect()
}

/// Whether a value says something: a switch does not.
fn is_real(value: &Node) -> bool {
    let says = |scalar: &Scalar| match scalar.style {
        Style::Null | Style::Boolean => false,
        Style::Plain => !matches!(
            scalar.text.trim().to_ascii_lowercase().as_str(),
            "" | "~" | "null" | "true" | "false" | "yes" | "no" | "on" | "off"
        ),
        _ => !scalar.text.trim().is_empty(),
    };
    let mut open = vec![value];
    while let Some(node) = open.pop() {
        match node.value() {
            Data::Scalar(scalar) if says(scalar) => return true,
            Data::Scalar(_) => {}
            Data::List(items) => open.extend(items),
            Data::Map(entries) => open.extend(entries.iter().map(|entry| &entry.value)),
            Data::Alias(..) => return true,
        }
    }
    false
}

/// Whether a single value makes a page: several things, or a sentence.
fn tells(value: &Node) -> bool {
    let text = |text: &str| {
        text.len() >= SENTENCE && !text.contains("://") && text.contains(|c: char| c == ' ' || !c.is_ascii())
    };
    match value.value() {
        Data::Scalar(scalar) => text(&scalar.text),
        Data::List(items) => items.len() > 1 || items.iter().any(|item| item.is_map() || item.text().is_some_and(text)),
        Data::Map(_) | Data::Alias(..) => true,
    }
}

/// Whether what the post consists of stands under other posts' articles too, or is an advert by itself. What stands in
/// posts without any other text only is their text: copies of one short post. So is a sentence that a
/// few posts share and that has no word of a footer.
fn is_footer(subject: &Subject<'_>) -> bool {
    let appendices = subject.frame.appendices(subject.document);
    let bare = subject.facts.bare;
    let foreign = |appendix: &Appendix<'_>| {
        let times = if appendix.kind == Kind::Unknown { FRAMED } else { 1 };
        appendix.family.is_none_or(|family| family.posts > times * bare)
    };
    !appendices.is_empty() && appendices.iter().all(foreign)
}

/// Whether some of what the post consists of may be its own text, which a few posts repeat.
fn is_unsure(subject: &Subject<'_>) -> bool {
    subject.frame.appendices(subject.document).iter().any(|appendix| appendix.kind == Kind::Unknown)
}

/// Whether a post has headings and nothing below any of them: more than one, or its title once more.
fn has_headings_only(document: &Document) -> bool {
    let titles = document.blocks.iter().map(|block| match block.kind {
        BlockKind::Heading { .. } => {
            let title = document.text(block.span).trim_matches(|c: char| c == '#' || c.is_whitespace());
            (!prose::finished(title)).then_some(title)
        }
        _ => None,
    });
    let Some(titles) = titles.collect::<Option<Vec<&str>>>() else { return false };
    titles.len() > 1 || titles.first().is_some_and(|title| repeats_title(document, title))
}

/// Whether a text is the post's title and nothing else.
fn repeats_title(document: &Document, text: &str) -> bool {
    title(document).is_some_and(|title| title.trim().to_lowercase() == text.trim().to_lowercase())
}

fn title(document: &Document) -> Option<&str> {
    document.front_matter.tree.as_ref()?.get("title")?.text()
}

/// Whether a text is the post's title and a date below it: a few words, of which numbers are the day and the year.
fn is_title_and_date(text: &str, title: &str) -> bool {
    let text = text.trim_start_matches(['#', ' ']);
    let Some(date) = text.strip_prefix(title.trim()).filter(|_| !title.trim().is_empty()) else { return false };
    let date = date.trim();
    let year = date.split(|c: char| !c.is_ascii_digit()).any(|part| part.len() == 4 && part.starts_with(['1', '2']));
    year && !date.contains('\n') && date.split_whitespace().count() <= 6 && date.chars().count() <= 40
}

/// Whether nothing is left of a text without comments, tags that show nothing, tables of contents and marks.
fn is_blank(text: &str) -> bool {
    const NOTHING: [&str; 16] = [
        "&nbsp;", "[TOC]", "[toc]", "[[toc]]", "[[TOC]]", "<p>", "</p>", "<br>", "<br/>", "<br />", "<hr>", "<hr/>",
        "<hr />", "<div>", "</div>", "&#160;",
    ];
    if text.len() > LONGEST {
        return false;
    }
    let mut rest = text.to_owned();
    while let Some(at) = rest.find("<!--") {
        let Some(length) = rest[at..].find("-->") else { return false };
        rest.replace_range(at..at + length + "-->".len(), "");
    }
    for nothing in NOTHING {
        rest = rest.replace(nothing, "");
    }
    rest.chars().all(|c| c.is_whitespace() || ".-_*#+=,:…。—–\u{200b}\u{feff}".contains(c))
}

/// The sentences of a line, without marks and signs around them.
fn sentences(line: &str) -> impl Iterator<Item = &str> {
    let is_edge = |c: char| !(c.is_alphanumeric() || prose::is_mark(c));
    line.split(prose::is_terminal).map(move |one| one.trim_matches(is_edge)).filter(|one| !one.is_empty())
}

/// As a label shows it.
fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim()
}
