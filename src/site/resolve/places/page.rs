//! Addresses that the browser resolves against the page as it is published, as most generators publish pages.

use super::Places;
use crate::site::{
    Generator, Setting,
    path::{below, clamp, join},
    resolve::Why,
};

impl<'a> Places<'a> {
    /// An address that the browser resolves against the page as it is published.
    pub(super) fn page(&mut self, path: &str) {
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

    /// VitePress and VuePress 2 make a module of what raw HTML names without `./`, and find none; in a `style` the browser looks
    /// it up. VuePress 1 leaves all such addresses to it.
    pub(super) fn unbundled(&mut self, path: &str) {
        self.statics(&clamp(&self.section(), path));
        self.add(self.folder, path, Why::Mistaken);
    }

    /// Raw HTML stays as it is, and how deep the page is published only its route knows.
    pub(super) fn untouched(&mut self, path: &str) {
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
    pub(in crate::site::resolve) fn page_folder(&self) -> String {
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
