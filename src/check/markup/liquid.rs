//! What Liquid refuses to parse, for Jekyll, which runs it over the whole body before Markdown is read: tags in code are
//! tags all the same. The tokenizer and the blocks follow `liquid` 4 and 5 (`tokenizer.rb`, `block.rb`), which agree in
//! what is told here; Jekyll's own tags are those of 3.10 and 4.4.

use std::{collections::HashSet, sync::LazyLock};

use memchr::memmem;
use regex::Regex;

use super::{Ends, Fault, Kind};
use crate::source::Span;

/// Blocks, which end with `end` and their name.
const BLOCKS: [&str; 10] =
    ["if", "unless", "for", "case", "tablerow", "capture", "comment", "raw", "ifchanged", "highlight"];
/// Tags of Liquid and of Jekyll. `liquid`, `echo`, `render` and `doc` are known to some versions only.
const TAGS: [&str; 16] = [
    "assign",
    "cycle",
    "break",
    "continue",
    "increment",
    "decrement",
    "include",
    "include_relative",
    "link",
    "post_url",
    "liquid",
    "echo",
    "render",
    "doc",
    "seo",
    "feed_meta",
];
/// Tags of the plugins that GitHub Pages may run, by `github-pages` 232.
const PAGES: [&str; 6] = ["gist", "avatar", "include_cached", "github_edit_link", "octicon", "toc"];

/// What Jekyll 4.4 gives each page, and what Liquid knows by itself.
const KNOWN: [&str; 16] = [
    "site",
    "page",
    "layout",
    "content",
    "include",
    "paginator",
    "theme",
    "jekyll",
    "forloop",
    "tablerowloop",
    "true",
    "false",
    "nil",
    "null",
    "empty",
    "blank",
];
/// Tags whose first word is the name of a variable from there on.
const DEFINING: [&str; 6] = ["assign", "capture", "for", "tablerow", "increment", "decrement"];

/// One `{{ … }}`.
pub struct Variable {
    pub place: Span,
    /// The tag of the `{% highlight %}` that it stands in.
    pub highlighted: Option<Span>,
}

/// Who may define tags beyond those above.
pub struct Tags<'a> {
    /// Tags that the site's configuration names.
    pub more: &'a [String],
    /// Plugins may define any.
    pub open: bool,
}

/// The first fault in `body`, a part of `text`: Liquid stops there.
pub fn fault(text: &str, body: Span, tags: &Tags<'_>) -> Option<Fault> {
    Parser::new(text, body, tags).run(body.start)
}

/// Each `{{ … }}` in `body`, a part of `text`, that Liquid makes nothing of, as far as it can be said what Liquid reads: what
/// stands between the braces begins with the name of something that neither the post defines nor Jekyll 4.4.
pub fn unknown_variables(text: &str, body: Span) -> Vec<Variable> {
    let tags = Tags { more: &[], open: true };
    let mut parser = Parser::new(text, body, &tags);
    if parser.run(body.start).is_some() {
        return Vec::new();
    }
    let Parser { mut variables, names, .. } = parser;
    variables.retain(|variable| {
        let inside = variable.place.of(text).trim_start_matches('{').trim_end_matches('}');
        let inside = inside.trim_matches(|c: char| c.is_whitespace() || c == '-');
        let is_value = inside.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '"' | '\'' | '('));
        let name = word(inside);
        let is_known = KNOWN.contains(&name) || names.contains(name);
        !is_value && !is_known && !inside.contains("default")
    });
    variables
}

struct Parser<'a> {
    text: &'a str,
    end: usize,
    tags: &'a Tags<'a>,
    ends: Ends<'a>,
    /// Blocks, innermost last.
    open: Vec<Open<'a>>,
    /// Each `{{ … }}` outside of comments and of what is shown as it stands.
    variables: Vec<Variable>,
    /// Names that the post gives to something.
    names: HashSet<&'a str>,
}

struct Open<'a> {
    name: &'a str,
    place: Span,
}

