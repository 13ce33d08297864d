//! Which generator builds a file, and what follows from that: where front matter begins and ends, and where an image
//! address points.

pub mod date;
pub mod detect;
pub mod dialect;
pub mod fields;
pub mod path;
pub mod resolve;
pub mod scalar;
pub mod scope;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// The site generators that copydesk knows. `Plain` is a repository without one.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema, Default,
)]
#[serde(rename_all = "lowercase")]
pub enum Generator {
    VitePress,
    VuePress,
    Docusaurus,
    Eleventy,
    Astro,
    Hugo,
    Jekyll,
    Hexo,
    Zola,
    MkDocs,
    Pelican,
    Next,
    MdBook,
    Obsidian,
    #[default]
    Plain,
}

impl Generator {
    pub const ALL: [Self; 15] = [
        Self::VitePress,
        Self::VuePress,
        Self::Docusaurus,
        Self::Eleventy,
        Self::Astro,
        Self::Hugo,
        Self::Jekyll,
        Self::Hexo,
        Self::Zola,
        Self::MkDocs,
        Self::Pelican,
        Self::Next,
        Self::MdBook,
        Self::Obsidian,
        Self::Plain,
    ];

    /// Whether `Title` is `title` for it; what MkDocs reads without fences is lower case already.
    pub const fn folds_keys(self) -> bool {
        matches!(self, Self::Hugo | Self::Obsidian)
    }

    /// Whether Python-Markdown makes its pages.
    pub const fn uses_python_markdown(self) -> bool {
        matches!(self, Self::MkDocs | Self::Pelican)
    }

    /// As configuration and rule files write it.
    pub const fn id(self) -> &'static str {
        match self {
            Self::VitePress => "vitepress",
            Self::VuePress => "vuepress",
            Self::Docusaurus => "docusaurus",
            Self::Eleventy => "eleventy",
            Self::Astro => "astro",
            Self::Hugo => "hugo",
            Self::Jekyll => "jekyll",
            Self::Hexo => "hexo",
            Self::Zola => "zola",
            Self::MkDocs => "mkdocs",
            Self::Pelican => "pelican",
            Self::Next => "next",
            Self::MdBook => "mdbook",
            Self::Obsidian => "obsidian",
            Self::Plain => "plain",
        }
    }

    /// As its makers write it, for messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::VitePress => "VitePress",
            Self::VuePress => "VuePress",
            Self::Docusaurus => "Docusaurus",
            Self::Eleventy => "Eleventy",
            Self::Astro => "Astro",
            Self::Hugo => "Hugo",
            Self::Jekyll => "Jekyll",
            Self::Hexo => "Hexo",
            Self::Zola => "Zola",
            Self::MkDocs => "MkDocs",
            Self::Pelican => "Pelican",
            Self::Next => "Next.js",
            Self::MdBook => "mdBook",
            Self::Obsidian => "Obsidian",
            Self::Plain => "no known site generator",
        }
    }
}

/// One site: a generator at work in a folder.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Site {
    pub generator: Generator,
    /// The site's folder, relative to the project's root, with `/` and without one at the end; empty for the root.
    pub root: String,
    /// Folders of posts and pages, relative to the project's root.
    pub content: Vec<String>,
    /// Folders whose files are published as they are, relative to the project's root, in the order they are searched.
    pub statics: Vec<String>,
    /// The path that the site is served under, such as `/blog/`; `/` where none is set.
    pub base: String,
    /// Host names that are this site itself.
    pub hosts: Vec<String>,
    /// Folders that are published at another address than their path says.
    pub mounts: Vec<Mount>,
    /// Addresses, as seen from the site's base and without `/` at either end, below which files are published from where only
    /// the generator knows.
    pub elsewhere: Vec<String>,
    /// Where posts are published, as the configuration writes it: the `permalink` of Jekyll and of Hexo.
    pub permalink: String,
    /// What of its configuration, theme and plugins changes how posts are read.
    pub settings: BTreeSet<Setting>,
    /// Front-matter fields that hold the address of an image, or a list of them, as dotted names such as `cover.image`.
    pub image_fields: Vec<String>,
    /// Tags that show images, beyond those that are known: by name, the parameters that hold an address, as names or as
    /// zero-based places.
    pub shortcodes: BTreeMap<String, Vec<String>>,
    /// What gave the generator away, such as `hugo.toml`; for messages.
    pub because: String,
    /// The file of its configuration that cannot be parsed, with the one-based line and the reason; for messages. Nothing
    /// that it says is known then. Empty where there is none.
    pub fault: String,
    /// Files that its configuration leaves out of the site, by their paths relative to the project's root.
    #[serde(skip)]
    pub left_out: globset::GlobSet,
}

