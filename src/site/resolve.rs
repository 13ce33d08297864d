//! Where an image address points: the files it may mean, in the order in which the site's generator looks.

mod address;
mod places;

use percent_encoding::percent_decode_str;
use serde::Serialize;
use url::Url;

use address::{evaluate, is_of_host, is_own, is_path, pelican, remote};
pub use address::{is_machine, is_remote};
use places::{Base, NOBODY, Places};

use super::{
    Generator, Setting, Site, is_picture_name,
    path::{below, clamp},
};

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
        !matches!(why, Why::Mistaken | Why::Escaped | Why::Slashed | Why::Unbased | Why::Doubled)
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
    /// It is published, but the address has `\\` for `/`, which Markdown writes as `%5C`.
    Slashed,
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
            Generator::Next | Generator::Pelican => true,
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
    let has_places = matches!(site.generator, Generator::Plain | Generator::Pelican);
    let address = if has_places { pelican(address) } else { Some(address) };
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
        None if is_template(site, post.path) || is_elsewhere(site, address) => Target::Unknown,
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

/// Whether an address from the root leads to where only the generator knows what is published.
fn is_elsewhere(site: &Site, address: &str) -> bool {
    let path = address.strip_prefix(site.base.as_str()).or_else(|| address.strip_prefix('/'));
    path.is_some_and(|path| site.elsewhere.iter().any(|address| below(path, address).is_some()))
}

/// Whether a file lies beside the content, such as a README, or is left out of it: the generator does not publish it.
fn is_aside(site: &Site, path: &str) -> bool {
    if site.leaves_out(path) {
        return true;
    }
    matches!(
        site.generator,
        Generator::Hugo
            | Generator::Zola
            | Generator::Hexo
            | Generator::MkDocs
            | Generator::Pelican
            | Generator::MdBook
    ) && !site.content.iter().any(|content| below(path, content).is_some())
}

fn local(site: &Site, post: Post<'_>, kind: Kind, base: Base, address: &str) -> Target {
    let escaped = address.split(['?', '#']).next().unwrap_or_default();
    // No file has a longer name: what is left of it is not there either.
    let escaped = &escaped[..escaped.floor_char_boundary(LONGEST)];
    let path = percent_decode_str(escaped).decode_utf8().map_or_else(|_| escaped.to_owned(), |path| path.into_owned());
    // So browsers read an address, if it comes to them as it was written: marked 12, markdown-it 14, remark-rehype 11 and
    // goldmark make `%5C` of the sign, kramdown 2.4 and Python-Markdown 3.11 leave it (run).
    let slashed = path.contains('\\') && kind == Kind::Markdown && !site.has(Setting::LooseAddresses);
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
    if slashed {
        candidates
            .iter_mut()
            .filter(|candidate| candidate.is_right())
            .for_each(|candidate| candidate.why = Why::Slashed);
    }
    match candidates.is_empty() {
        true => Target::Outside,
        false if loose => Target::Loose { candidates },
        false => Target::Local { candidates, remote: None },
    }
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
            (VuePress, "docs/a.md", Markdown, "x.png", "docs/x.png"),
            (VuePress, "docs/a.md", Markdown, "/x.png", ".vuepress/public/x.png"),
            (MkDocs, "docs/a.md", Markdown, "x.png", "docs/x.png"),
            (MkDocs, "docs/a.md", Html, "x.png", "docs/a/x.png"),
            (MkDocs, "docs/a.md", Html, "../x.png", "docs/x.png"),
            (Docusaurus, "docs/a.md", Markdown, "@site/i/x.png", "i/x.png"),
            (Plain, "a/b.md", Markdown, "x.png", "a/x.png"),
        ] {
            assert_eq!(first(generator, post, kind, address), wanted, "{generator:?} {address}");
        }
    }

    /// As VuePress 1.9.10 published these.
    #[test]
    fn vuepress_1_leaves_a_bare_name_to_the_browser() {
        let mut site = Site::new(Generator::VuePress, "docs");
        site.base = "/b/".to_owned();
        site.settings.insert(Setting::Unbundled);
        let post = Post { path: "docs/sub/a.md", moved: false, filed: 0, date: None, pictures: None };
        let leads = |address, path: &str| match resolve(&site, post, Kind::Markdown, address) {
            Target::Local { candidates, .. } => candidates.iter().any(|one| one.is_right() && one.path == path),
            _ => false,
        };
        assert!(leads("./x.png", "docs/sub/x.png") && !leads("x.png", "docs/sub/x.png"));
        assert!(leads("x.png", "docs/.vuepress/public/sub/x.png"));
        assert!(leads("/b/x.png", "docs/.vuepress/public/x.png") && !leads("/x.png", "docs/.vuepress/public/x.png"));
    }

    #[test]
    fn what_is_published_from_elsewhere_is_not_known() {
        let mut site = Site::new(Generator::Eleventy, "");
        site.elsewhere = vec!["img".to_owned()];
        let post = Post { path: "posts/a.md", moved: false, filed: 0, date: None, pictures: None };
        let is_known = |address| resolve(&site, post, Kind::Markdown, address) != Target::Unknown;
        assert!(!is_known("/img/x.png") && is_known("/images/x.png") && is_known("img/x.png"));
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
