//! Where an image address points: the files it may mean, in the order in which the site's generator looks.

use percent_encoding::percent_decode_str;
use serde::Serialize;
use url::Url;

use super::{Generator, Setting, Site, is_picture_name};

/// How an image is referred to, as far as that decides where its address points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Markdown,
    Html,
    Module,
    Wiki,
    Shortcode,
    FrontMatter,
}

/// The post that holds the address.
#[derive(Debug, Clone, Copy)]
pub struct Post<'a> {
    /// Relative to the project's root.
    pub path: &'a str,
    /// Its front matter says where it is published, so that its path does not.
    pub moved: bool,
    /// How many categories, each below the one before, its front matter names: they may be a part of where it is published.
    pub filed: usize,
    /// When it was written, as its front matter says it: that may be a part of it too.
    pub date: Option<&'a str>,
    /// The folder of its pictures, as its front matter says it to the theme.
    pub pictures: Option<&'a str>,
}

/// What an address means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A file of the project: the first candidate that is there.
    Local {
        candidates: Vec<Candidate>,
        /// Where it may be found as well, if it is an address on the site's own host.
        remote: Option<Url>,
    },
    /// As [`Target::Local`], but seen from an address that only the generator knows: the file may be anywhere.
    Loose {
        candidates: Vec<Candidate>,
    },
    /// A name that is looked for in the whole vault, if no candidate is there.
    Named {
        name: String,
        candidates: Vec<Candidate>,
    },
    Remote {
        url: Url,
    },
    Data,
    /// A path of one machine: `C:\`, `file:`, `/Users/`, or what an extension of a browser there holds.
    Machine,
    /// An address of the web that no browser can read, and why.
    Malformed {
        why: String,
    },
    /// Leads out of the project.
    Outside,
    /// Known only when the site is built, or no address at all.
    Unknown,
    Empty,
}

/// A file that an address may mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// Relative to the project's root.
    pub path: String,
    pub why: Why,
}

impl Candidate {
    /// Whether a file there is the image that readers see.
    pub const fn is_right(&self) -> bool {
        Self::is_right_for(self.why)
    }

    const fn is_right_for(why: Why) -> bool {
        !matches!(why, Why::Mistaken | Why::Escaped | Why::Unbased | Why::Doubled)
    }
}

/// Why a file is a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// It stands beside the post.
    Beside,
    /// It is published at the address as it is seen from the published page.
    Page,
    /// It is in a folder that is published as it is.
    Static,
    /// It is in the folder of the posts, seen from its root.
    Content,
    /// It is in the post's own folder of assets.
    Assets,
    /// It is where a theme or a plugin may look.
    Theme,
    /// Its name holds the escapes of the address as they are, while a server decodes an address before it looks.
    Escaped,
    /// It is published, but below the site's base path, which the address leaves out.
    Unbased,
    /// It is published, but the generator adds the site's base path, which the address has already.
    Doubled,
    /// It is there, but not published at this address: the generator does not look there.
    Mistaken,
}

/// Where a browser, or the generator, looks for a relative address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The address that the post is published at, without its file; empty where that does not count.
    pub page: String,
    /// The address that is looked up.
    pub seen: String,
}

/// Where a relative `address` in `post` is looked up, if the generator does not take it for one of a file beside the
/// post, and if that can be told.
pub fn view(site: &Site, post: Post<'_>, kind: Kind, address: &str) -> Option<View> {
    let address = address.split(['?', '#']).next().unwrap_or_default();
    if address.starts_with('/') || address.contains(['{', '\\', ':']) || !matches!(kind, Kind::Markdown | Kind::Html) {
        return None;
    }
    let folder = post.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let places = Places { site, post, folder, kind, base: Base::Unsure, found: Vec::new(), loose: false };
    let unsure = post.moved || [Setting::Moved, Setting::Hook].iter().any(|setting| site.has(*setting));
    let page = match site.generator {
        _ if unsure => return None,
        Generator::Hugo | Generator::Zola => places.page_folder(),
        Generator::MkDocs if kind == Kind::Html && !site.has(Setting::Ugly) => places.page_folder(),
        Generator::Jekyll => places.jekyll_page().filter(|page| !page.contains(NOBODY))?,
        Generator::Hexo if kind == Kind::Markdown && site.has(Setting::Prepends) => {
            let seen = format!("{}{}", site.base, clamp("", address));
            return Some(View { page: String::new(), seen });
        }
        _ => return None,
    };
    let seen = format!("{}{}", site.base, clamp(&page, address));
    let page = if page.is_empty() { site.base.clone() } else { format!("{}{page}/", site.base) };
    Some(View { page, seen })
}

/// Addresses that would lead to the file at `path`, the simplest first; whether one does, [`resolve`] says.
pub fn ways(site: &Site, post: Post<'_>, address: &str, path: &str) -> Vec<String> {
    let roots = site.statics.iter().chain(&site.content).filter_map(|root| below(path, root));
    let folder = post.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let beside = below(path, folder).map(str::to_owned);
    let rooted = roots.flat_map(|rest| [format!("{}{rest}", site.base), format!("/{rest}")]);
    [format!("../{address}"), format!("../{}", address.trim_start_matches("./"))]
        .into_iter()
        .filter(|_| !address.starts_with('/'))
        .chain(beside.clone())
        .chain(beside.map(|beside| format!("./{beside}")))
        .chain(rooted)
        .collect()
}

