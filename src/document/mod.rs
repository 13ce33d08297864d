//! One post, parsed once into flat tables. Parsing never fails: what is broken is in the tables too.

mod admonition;
pub mod code;
mod fences;
mod freed;
pub mod front_matter;
pub mod html;
pub mod items;
pub mod look_alike;
pub mod markdown;
pub mod posts;
pub mod prose;
pub mod rendered;
pub mod shortcode;
pub mod suppression;
pub mod tail;
pub mod vitepress;

pub use front_matter::FrontMatter;
pub use look_alike::{LookAlike, Mistake};
pub use posts::Posts;
pub use suppression::{Suppression, Suppressions};

use crate::{
    data::Node,
    site::{
        Site, Sites,
        resolve::{self, Kind, Post, Target},
    },
    source::{Source, Span},
};

#[derive(Debug)]
pub struct Document {
    pub source: Source,
    pub front_matter: FrontMatter,
    /// What the generator renders, in bytes of the file.
    pub body: Span,
    /// The blocks at the top level of the body, in order and without gaps other than blank lines.
    pub blocks: Vec<Block>,
    /// Every image that the post refers to, front matter included, in order.
    pub images: Vec<Image>,
    pub links: Vec<Link>,
    /// What was meant as an image and is none, in order.
    pub look_alikes: Vec<LookAlike>,
    /// What was meant as the address of a link and is text for a blank in it, in order.
    pub torn: Vec<Span>,
    /// Each `**` in the text that is shown as it stands, in order.
    pub stars: Vec<Span>,
    pub suppressions: Suppressions,
    /// The page that the generator's template compiler is given, where it has one and the post something for it.
    pub rendered: Option<rendered::Rendered>,
    /// Code and comments, in order and apart, where Hexo runs tags over the rest.
    pub verbatim: Option<Vec<Span>>,
}

/// A block at the top level of the body.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Block {
    #[serde(flatten)]
    pub kind: BlockKind,
    /// Without the line end of its last line.
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum BlockKind {
    Paragraph,
    /// `setext` where it is underlined with `---` or `===`.
    Heading {
        level: u8,
        setext: bool,
    },
    List {
        ordered: bool,
    },
    Quote,
    /// `closed` is false for a fence that runs into the end of the file; an indented block is always closed.
    Code {
        fenced: bool,
        closed: bool,
    },
    Html,
    Table,
    /// A thematic break.
    Rule,
    /// Link reference definitions, one or several in a row.
    Definition,
    Footnote,
}

/// A reference to an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    pub form: Form,
    /// The whole reference as written.
    pub span: Span,
    /// The address as written, without brackets or quotes; empty at its place where it is missing.
    pub address_span: Span,
    /// Decoded: entities and backslash escapes resolved, not percent-decoded.
    pub address: String,
    /// Plain text of the alternative text, where the form has one.
    pub alt: String,
}

/// How an image is referred to, which decides how its address resolves.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// `![a](x)` and `![a][x]`.
    Markdown,
    /// An attribute of raw HTML.
    Html,
    /// A module that the post imports, or `require`s: MDX.
    Module,
    /// Obsidian `![[x]]`.
    Wiki,
    /// A generator's own tag by its name: Hugo `figure`, Hexo `asset_img`, Jekyll `include`.
    Shortcode(String),
    /// A front-matter field, by its dotted name.
    FrontMatter(String),
}

/// A link, for rules that look at addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub span: Span,
    /// The address as written; it may lie in a definition elsewhere in the file.
    pub address_span: Span,
    pub address: String,
}

impl Form {
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Markdown => Kind::Markdown,
            Self::Html => Kind::Html,
            Self::Module => Kind::Module,
            Self::Wiki => Kind::Wiki,
            Self::Shortcode(_) => Kind::Shortcode,
            Self::FrontMatter(_) => Kind::FrontMatter,
        }
    }
}

impl Document {
    pub fn parse(source: Source, sites: &Sites) -> Self {
        let site = sites.of(&source.path);
        Self::parse_in(source, site)
    }

    fn parse_in(source: Source, site: &Site) -> Self {
        let front_matter = FrontMatter::read(&source, site);
        let body = front_matter.body;
        let mut parsed = markdown::parse(&source, body, site);
        parsed.images.extend(front_matter.images(&source.text, &site.image_fields));
        parsed.images.sort_by_key(|image| (image.span, image.address_span));
        let tree = front_matter.tree.as_ref();
        let suppressions = Suppressions::read(&source.text, tree, &parsed.comments, &parsed.blocks);
        Self {
            front_matter,
            body,
            blocks: parsed.blocks,
            images: parsed.images,
            links: parsed.links,
            look_alikes: parsed.look_alikes,
            torn: parsed.torn,
            stars: parsed.stars,
            rendered: parsed.rendered,
            verbatim: parsed.verbatim,
            suppressions,
            source,
        }
    }

    /// What the address of `image`, one of this document, means.
    pub fn target(&self, image: &Image, site: &Site) -> Target {
        // A deck of slides (Marp) names colours so.
        let value = |key: &str| self.front_matter.tree.as_ref().and_then(|tree| tree.get(key)).and_then(Node::text);
        if image.form == Form::Markdown && !image.address.contains(['.', '/']) && value("marp") == Some("true") {
            return Target::Unknown;
        }
        resolve::resolve(site, self.post(), image.form.kind(), &image.address)
    }

    /// As far as it decides where addresses lead.
    pub fn post(&self) -> Post<'_> {
        // Where front matter says a page is published differs between generators; these keys do so in one of them.
        let value = |key: &&str| self.front_matter.tree.as_ref().and_then(|tree| tree.get(key));
        let moved = ["slug", "url", "permalink", "path"].iter().filter_map(value).any(|node| node.text().is_some());
        let filed = ["category", "categories"].iter().filter_map(value).map(depth).max().unwrap_or_default();
        let date = value(&"date").and_then(Node::text);
        let pictures = ["media_subpath", "img_path"].iter().find_map(value).and_then(Node::text);
        Post { path: self.path(), moved, filed, date, pictures }
    }

    pub fn path(&self) -> &str {
        &self.source.path
    }

    pub fn text(&self, span: Span) -> &str {
        span.of(&self.source.text)
    }
}

/// How many categories, each below the one before, a value of front matter names: a list of lists begins with one of them.
fn depth(categories: &Node) -> usize {
    match categories.items() {
        [] => usize::from(categories.text().is_some()),
        [first, ..] if !first.items().is_empty() => first.items().len(),
        names => names.len(),
    }
}