/// What follows a tag.
enum Next {
    Fault(Fault),
    From(usize),
    /// What comes then cannot be known.
    Unknown,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, body: Span, tags: &'a Tags<'a>) -> Self {
        let (variables, names) = (Vec::new(), HashSet::new());
        Self { text, end: body.end, tags, ends: Ends::default(), open: Vec::new(), variables, names }
    }

    fn run(&mut self, mut at: usize) -> Option<Fault> {
        while let Some(start) = opener(self.text, at, self.end) {
            let next = if self.text[start..].starts_with("{{") { self.variable(start) } else { self.tag(start) };
            match next {
                Next::Fault(fault) => return Some(fault),
                Next::From(next) => at = next,
                Next::Unknown => return None,
            }
        }
        let open = self.open.last()?;
        Some(self.told(Kind::UnclosedBlock, open.place))
    }

    fn told(&self, kind: Kind, place: Span) -> Fault {
        Fault::new(kind, place, place.of(self.text).to_owned())
    }

    fn refused(&self, kind: Kind, place: Span) -> Next {
        Next::Fault(self.told(kind, place))
    }

    /// The text up to and with `mark`.
    fn until(&self, start: usize, from: usize, mark: &str) -> Option<Span> {
        let rest = self.text.get(from..self.end)?;
        memmem::find(rest.as_bytes(), mark.as_bytes()).map(|found| Span::new(start, from + found + mark.len()))
    }

    /// `{{ … }}`; it ends with the first brace, and one brace alone does not do.
    fn variable(&mut self, start: usize) -> Next {
        match self.until(start, start + 2, "}") {
            Some(place) if self.text[place.end..self.end].starts_with('}') => {
                let around = |name| self.open.iter().find(|open| open.name == name).map(|open| open.place);
                if around("comment").is_none() {
                    self.variables
                        .push(Variable { place: Span::new(start, place.end + 1), highlighted: around("highlight") });
                }
                Next::From(place.end + 1)
            }
            _ => self.refused(Kind::UnclosedVariable, Span::new(start, start + 2)),
        }
    }

    fn tag(&mut self, start: usize) -> Next {
        let Some(place) = self.until(start, start + 2, "%}") else {
            return self.refused(Kind::UnclosedLiquid, Span::new(start, start + 2));
        };
        let inside = &self.text[start + 2..place.end - 2];
        let inside = inside.strip_prefix('-').unwrap_or(inside);
        let inside = inside.strip_suffix('-').unwrap_or(inside).trim_start();
        let name = word(inside);
        let words = inside[name.len()..].trim_start();
        if name.is_empty() {
            // Liquid 5 has comments there.
            return if inside.starts_with('#') { Next::Unknown } else { self.refused(Kind::NamelessTag, place) };
        }
        self.named(name, words, place)
    }

    fn named(&mut self, name: &'a str, words: &'a str, place: Span) -> Next {
        if DEFINING.contains(&name) {
            self.names.insert(word(words));
        }
        let within = self.open.last().map(|open| open.name);
        if within == name.strip_prefix("end") && within.is_some() {
            self.open.pop();
            return Next::From(place.end);
        }
        if BLOCKS.contains(&name) {
            if !fits(name, words) {
                return self.refused(Kind::TagWords, place);
            }
            self.open.push(Open { name, place });
            return if name == "raw" { self.raw(place) } else { Next::From(place.end) };
        }
        if TAGS.contains(&name) || PAGES.contains(&name) || self.tags.more.iter().any(|known| known == name) {
            return if fits(name, words) { Next::From(place.end) } else { self.refused(Kind::TagWords, place) };
        }
        match (name, within) {
            ("else", Some("if" | "unless" | "for" | "case")) => Next::From(place.end),
            ("elsif", Some("if" | "unless")) | ("when", Some("case")) if fits(name, words) => Next::From(place.end),
            ("elsif", Some("if" | "unless")) | ("when", Some("case")) => self.refused(Kind::TagWords, place),
            _ => self.unknown(name, place),
        }
    }

    /// A tag that nothing here defines.
    fn unknown(&mut self, name: &str, place: Span) -> Next {
        let own = matches!(name, "else" | "elsif" | "when");
        let ends = name.strip_prefix("end");
        if self.tags.open && !own && !ends.is_some_and(|name| BLOCKS.contains(&name)) {
            // A plugin may have it, and if it is a block, only the plugin knows how its content is read.
            let is_block = ends.is_some() || self.ends.follow(&self.text[..self.end], name, place.end);
            return if is_block { Next::Unknown } else { Next::From(place.end) };
        }
        if self.open.last().is_some_and(|open| open.name == "comment") {
            return Next::From(place.end);
        }
        let kind = match (ends, self.open.last()) {
            (Some(_), _) => Kind::StrayEndTag,
            _ if own => Kind::StrayBranch,
            _ => Kind::UnknownTag,
        };
        self.refused(kind, place)
    }

    /// Past the content of `{% raw %}`: the end tag may stand at the end of any token.
    fn raw(&mut self, opening: Span) -> Next {
        let mut at = opening.end;
        while let Some(start) = opener(self.text, at, self.end) {
            let variable = self.text[start..].starts_with("{{");
            let Some(place) = self.until(start, start + 2, if variable { "}" } else { "%}" }) else {
                if self.until(start, start + 2, "%}").is_none() {
                    break;
                }
                at = start + 2;
                continue;
            };
            at = place.end;
            let token = place.of(self.text);
            if let Some((_, last)) = token.strip_suffix("%}").and_then(|token| token.rsplit_once("{%")) {
                let name = last.trim_start();
                if name.starts_with("endraw") && !name[6..].starts_with(|c: char| c.is_alphanumeric() || c == '_') {
                    self.open.pop();
                    return Next::From(at);
                }
                // Versions differ in whether this ends it.
                if name.trim_start_matches('-').trim_start().starts_with("endraw") {
                    return Next::Unknown;
                }
            }
        }
        self.refused(Kind::UnclosedBlock, opening)
    }
}