/// No path of a file is longer, in bytes.
const LONGEST: usize = 4_000;

/// Whether a theme, a hook or an application that nobody here knows may put a folder before `address`, or look for it.
pub fn is_unsure(site: &Site, post: Post<'_>, kind: Kind, address: &str) -> bool {
    let moved = post.moved || [Setting::Moved, Setting::Hook].iter().any(|setting| site.has(*setting));
    match kind {
        Kind::FrontMatter | Kind::Shortcode => true,
        Kind::Markdown | Kind::Html => match site.generator {
            Generator::Next => true,
            // Where these publish from, much besides their configuration decides.
            Generator::Plain | Generator::Eleventy | Generator::MdBook | Generator::Obsidian => {
                address.starts_with('/')
            }
            Generator::Hugo | Generator::Zola => moved,
            // Another post's own folder, as it is published.
            Generator::Hexo if address.starts_with('/') && site.has(Setting::PostAssets) => true,
            // A plugin may rewrite what Markdown makes.
            Generator::Jekyll if site.has(Setting::Plugins) => true,
            _ => site.has(Setting::Hook),
        },
        Kind::Module | Kind::Wiki => false,
    }
}

/// What `address` in `post` means.
pub fn resolve(site: &Site, post: Post<'_>, kind: Kind, address: &str) -> Target {
    let address = address.trim();
    if address.is_empty() || address.starts_with(['#', '?']) {
        return Target::Empty;
    }
    if address.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:")) {
        return Target::Data;
    }
    if is_machine(address) {
        return Target::Machine;
    }
    if is_of_host(address) {
        return Target::Unknown;
    }
    let address = if site.generator == Generator::Plain { pelican(address) } else { Some(address) };
    let Some(address) = address.and_then(|address| evaluate(site, address)) else { return Target::Unknown };
    let address = address.as_str();
    match remote(address) {
        Some(Ok(url)) if is_own(site, &url) => {
            let path = url.path().to_owned();
            match local(site, post, kind, Base::Kept, &path) {
                Target::Local { candidates, .. } => Target::Local { candidates, remote: Some(url) },
                _ => Target::Remote { url },
            }
        }
        Some(Ok(url)) => Target::Remote { url },
        Some(Err(why)) => why.map_or(Target::Unknown, |why| Target::Malformed { why }),
        None if kind == Kind::FrontMatter && !is_path(address) => Target::Unknown,
        // A package.
        None if kind == Kind::Module && !address.starts_with(['.', '/', '@']) => Target::Unknown,
        None if is_template(site, post.path) => Target::Unknown,
        None if is_aside(site, post.path) => {
            local(&Site::new(Generator::Plain, &site.root), post, kind, Base::Unsure, address)
        }
        // A template may put a folder before it.
        None if kind == Kind::FrontMatter && !address.contains('/') => {
            let name = address.split(['?', '#']).next().unwrap_or_default().to_owned();
            match local(site, post, kind, Base::of(site, kind), address) {
                Target::Local { candidates, .. } | Target::Loose { candidates } => Target::Named { name, candidates },
                other => other,
            }
        }
        None => local(site, post, kind, Base::of(site, kind), address),
    }
}

/// Whether an address leads from a file as GitHub shows it to a page of the repository: `../../workflows/test/badge.svg`.
fn is_of_host(address: &str) -> bool {
    const PAGES: [&str; 5] = ["workflows/", "actions/", "raw/", "blob/", "releases/"];
    let rest = address.trim_start_matches("../");
    address.len() - rest.len() >= "../../".len() && PAGES.iter().any(|page| rest.starts_with(page))
}

/// What stands behind Pelican's `{static}` and the like, with a `/` from the root of its content and without one beside the
/// post (Pelican 4, "Linking to internal content"); none where something else stands in such signs.
fn pelican(address: &str) -> Option<&str> {
    let (close, rest) = match address.split_at_checked(1) {
        Some(("{", rest)) if !rest.starts_with(['{', '%']) => ('}', rest),
        Some(("|", rest)) => ('|', rest),
        _ => return Some(address),
    };
    let (name, path) = rest.split_once(close)?;
    matches!(name, "static" | "filename" | "attach").then_some(path)
}

/// Whether a file is one that the generator makes posts of, or from: its addresses are those of posts to come.
fn is_template(site: &Site, path: &str) -> bool {
    let folders: &[&str] = match site.generator {
        Generator::Hugo => &["layouts", "archetypes"],
        Generator::Zola => &["templates"],
        Generator::Hexo => &["scaffolds"],
        Generator::Jekyll | Generator::Eleventy => &["_layouts", "_includes"],
        _ => &[],
    };
    let inside = below(path, &site.root).unwrap_or(path);
    let own = match inside.strip_prefix("themes/").and_then(|rest| rest.split_once('/')) {
        Some((_, rest)) => rest,
        None => inside,
    };
    folders.iter().any(|folder| below(own, folder).is_some())
}