/// What changes how posts of a site are read. The first ones change how an address resolves, the others how markup is read
/// and which is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Setting {
    /// Hexo keeps a post's files in a folder of its own.
    PostAssets,
    /// Posts are published elsewhere than their path says.
    Moved,
    /// A theme or a plugin resolves images itself.
    Hook,
    /// Pages end in `.html`.
    Ugly,
    /// Files are published that otherwise are not.
    Include,
    /// The renderer puts the base before every address in Markdown, and nothing else does.
    Prepends,
    /// An address without `./` before it is left to the browser, though the generator bundles the others.
    Unbundled,
    /// Something rewrites addresses of the published page.
    Canonify,
    /// Braces in code within a line are not compiled.
    InertCode,
    /// Plugins may define further tags.
    Plugins,
    /// `.mdx` is compiled as MDX 2 or 3.
    Mdx,
    /// So is `.md`.
    MdxEverywhere,
    /// Liquid is switched off somewhere.
    NoLiquid,
    /// Nunjucks is switched off somewhere.
    NoNunjucks,
    /// Formulas are taken out of the text before a template is made of it.
    Math,
    /// `**` next to a mark makes bold text where CommonMark does not, or may do so.
    LooseEmphasis,
    /// `##Heading` without a blank is a heading.
    LooseHeadings,
    /// `[words] (address)` with a blank is a link.
    LooseLinks,
    /// Markdown is read within blocks of HTML.
    MarkdownInHtml,
    /// `![words](an address)` with a blank is an image, and the same without `!` a link: kramdown and Python-Markdown read an
    /// address up to the closing parenthesis.
    LooseAddresses,
}

/// A folder and where it is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mount {
    /// Relative to the project's root.
    pub folder: String,
    /// As seen from the site's base, without `/` at either end.
    pub address: String,
}

/// Every site in the project, found once.
#[derive(Debug, Clone, Default)]
pub struct Sites {
    /// Deepest folder first.
    sites: Vec<Site>,
    plain: Site,
}

impl Sites {
    pub fn new(mut sites: Vec<Site>) -> Self {
        sites.sort_by(|a, b| b.root.len().cmp(&a.root.len()).then_with(|| a.root.cmp(&b.root)));
        Self { sites, plain: Site::new(Generator::Plain, "") }
    }

    /// The site that a file belongs to; `path` is relative to the project's root.
    pub fn of(&self, path: &str) -> &Site {
        self.sites.iter().find(|site| site.holds(path)).unwrap_or(&self.plain)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Site> {
        self.sites.iter()
    }
}

impl Site {
    fn holds(&self, path: &str) -> bool {
        self.root.is_empty() || path.strip_prefix(&self.root).is_some_and(|rest| rest.starts_with('/'))
    }

    /// A site in `root` with the generator's usual folders and settings, before its configuration is read.
    pub fn new(generator: Generator, root: &str) -> Self {
        let (content, statics) = detect::usual_folders(generator);
        let below = |folders: &[&str]| folders.iter().map(|folder| path::join(root, folder)).collect();
        Self {
            generator,
            root: root.to_owned(),
            content: below(content),
            statics: below(statics),
            base: "/".to_owned(),
            permalink: if generator == Generator::Hexo { detect::HEXO_PERMALINK } else { "" }.to_owned(),
            image_fields: fields::IMAGE_FIELDS.iter().map(|field| (*field).to_owned()).collect(),
            ..Self::default()
        }
    }

    /// A site at the project's root with the generator's usual folders, for examples.
    pub fn example(generator: Generator) -> Self {
        let settings = match generator {
            Generator::Astro => BTreeSet::from([Setting::Mdx]),
            Generator::MkDocs | Generator::Pelican => BTreeSet::from([Setting::LooseHeadings, Setting::LooseAddresses]),
            Generator::Jekyll => BTreeSet::from([Setting::LooseAddresses]),
            _ => BTreeSet::new(),
        };
        Self { because: "the example".to_owned(), settings, ..Self::new(generator, "") }
    }

    pub fn has(&self, setting: Setting) -> bool {
        self.settings.contains(&setting)
    }

    /// Whether fences are found within the HTML of the file at `path`. Hexo, MkDocs and Pelican take them out of the text before Markdown
    /// is read, and MDX reads Markdown within elements: so hexo 8.1, Python-Markdown 3.11 with `fenced_code`, which the two
    /// switch on, and with pymdownx.superfences, and mdx 3.
    pub fn finds_fences_in_html(&self, path: &str) -> bool {
        self.generator == Generator::Hexo
            || self.generator.uses_python_markdown()
            || path.ends_with(".mdx")
            || self.has(Setting::MdxEverywhere)
    }
}

/// Endings of pictures that browsers show.
pub const PICTURES: [&str; 14] =
    ["png", "jpg", "jpeg", "gif", "webp", "svg", "avif", "bmp", "ico", "apng", "jfif", "tif", "tiff", "heic"];

/// Whether an address ends like the name of a picture, apart from a query and a fragment.
pub fn is_picture_name(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    path.rsplit_once('.').is_some_and(|(_, ending)| PICTURES.iter().any(|known| known.eq_ignore_ascii_case(ending)))
}
