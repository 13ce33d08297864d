//! Markup that the generator's compiler refuses, so that the page, and often the whole site, is not built. One file below
//! for each compiler, which follows what the real one does.

mod directives;
mod expression;
mod hugo;
mod jsx;
pub(super) mod liquid;
mod mdx;
mod nunjucks;
mod script;
mod vue;

use std::collections::{BTreeMap, HashMap};

use super::{Hit, Subject};
use crate::{
    data::Node,
    site::{Generator, Setting},
    source::Span,
};

pub const WORDS: &[&str] = &["what", "says", "mend", "why"];

/// So many characters of the place are quoted in the message.
const QUOTED: usize = 40;

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Markup {
    /// The sentences for each fault; a fault without them is not looked for.
    faults: BTreeMap<Kind, Words>,
    /// Tags of Jekyll's plugins or of Hexo's themes and scripts, beyond those that are known; each may stand alone.
    #[serde(default)]
    tags: Vec<String>,
}

/// What is said of one kind of fault.
#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Words {
    /// What the compiler says.
    says: String,
    /// How to write it instead.
    mend: String,
}

/// What a compiler refuses. For Vue these are its error codes, by `errorMessages` of `@vue/compiler-core` 3.5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// An element is not closed, or the element around it is closed first.
    MissingEnd,
    /// An end tag closes nothing, or what Markdown had opened.
    StrayEnd,
    /// An end tag closes an element that began before the paragraph.
    CrossingEnd,
    /// `</>`
    NamelessEnd,
    /// The page ends inside a tag.
    UnclosedTag,
    UnclosedComment,
    UnclosedMustache,
    /// No JavaScript between the braces or in a directive.
    BadExpression,
    /// A directive that needs a value has none.
    MissingExpression,
    DuplicateAttribute,
    /// `"`, `'` or `<` in the name of an attribute, or `=` at its start.
    AttributeName,
    /// A quote, `<`, `=` or a backtick in a value without quotes.
    AttributeValue,
    MissingValue,
    /// `/` in a tag anywhere but at its end.
    Slash,
    /// `<? … >`
    Instruction,
    Cdata,
    /// A bare `:`, `@`, `#` or `v-`.
    DirectiveName,
    /// `<script>` or `<style>` inside other markup.
    SideEffect,
    /// MDX: a tag, an expression, an import or an export that cannot be read.
    Jsx,
    /// `{{` without `}}`, in Liquid and Nunjucks.
    UnclosedVariable,
    /// `{{ a b }}`: no expression of Nunjucks.
    BadVariable,
    /// `{#` without `#}`.
    UnclosedLiquidComment,
    /// `{%` without `%}`.
    UnclosedLiquid,
    /// `{% … %}` without a name.
    NamelessTag,
    UnknownTag,
    /// `{% if %}` without `{% endif %}`.
    UnclosedBlock,
    /// `{% endif %}` that closes nothing, or not the innermost block.
    StrayEndTag,
    /// `{% else %}`, `{% elsif %}` or `{% when %}` outside of what it belongs to.
    StrayBranch,
    /// A tag whose words cannot be read: `{% for x %}`.
    TagWords,
    /// `{{<` without `>}}`.
    UnclosedShortcode,
    /// `{{< /name >}}` that closes nothing.
    StrayEndShortcode,
    /// A shortcode whose name or words cannot be read.
    ShortcodeWords,
}

/// One place that a compiler refuses.
#[derive(Debug)]
pub struct Fault {
    kind: Kind,
    span: Span,
    /// The words of the place.
    what: String,
    /// What the compiler says beyond the kind; empty where that is all.
    why: String,
}

impl Fault {
    fn new(kind: Kind, span: Span, what: String) -> Self {
        Self { kind, span, what, why: String::new() }
    }
}

impl Markup {
    pub fn run(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let document = subject.document;
        if !subject.site.builds(document.path()) {
            return Vec::new();
        }
        let mut faults = match (subject.site.generator, &document.rendered) {
            (Generator::VitePress, Some(page)) => vue::faults(page),
            (Generator::Jekyll, _) => self.jekyll(subject),
            (generator, _) if is_mdx(subject) => {
                let docusaurus = generator == Generator::Docusaurus;
                mdx::fault(&document.source.text, document.body, docusaurus).into_iter().collect()
            }
            (Generator::Hexo, _) => self.hexo(subject),
            (Generator::Hugo, _) => hugo::fault(&document.source.text, document.body).into_iter().collect(),
            _ => return Vec::new(),
        };
        if !faults.is_empty() && subject.site.has(Setting::Math) {
            let formulas = formulas(document.text(document.body), document.body.start);
            let formula = |fault: &Fault| formulas.get(formulas.partition_point(|one| one.end <= fault.span.start));
            faults.retain(|fault| formula(fault).is_none_or(|formula| !formula.overlaps(fault.span)));
        }
        let hit = |fault: Fault| {
            let words = self.faults.get(&fault.kind)?;
            let hit = Hit::new(fault.span)
                .word("what", quoted(&fault.what))
                .word("says", words.says.as_str())
                .word("mend", words.mend.as_str());
            Some(hit.word("why", if fault.why.is_empty() { String::new() } else { format!(": {}", fault.why) }))
        };
        faults.into_iter().filter_map(hit).collect()
    }
}