/// Whether a file lies beside the content, such as a README: the generator does not publish it.
fn is_aside(site: &Site, path: &str) -> bool {
    matches!(
        site.generator,
        Generator::Hugo | Generator::Zola | Generator::Hexo | Generator::MkDocs | Generator::MdBook
    ) && !site.content.iter().any(|content| below(path, content).is_some())
}

pub fn is_machine(address: &str) -> bool {
    let bytes = address.as_bytes();
    let drive =
        bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && matches!(bytes[2], b'\\' | b'/');
    let home = address.strip_prefix("/Users/").is_some_and(|rest| rest.matches('/').count() >= 2);
    drive || home || is_extension(address) || address.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("file:"))
}

/// Whether an address leads into an extension of a browser, which only those see who have it.
fn is_extension(address: &str) -> bool {
    const BROWSERS: [&str; 4] = ["chrome", "moz", "safari-web", "ms-browser"];
    let scheme = address.split_once("://").and_then(|(scheme, _)| scheme.strip_suffix("-extension"));
    scheme.is_some_and(|browser| BROWSERS.contains(&browser))
}

/// Whether an address leads to another machine, by its beginning.
pub fn is_remote(address: &str) -> bool {
    let starts = |with: &str| address.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    starts("http://") || starts("https://") || starts("//")
}

/// An address with a scheme or a host; an error where it is no image of the web, with a reason where it was to be one.
fn remote(address: &str) -> Option<Result<Url, Option<String>>> {
    let parse = |address: &str| Url::parse(address).map_err(|error| Some(error.to_string()));
    if address.starts_with("//") {
        return Some(parse(&format!("https:{address}")));
    }
    let (scheme, _) = address.split_once(':')?;
    let is_scheme =
        scheme.len() > 1 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    if !is_scheme || !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") {
        return Some(parse(address));
    }
    if is_misspelt(&scheme.to_lowercase()) && address[scheme.len()..].starts_with("://") {
        return Some(Err(Some(format!("browsers know no `{scheme}:`"))));
    }
    // `pathname:///img/x.png` keeps Docusaurus from touching the path; anything else is not for us.
    if scheme == "pathname" { None } else { Some(Err(None)) }
}

/// Whether `http` or `https` was meant: they differ by a letter that is doubled, left out or beside its place.
fn is_misspelt(scheme: &str) -> bool {
    (3..=7).contains(&scheme.len())
        && ["http", "https"].iter().any(|known| strsim::damerau_levenshtein(scheme, known) == 1)
}

fn is_own(site: &Site, url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_owned();
    site.hosts.iter().any(|own| bare(own) == bare(host)) && url.path().starts_with(site.base.as_str())
}

/// A front-matter value that is a path: it may also be a colour, a word or the name of an icon.
fn is_path(address: &str) -> bool {
    is_picture_name(address) && !address.contains([' ', '\n'])
        || address.starts_with(['/', '.']) && is_picture_name(address)
}

/// The address with the templates that mean the site's root resolved; none where another one is in it.
fn evaluate(site: &Site, address: &str) -> Option<String> {
    if !address.contains("{{") && !address.contains("{%") {
        // `@/`, `@name/` and `$name/` are aliases of bundlers.
        let named = |sign: char| address.strip_prefix(sign).is_some_and(|rest| rest.contains('/'));
        let of_site = address.starts_with("@site/") && site.generator == Generator::Docusaurus;
        let alias = named('$') || named('@') && !of_site;
        return if address.contains("${") || alias || address.starts_with('~') {
            None
        } else {
            Some(address.to_owned())
        };
    }
    if !matches!(site.generator, Generator::Jekyll | Generator::Hexo | Generator::Eleventy | Generator::Plain) {
        return None;
    }
    if let Some(rest) = address.strip_prefix("{%") {
        let (inner, rest) = rest.split_once("%}")?;
        let mut words = inner.trim_matches(['-', ' ']).split_whitespace();
        let asset = words.next() == Some("asset_path") && rest.is_empty();
        return words.next().filter(|_| asset).map(str::to_owned);
    }
    let (inner, rest) = address.strip_prefix("{{")?.split_once("}}")?;
    let mut parts = inner.trim_matches(['-', ' ']).split('|').map(str::trim);
    let value = parts.next()?;
    let filters: Vec<&str> = parts.collect();
    if value == "site.url" && filters.is_empty() && rest.trim_start().starts_with("{{") {
        return evaluate(site, rest.trim_start());
    }
    if rest.contains("{{") || rest.contains("{%") {
        return None;
    }
    let known = |filter: &&str| {
        let name = filter.split([':', ' ']).next().unwrap_or_default();
        matches!(name, "relative_url" | "absolute_url" | "escape" | "url")
            || (name == "prepend" && ["site.baseurl", "site.url"].iter().any(|root| filter.contains(root)))
    };
    if !filters.iter().all(known) {
        return None;
    }
    let based = |filter: &&str| filter.ends_with("_url") || filter.contains("site.baseurl");
    let base = |added: bool| if added && site.generator == Generator::Jekyll { site.base.as_str() } else { "/" };
    if ["site.baseurl", "site.url", "site.github.url", "site.base_url", "BASE_PATH"].contains(&value) {
        return Some(format!("{}{}", base(value != "site.url"), rest.trim_start_matches('/')));
    }
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let path = value.strip_prefix(quote)?.strip_suffix(quote)?;
    Some(format!("{}{}{rest}", base(filters.iter().any(based)), path.trim_start_matches('/')))
}