/// The name that a text begins with; it may be empty.
fn word(text: &str) -> &str {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    &text[..text.find(|c| !is_of_name(c)).unwrap_or(text.len())]
}

/// Where the next `{{` or `{%` begins.
fn opener(text: &str, from: usize, end: usize) -> Option<usize> {
    let bytes = text.as_bytes().get(from..end)?;
    memchr::memchr_iter(b'{', bytes).find(|at| matches!(bytes.get(at + 1), Some(b'{' | b'%'))).map(|at| from + at)
}

/// One value, as Liquid's lenient parser looks for one: `QuotedFragment`.
const VALUE: &str = r#"(?:"[^"]*"|'[^']*'|[^\s,|'"])"#;

static LOOP: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!(r"^[\w-]+\s+in\s+{VALUE}")).ok());
static ROWS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!(r"\w+\s+in\s+{VALUE}")).ok());
static ASSIGNMENT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[\w\-.\[\]]\)?\s*=").ok());
static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[\w\-.\[\]]").ok());
static POST: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?:^|/)[0-9]+-[0-9]+-[0-9]+-").ok());
static ANY: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(VALUE).ok());
static FIRST: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!("^{VALUE}")).ok());

/// Whether a tag can be read at all with these words; in doubt it can.
fn fits(name: &str, words: &str) -> bool {
    let pattern = match name {
        "for" => &LOOP,
        "tablerow" => &ROWS,
        "assign" => &ASSIGNMENT,
        "capture" => &NAME,
        "if" | "unless" | "elsif" | "case" | "when" => &ANY,
        "cycle" => &FIRST,
        "post_url" if !words.contains(['{', '\n']) => &POST,
        "highlight" => return !words.trim().is_empty(),
        "raw" => return words.trim().is_empty(),
        _ => return true,
    };
    pattern.as_ref().is_none_or(|pattern| pattern.is_match(words))
}