impl Markup {
    fn jekyll(&self, subject: &Subject<'_>) -> Vec<Fault> {
        let (document, site) = (subject.document, subject.site);
        if !runs_liquid(subject) {
            return Vec::new();
        }
        let tags = liquid::Tags { more: &self.tags, open: site.has(Setting::Plugins) };
        liquid::fault(&document.source.text, document.body, &tags).into_iter().collect()
    }
}

/// Whether there is Liquid to be read in a post of Jekyll: in pages with front matter that it builds, unless told not to.
pub(super) fn runs_liquid(subject: &Subject<'_>) -> bool {
    let body = subject.document.text(subject.document.body);
    let is_liquid =
        memchr::memchr_iter(b'{', body.as_bytes()).any(|at| matches!(body.as_bytes().get(at + 1), Some(b'{' | b'%')));
    let no = |tree: &Node, key| tree.get(key).and_then(Node::text) == Some("false");
    let is_read = |tree: &Node| !no(tree, "render_with_liquid") && !no(tree, "published");
    is_liquid
        && subject.document.front_matter.tree.as_ref().is_some_and(is_read)
        && !subject.site.has(Setting::NoLiquid)
}

/// Whether the generator compiles the post as MDX 2 or 3.
fn is_mdx(subject: &Subject<'_>) -> bool {
    let (path, site) = (subject.document.path(), subject.site);
    let named = path.ends_with(".mdx") || (site.has(Setting::MdxEverywhere) && path.ends_with(".md"));
    let tree = subject.document.front_matter.tree.as_ref();
    // A post may say how Docusaurus is to read it.
    let says = site.generator == Generator::Docusaurus && tree.is_some_and(|tree| tree.get("mdx").is_some());
    site.has(Setting::Mdx) && named && !says
}

impl Markup {
    fn hexo(&self, subject: &Subject<'_>) -> Vec<Fault> {
        let (document, site) = (subject.document, subject.site);
        let tree = document.front_matter.tree.as_ref();
        let off = tree.is_some_and(|tree| tree.get("disableNunjucks").is_some());
        if off || site.has(Setting::NoNunjucks) || document.verbatim.is_none() {
            return Vec::new();
        }
        let tags = nunjucks::Tags { more: &self.tags, open: site.has(Setting::Plugins) };
        let verbatim = document.verbatim.as_deref().unwrap_or_default();
        nunjucks::fault(&document.source.text, document.body, verbatim, &tags).into_iter().collect()
    }
}

/// The names behind `end` in a text, and where each stands last: a tag whose name comes later is a block.
#[derive(Default)]
struct Ends<'a>(Option<HashMap<&'a str, usize>>);

impl<'a> Ends<'a> {
    /// Whether `end` and `name` follow after `at` in `text`, which must be the same each time; it is read once.
    fn follow(&mut self, text: &'a str, name: &str, at: usize) -> bool {
        let all = self.0.get_or_insert_with(|| {
            let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
            let name = |start: usize| {
                let rest = &text[start + 3..];
                (&rest[..rest.find(|c| !word(c)).unwrap_or(rest.len())], start)
            };
            memchr::memmem::find_iter(text.as_bytes(), b"end").map(name).collect()
        });
        all.get(name).is_some_and(|last| *last >= at)
    }
}

/// `$…$` within a paragraph and `$$…$$`, in order; `body` begins at `start` of the file.
fn formulas(body: &str, start: usize) -> Vec<Span> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = body[from..].find('$').map(|at| from + at) {
        let mark = if body[at..].starts_with("$$") { "$$" } else { "$" };
        let inside = at + mark.len();
        let Some(length) = body[inside..].find(mark) else {
            from = inside;
            continue;
        };
        let formula = &body[inside..inside + length];
        let parted = mark == "$" && (formula.contains("\n\n") || formula.contains("\n\r\n"));
        from = if parted { inside } else { inside + length + mark.len() };
        if !parted {
            found.push(Span::new(start + at, start + from));
        }
    }
    found
}

/// The first line of a place, shortened.
pub(super) fn quoted(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    match line.char_indices().nth(QUOTED) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.to_owned(),
    }
}