/// What becomes of an address from the root where the site has a base path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Base {
    /// It is published as it is written, and must have the base path.
    Kept,
    /// The base path is put before it.
    Added,
    /// A theme, a component or a plugin decides.
    Unsure,
}

impl Base {
    fn of(site: &Site, kind: Kind) -> Self {
        let markdown = kind == Kind::Markdown;
        match site.generator {
            _ if !markdown && kind != Kind::Html || site.has(Setting::Hook) || site.has(Setting::Canonify) => {
                Self::Unsure
            }
            Generator::Hugo | Generator::Jekyll | Generator::Zola | Generator::Astro | Generator::MkDocs => Self::Kept,
            Generator::VitePress | Generator::Docusaurus if markdown => Self::Added,
            Generator::Hexo if markdown && site.has(Setting::Prepends) => Self::Added,
            Generator::Hexo if !markdown => Self::Kept,
            _ => Self::Unsure,
        }
    }
}

fn local(site: &Site, post: Post<'_>, kind: Kind, base: Base, address: &str) -> Target {
    let escaped = address.split(['?', '#']).next().unwrap_or_default();
    // No file has a longer name: what is left of it is not there either.
    let escaped = &escaped[..escaped.floor_char_boundary(LONGEST)];
    let path = percent_decode_str(escaped).decode_utf8().map_or_else(|_| escaped.to_owned(), |path| path.into_owned());
    // As a browser does with an address of the web.
    let path = path.replace('\\', "/").replace("pathname://", "");
    if path.is_empty() || path.contains('\0') {
        return Target::Empty;
    }
    let folder = post.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let seen = |path: &str| {
        let mut places = Places { site, post, folder, kind, base, found: Vec::new(), loose: false };
        places.look(path);
        places
    };
    let Places { found: mut candidates, loose, .. } = seen(&path);
    if escaped.contains('%') && escaped != path {
        let literal = seen(escaped).found.into_iter().filter(|candidate| candidate.why != Why::Mistaken);
        candidates.extend(literal.map(|candidate| Candidate { why: Why::Escaped, ..candidate }));
    }
    if site.generator == Generator::Obsidian || kind == Kind::Wiki {
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        return if is_picture_name(&name) { Target::Named { name, candidates } } else { Target::Unknown };
    }
    match candidates.is_empty() {
        true => Target::Outside,
        false if loose => Target::Loose { candidates },
        false => Target::Local { candidates, remote: None },
    }
}

struct Places<'a> {
    site: &'a Site,
    post: Post<'a>,
    /// The post's.
    folder: &'a str,
    kind: Kind,
    base: Base,
    found: Vec<Candidate>,
    /// See [`Target::Loose`].
    loose: bool,
}

impl<'a> Places<'a> {
    fn add(&mut self, base: &str, path: &str, why: Why) {
        let Some(path) = within(base, path) else { return };
        match self.found.iter().position(|candidate| candidate.path == path) {
            Some(known) if self.found[known].is_right() || !Candidate::is_right_for(why) => return,
            Some(known) => drop(self.found.remove(known)),
            None => {}
        }
        self.found.push(Candidate { path, why });
    }

    fn look(&mut self, path: &str) {
        // Chirpy 6 and 7, a theme of Jekyll, join the two (`media-url.html`, read).
        if let Some(folder) = self.post.pictures.filter(|_| self.kind != Kind::Module) {
            self.absolute(&join(folder.trim_matches('/'), path.trim_start_matches('/')));
        }
        let Some(rest) = path.strip_prefix('/') else { return self.relative(path) };
        let rest = rest.trim_start_matches('/');
        let base = self.site.base.as_str();
        let below = path.strip_prefix(base);
        match self.base {
            _ if base == "/" => self.absolute(rest),
            Base::Kept => match below {
                Some(below) => self.absolute(below),
                None => self.wrong(rest, Why::Unbased),
            },
            Base::Added => {
                self.absolute(rest);
                below.into_iter().for_each(|below| self.wrong(below, Why::Doubled));
            }
            Base::Unsure => {
                self.absolute(rest);
                below.into_iter().for_each(|below| self.absolute(below));
            }
        }
    }

    /// Where an address from the root would lead, did it stand right to the base path.
    fn wrong(&mut self, path: &str, why: Why) {
        let mut other = Places { found: Vec::new(), ..*self };
        other.absolute(path);
        for candidate in other.found.iter().filter(|candidate| candidate.is_right()) {
            self.add("", &candidate.path, why);
        }
    }

    fn statics(&mut self, path: &str) {
        let why = if self.is_private(path) { Why::Mistaken } else { Why::Static };
        for folder in &self.site.statics {
            self.add(folder, path, why);
        }
        for mount in &self.site.mounts {
            if let Some(rest) = below(path, &mount.address) {
                self.add(&mount.folder, rest, Why::Static);
            }
        }
    }

