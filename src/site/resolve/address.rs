//! What an address is by its own words: one of the web, a path, a template, or none.

use url::Url;

use crate::site::{Generator, Site, is_picture_name};

/// Whether an address leads from a file as GitHub shows it to a page of the repository: `../../workflows/test/badge.svg`.
pub(super) fn is_of_host(address: &str) -> bool {
    const PAGES: [&str; 5] = ["workflows/", "actions/", "raw/", "blob/", "releases/"];
    let rest = address.trim_start_matches("../");
    address.len() - rest.len() >= "../../".len() && PAGES.iter().any(|page| rest.starts_with(page))
}

/// What stands behind Pelican's `{static}` and the like, with a `/` from the root of its content and without one beside the
/// post (Pelican 4, "Linking to internal content"); none where something else stands in such signs.
pub(super) fn pelican(address: &str) -> Option<&str> {
    let (close, rest) = match address.split_at_checked(1) {
        Some(("{", rest)) if !rest.starts_with(['{', '%']) => ('}', rest),
        Some(("|", rest)) => ('|', rest),
        _ => return Some(address),
    };
    let (name, path) = rest.split_once(close)?;
    matches!(name, "static" | "filename" | "attach").then_some(path)
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
pub(super) fn remote(address: &str) -> Option<Result<Url, Option<String>>> {
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

pub(super) fn is_own(site: &Site, url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_owned();
    site.hosts.iter().any(|own| bare(own) == bare(host)) && url.path().starts_with(site.base.as_str())
}

/// A front-matter value that is a path: it may also be a colour, a word or the name of an icon.
pub(super) fn is_path(address: &str) -> bool {
    is_picture_name(address) && !address.contains([' ', '\n'])
        || address.starts_with(['/', '.']) && is_picture_name(address)
}

/// The address with the templates that mean the site's root resolved; none where another one is in it.
pub(super) fn evaluate(site: &Site, address: &str) -> Option<String> {
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