    /// Whether the generator does not publish what has such a name.
    fn is_private(&self, path: &str) -> bool {
        let private = |part: &str| match self.site.generator {
            Generator::Jekyll => part.starts_with(['_', '#', '.']) || part.ends_with('~'),
            Generator::Hexo => part.starts_with('_'),
            _ => false,
        };
        !self.site.has(Setting::Include) && path.split('/').any(|part| part != "." && part != ".." && private(part))
    }

    fn contents(&mut self, path: &str, why: Why) {
        for folder in &self.site.content {
            self.add(folder, path, why);
        }
    }

    /// An address from the root of the site, without its first `/`.
    fn absolute(&mut self, path: &str) {
        self.statics(path);
        let root = self.site.root.as_str();
        match self.site.generator {
            Generator::Hugo | Generator::Zola => {
                self.contents(path, Why::Content);
                self.add(root, &format!("assets/{path}"), Why::Theme);
                self.add(root, path, Why::Mistaken);
            }
            Generator::Plain => self.plain(path),
            Generator::Jekyll | Generator::Hexo => self.add(root, path, Why::Mistaken),
            Generator::Eleventy => self.add(root, path, Why::Content),
            Generator::Astro | Generator::Next | Generator::Docusaurus => self.add(root, path, Why::Mistaken),
            _ => {
                self.contents(path, Why::Content);
                self.add(root, path, Why::Mistaken);
            }
        }
        if self.kind == Kind::FrontMatter {
            self.theme(path);
        }
        if self.site.generator != Generator::Plain {
            self.add(self.folder, path, Why::Mistaken);
            self.add(self.stem(), path, Why::Mistaken);
        }
    }

    /// The post's path without its ending.
    fn stem(&self) -> &'a str {
        self.post.path.rsplit_once('.').map_or(self.post.path, |(stem, _)| stem)
    }

    /// With no generator known, from every folder above the post, and from those in it that are usually published.
    fn plain(&mut self, path: &str) {
        let mut folder = self.folder;
        loop {
            for below in super::detect::usual_folders(Generator::Plain).1 {
                self.add(&join(folder, below), path, Why::Static);
            }
            match folder.rsplit_once('/') {
                Some((above, _)) => folder = above,
                None if folder.is_empty() => return,
                None => folder = "",
            }
        }
    }

    fn relative(&mut self, path: &str) {
        if self.kind == Kind::Module && path.starts_with('.') {
            return self.add(self.folder, path, Why::Beside);
        }
        match self.site.generator {
            Generator::Hugo | Generator::Zola => self.page(path),
            Generator::Jekyll => self.jekyll(path),
            Generator::Hexo => self.hexo(path),
            Generator::MkDocs if self.kind == Kind::Html && !self.site.has(Setting::Ugly) => self.page(path),
            Generator::VitePress if self.kind == Kind::Html && !path.starts_with('.') => self.unbundled(path),
            Generator::Astro | Generator::Docusaurus if self.kind == Kind::Html => self.untouched(path),
            Generator::Docusaurus if path.starts_with("@site/") => {
                self.add(&self.site.root, &path["@site/".len()..], Why::Content);
            }
            Generator::Plain | Generator::Obsidian | Generator::Eleventy => {
                self.add(self.folder, path, Why::Beside);
                let clamped = path.trim_start_matches("./").trim_start_matches("../").to_owned();
                self.plain(&clamped);
                if self.site.generator == Generator::Eleventy {
                    self.statics(&clamp(&self.page_folder(), path));
                }
            }
            Generator::Next => {
                self.add(self.folder, path, Why::Beside);
                // The browser resolves it against an address that only the application knows.
                self.statics(&clamp("", path));
            }
            Generator::MkDocs => {
                self.add(self.folder, path, Why::Beside);
                // What leads to no file is left as it is, for the browser.
                self.page(path);
            }
            _ => self.add(self.folder, path, Why::Beside),
        }
        if matches!(self.kind, Kind::FrontMatter | Kind::Shortcode) {
            self.add(self.folder, path, Why::Beside);
            self.statics(path);
            self.theme(path);
        }
    }

    /// An address that the browser resolves against the page as it is published.
    fn page(&mut self, path: &str) {
        let is_bundle = self.is_bundle();
        let unsure = self.post.moved || [Setting::Moved, Setting::Hook].iter().any(|setting| self.site.has(*setting));
        if is_bundle {
            self.add(self.folder, path, Why::Beside);
        }
        if unsure {
            self.loose = path.starts_with("../");
            self.anywhere(path);
            self.add(self.folder, path, Why::Theme);
        }
        self.statics(&clamp(&self.page_folder(), path));
        self.contents(&clamp(&self.own_folder(), path), Why::Page);
        if !unsure {
            self.add(self.folder, path, Why::Mistaken);
            self.add(&self.site.root, &clamp("", path), Why::Mistaken);
        }
    }

    /// VitePress makes a module of what raw HTML names without `./`, and finds none; in a `style` the browser looks it up.
    fn unbundled(&mut self, path: &str) {
        self.statics(&clamp(&self.section(), path));
        self.add(self.folder, path, Why::Mistaken);
    }

    /// Raw HTML stays as it is, and how deep the page is published only its route knows.
    fn untouched(&mut self, path: &str) {
        self.loose = true;
        self.statics(&clamp("", path));
        // With or without a slash at its end, and below the name of its root or not.
        for section in [self.section(), below(self.folder, &self.site.root).unwrap_or_default().to_owned()] {
            self.statics(&clamp(&join(&section, self.name()), path));
            self.statics(&clamp(&section, path));
        }
        self.add(self.folder, path, Why::Mistaken);
    }

    /// The post's name without its ending, and without a language before that.
    fn name(&self) -> &'a str {
        let stem = self.stem().rsplit('/').next().unwrap_or_default();
        let is_language = |part: &str| {
            let parts: Vec<&str> = part.split(['-', '_']).collect();
            (2..=3).contains(&parts[0].len()) && parts.len() <= 3 && part.starts_with(|c: char| c.is_ascii_alphabetic())
        };
        stem.rsplit_once('.').filter(|(_, part)| is_language(part)).map_or(stem, |(name, _)| name)
    }

    fn is_bundle(&self) -> bool {
        let is_readme = self.name() == "README" && self.site.generator == Generator::MkDocs;
        matches!(self.name(), "index" | "_index") || is_readme
    }

    /// The folder of the address that a post is published at by its path. Hugo writes it in small letters, with `-` for blanks
    /// and without most marks (0.168, run); Zola leaves out the date before a name too, and writes `-` for `_` (its
    /// documentation, `slugify.paths` and `paths_keep_dates`).
    fn page_folder(&self) -> String {
        let folder = self.own_folder();
        let kept = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '+' | '/');
        let dashed = |c: char| if c == ' ' { '-' } else { c };
        match self.site.generator {
            Generator::Hugo => folder.to_lowercase().chars().map(dashed).filter(kept).collect(),
            Generator::Zola => {
                let (section, name) = folder.rsplit_once('/').unwrap_or(("", &folder));
                join(section, without_date(name)).to_lowercase().replace([' ', '_'], "-")
            }
            _ => folder,
        }
    }

    /// The same as the folders and the post are called.
    fn own_folder(&self) -> String {
        let section = self.section();
        if self.is_bundle() || self.site.has(Setting::Ugly) { section } else { join(&section, self.name()) }
    }

    /// The post's folder as seen from the innermost root of the content that holds it.
    fn section(&self) -> String {
        let content = self.site.content.iter().filter_map(|content| below(self.folder, content));
        content.max_by_key(|rest| self.folder.len() - rest.len()).unwrap_or(self.folder).to_owned()
    }

    /// A page whose own address is not known: whatever may be above it.
    fn anywhere(&mut self, path: &str) {
        let clamped = clamp("", path);
        self.statics(&clamped);
        self.contents(&clamped, Why::Page);
        self.add(&self.site.root, &format!("assets/{clamped}"), Why::Theme);
        // `../../static/x.png` is right in an editor, and a hook may take it from there.
        self.add(&self.site.root, &clamped, Why::Theme);
    }

    fn jekyll(&mut self, path: &str) {
        let posts = self.is_post();
        // jekyll-relative-links, which GitHub Pages has on by default, rewrites what leads to a file from that of the page (0.7,
        // read and run).
        if self.kind == Kind::Markdown && !posts {
            self.add(self.folder, path, Why::Beside);
        }
        let hook = self.site.has(Setting::Hook);
        match self.jekyll_page().filter(|_| !hook) {
            Some(page) => {
                // Where the categories lead, no date stands between them and the files of a post.
                let dated = [":month", ":day", "date", "pretty", "ordinal"];
                let permalink = self.site.permalink.as_str();
                let by_category = permalink.contains("categor") || !permalink.contains(['/', ':']);
                let filed = self.post.filed > 0 && posts && by_category;
                self.loose =
                    filed && (path.starts_with("../") || !dated.iter().any(|part| self.site.permalink.contains(part)));
                self.statics(&clamp(&page, path));
                if self.loose {
                    self.statics(&clamp("", path));
                }
            }
            None => {
                self.loose = !hook;
                if !posts || hook {
                    self.add(self.folder, path, Why::Beside);
                }
                self.statics(&clamp("", path));
                if posts && hook {
                    self.statics(&clamp("0/0/0", path));
                }
            }
        }
        self.add(self.folder, path, Why::Mistaken);
        for folder in &self.site.statics {
            self.add(folder, &clamp("", path), Why::Mistaken);
        }
    }

    fn is_post(&self) -> bool {
        self.folder.split('/').any(|part| matches!(part, "_posts" | "_drafts"))
    }

    /// The folder of the address that Jekyll publishes the post at, where that can be told from its name. What stands
    /// for a date or a category that is not known is a name that no folder has.
    fn jekyll_page(&self) -> Option<String> {
        let site = self.site;
        if self.post.moved || site.has(Setting::Moved) {
            return None;
        }
        let name = self.stem().rsplit('/').next().unwrap_or_default();
        let style = site.permalink.as_str();
        let pretty = style == "pretty" || style.ends_with('/');
        if !self.is_post() {
            let mounted = site.mounts.iter().find_map(|mount| Some((mount, below(self.folder, &mount.folder)?)));
            let folder = match mounted {
                Some((mount, _)) if mount.address == super::detect::UNKNOWN => return None,
                Some((mount, rest)) => join(&mount.address, rest),
                None if self.is_private(self.folder) => return None,
                None => site.statics.iter().find_map(|root| below(self.folder, root))?.to_owned(),
            };
            let own = pretty && (name != "index" || mounted.is_some());
            return Some(if own { join(&folder, name) } else { folder });
        }
        let template = match style {
            "" | "date" => "/:categories/:year/:month/:day/:title:output_ext",
            "pretty" => "/:categories/:year/:month/:day/:title/",
            "ordinal" => "/:categories/:year/:y_day/:title:output_ext",
            "weekdate" => "/:categories/:year/W:week/:short_day/:title:output_ext",
            "none" => "/:categories/:title:output_ext",
            own => own,
        };
        let mut parts = name.splitn(4, '-');
        let dated = name.split('-').take(3).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit())).count() == 3;
        let date: Vec<&str> = if dated { parts.by_ref().take(3).collect() } else { vec![NOBODY; 3] };
        let title = if dated { parts.next().unwrap_or_default() } else { name };
        let above = site.statics.iter().find_map(|root| below(self.folder, root)).unwrap_or(self.folder);
        let above = above.split('/').take_while(|part| !matches!(*part, "_posts" | "_drafts"));
        let mut categories: Vec<&str> = above.collect();
        if self.post.filed > 0 {
            categories.push(NOBODY);
        }
        let (folder, _) = template.rsplit_once('/')?;
        let expand = |part: &str| {
            Some(match part {
                ":categories" | ":slugified_categories" => categories.join("/"),
                ":year" => date[0].to_owned(),
                ":month" => date[1].to_owned(),
                ":day" => date[2].to_owned(),
                ":title" | ":slug" => title.to_owned(),
                ":i_month" | ":i_day" | ":short_year" | ":y_day" | ":short_day" | "W:week" | ":short_month"
                | ":hour" | ":minute" | ":second" => NOBODY.to_owned(),
                literal if !literal.contains(':') => literal.to_owned(),
                _ => return None,
            })
        };
        let parts: Option<Vec<String>> = folder.split('/').map(expand).collect();
        Some(join("", &parts?.join("/")))
    }

    fn hexo(&mut self, path: &str) {
        let (hook, assets) = (self.site.has(Setting::Hook), self.site.has(Setting::PostAssets));
        let plugged = hook || assets && !self.site.has(Setting::Prepends);
        let html = self.kind == Kind::Html;
        // Raw HTML is seen from the page; the assets are published beside that where its address is a folder.
        let seen = assets && html && !path.starts_with("../") && self.site.permalink.ends_with('/');
        let own = if plugged || seen || self.kind == Kind::Shortcode { Why::Assets } else { Why::Mistaken };
        let beside = if plugged { Why::Assets } else { Why::Mistaken };
        self.add(self.stem(), path, own);
        let root = clamp("", path);
        match self.hexo_page().filter(|_| html) {
            Some(page) => {
                let address = clamp(&page, path);
                // A folder of a category may have pictures as well.
                self.loose =
                    self.post.filed > 0 && address.contains(NOBODY) && self.site.permalink.contains(":category");
                self.statics(&address);
                self.site.statics.iter().for_each(|folder| self.add(folder, &root, Why::Mistaken));
            }
            // The renderer puts the site's root before an address in Markdown.
            None => self.statics(&root),
        }
        self.add(self.folder, path, beside);
    }

    /// The folder of the address that Hexo publishes the post or page at, where that can be told. What stands for a part
    /// that is not known is a name that no folder has.
    fn hexo_page(&self) -> Option<String> {
        let site = self.site;
        if self.post.moved {
            return None;
        }
        let inside = site.content.iter().find_map(|content| below(self.folder, content))?;
        let (root, folder) = inside.split_once('/').unwrap_or((inside, ""));
        if !matches!(root, "_posts" | "_drafts") {
            return Some(inside.to_owned());
        }
        let name = self.stem().rsplit('/').next().unwrap_or_default();
        let mut date = self.post.date.unwrap_or_default().split(|c: char| !c.is_ascii_digit());
        let [year, month, day] = [4, 2, 2].map(|width| match date.next() {
            Some(part) if !part.is_empty() && part.len() <= width => format!("{part:0>width$}"),
            _ => NOBODY.to_owned(),
        });
        let plain = |part: &str| part.trim_start_matches('0').to_owned();
        let (above, _) = site.permalink.rsplit_once('/').unwrap_or_default();
        let expand = |part: &str| {
            Some(match part {
                ":year" => year.clone(),
                ":month" => month.clone(),
                ":day" => day.clone(),
                ":i_month" => plain(&month),
                ":i_day" => plain(&day),
                ":title" => join(folder, name),
                ":name" => name.to_owned(),
                ":category" => [NOBODY].repeat(self.post.filed.max(1)).join("/"),
                ":post_title" | ":id" | ":hash" | ":hour" | ":minute" | ":second" | ":timestamp" => NOBODY.to_owned(),
                literal if !literal.contains(':') => literal.to_owned(),
                _ => return None,
            })
        };
        let parts: Option<Vec<String>> = above.split('/').map(expand).collect();
        Some(join("", &parts?.join("/")))
    }

    /// Folders in which themes look for images that front matter names by name alone.
    fn theme(&mut self, path: &str) {
        let roots: Vec<String> = self.site.statics.iter().chain(&self.site.content).cloned().collect();
        for root in &roots {
            for folder in ["images", "img", "assets/images", "assets/img", "assets", "image", "uploads"] {
                self.add(&join(root, folder), path, Why::Theme);
            }
        }
        let root = self.site.root.clone();
        for folder in ["assets", "assets/images", "assets/img", "src/assets", "src", ""] {
            self.add(&join(&root, folder), path, Why::Theme);
        }
    }
}

/// A name without the date that it begins with: `2024-05-01-walk`.
fn without_date(name: &str) -> &str {
    let is_date = |date: &str| {
        date.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            10 => matches!(byte, b'-' | b'_' | b' '),
            _ => byte.is_ascii_digit(),
        })
    };
    name.split_at_checked(11).filter(|(date, _)| is_date(date)).map_or(name, |(_, name)| name)
}

/// In place of a part of an address that is not known: no folder is called like this.
const NOBODY: &str = "…";

/// `folder` and `path` joined and without `.` and `..`; none where that leads out of the project.
fn within(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// As [`within`], but `..` at the top stays at the top, as in an address of the web.
fn clamp(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// `path` in `folder`, either of which may be empty for the project's root; `.` and a `/` at the end do not count.
pub fn join(folder: &str, path: &str) -> String {
    clamp(folder, path)
}

/// `path` as seen from `folder`, if it is in there.
pub fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() || path == folder {
        return Some(&path[folder.len()..]);
    }
    path.strip_prefix(folder)?.strip_prefix('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(generator: Generator, post: &str, kind: Kind, address: &str) -> String {
        let post = Post { path: post, moved: false, filed: 0, date: None, pictures: None };
        match resolve(&Site::new(generator, ""), post, kind, address) {
            Target::Local { candidates, .. } | Target::Named { candidates, .. } => candidates
                .into_iter()
                .find(|candidate| candidate.why != Why::Mistaken)
                .map_or_else(String::new, |candidate| candidate.path),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn each_generator_has_its_own_roots() {
        use Generator::*;
        use Kind::{Html, Markdown};
        for (generator, post, kind, address, wanted) in [
            (Hugo, "content/posts/a/index.md", Markdown, "x.png", "content/posts/a/x.png"),
            (Hugo, "content/posts/a.md", Markdown, "x.png", "static/posts/a/x.png"),
            (Hugo, "content/posts/a.md", Markdown, "../x.png", "static/posts/x.png"),
            (Hugo, "content/posts/a.md", Markdown, "/x.png", "static/x.png"),
            (Jekyll, "_posts/2024-01-01-a.md", Markdown, "{{ site.baseurl }}/i/x.png", "i/x.png"),
            (Jekyll, "_posts/2024-01-01-a.md", Html, "{{ '/i/x.png' | relative_url }}", "i/x.png"),
            (Hexo, "source/_posts/a.md", Markdown, "x.png", "source/x.png"),
            (VitePress, "docs/a.md", Markdown, "x%20y.png?a#b", "docs/x y.png"),
            (VitePress, "docs/a.md", Markdown, "/x.png", "public/x.png"),
            (MkDocs, "docs/a.md", Markdown, "x.png", "docs/x.png"),
            (MkDocs, "docs/a.md", Html, "x.png", "docs/a/x.png"),
            (MkDocs, "docs/a.md", Html, "../x.png", "docs/x.png"),
            (Docusaurus, "docs/a.md", Markdown, "@site/i/x.png", "i/x.png"),
            (Plain, "a/b.md", Markdown, "x.png", "a/x.png"),
        ] {
            assert_eq!(first(generator, post, kind, address), wanted, "{generator:?} {address}");
        }
    }

    #[test]
    fn what_is_no_file_is_said_to_be_none() {
        let target = |address| {
            resolve(
                &Site::new(Generator::VitePress, ""),
                Post { path: "a/b.md", moved: false, filed: 0, date: None, pictures: None },
                Kind::Markdown,
                address,
            )
        };
        assert_eq!(target("../../x.png"), Target::Outside);
        assert_eq!(target("C:\\me\\x.png"), Target::Machine);
        assert_eq!(target("file:///x.png"), Target::Machine);
        assert_eq!(target("data:image/png;base64,AA"), Target::Data);
        assert_eq!(target("{{ x }}/y.png"), Target::Unknown);
        assert_eq!(target("#a"), Target::Empty);
        assert!(matches!(target("//h.test/x.png"), Target::Remote { .. }));
    }

    #[test]
    fn the_own_host_is_local() {
        let site = Site { hosts: vec!["me.test".to_owned()], ..Site::new(Generator::Jekyll, "") };
        let post = Post { path: "_posts/a.md", moved: false, filed: 0, date: None, pictures: None };
        assert!(matches!(
            resolve(&site, post, Kind::Markdown, "https://www.me.test/x.png"),
            Target::Local { remote: Some(_), .. }
        ));
        assert!(matches!(resolve(&site, post, Kind::Markdown, "https://other.test/x.png"), Target::Remote { .. }));
    }
}
