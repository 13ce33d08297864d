//! The files that an address from or to a place of the site may mean: what all generators have in common, and below it one
//! file for each way to publish a page.

mod hexo;
mod jekyll;
mod page;

use super::{Candidate, Kind, Post, Why};
use crate::site::{
    Generator, Setting, Site, detect,
    path::{below, clamp, join, within},
};

/// What becomes of an address from the root where the site has a base path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    /// It is published as it is written, and must have the base path.
    Kept,
    /// The base path is put before it.
    Added,
    /// A theme, a component or a plugin decides.
    Unsure,
}

impl Base {
    pub(super) fn of(site: &Site, kind: Kind) -> Self {
        let markdown = kind == Kind::Markdown;
        match site.generator {
            _ if !markdown && kind != Kind::Html || site.has(Setting::Hook) || site.has(Setting::Canonify) => {
                Self::Unsure
            }
            Generator::Hugo | Generator::Jekyll | Generator::Zola | Generator::Astro | Generator::MkDocs => Self::Kept,
            // VuePress 1 leaves it as it is.
            Generator::VuePress if site.has(Setting::Unbundled) => Self::Kept,
            Generator::VitePress | Generator::VuePress | Generator::Docusaurus if markdown => Self::Added,
            Generator::Hexo if markdown && site.has(Setting::Prepends) => Self::Added,
            Generator::Hexo if !markdown => Self::Kept,
            _ => Self::Unsure,
        }
    }
}
pub(super) struct Places<'a> {
    pub(super) site: &'a Site,
    pub(super) post: Post<'a>,
    /// The post's.
    pub(super) folder: &'a str,
    pub(super) kind: Kind,
    pub(super) base: Base,
    pub(super) found: Vec<Candidate>,
    /// See [`Target::Loose`].
    pub(super) loose: bool,
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

    pub(super) fn look(&mut self, path: &str) {
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
            Generator::Pelican => {
                self.contents(path, Why::Content);
                self.plain(path);
            }
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
            for below in detect::usual_folders(Generator::Plain).1 {
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
            Generator::VuePress if self.site.has(Setting::Hook) => {
                self.add(self.folder, path, Why::Beside);
                self.page(path);
            }
            Generator::VuePress if self.site.has(Setting::Unbundled) && !path.starts_with('.') => self.unbundled(path),
            Generator::VitePress | Generator::VuePress if self.kind == Kind::Html && !path.starts_with('.') => {
                self.unbundled(path)
            }
            Generator::Astro | Generator::Docusaurus if self.kind == Kind::Html => self.untouched(path),
            Generator::Docusaurus if path.starts_with("@site/") => {
                self.add(&self.site.root, &path["@site/".len()..], Why::Content);
            }
            Generator::Plain | Generator::Pelican | Generator::Obsidian | Generator::Eleventy => {
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

/// In place of a part of an address that is not known: no folder is called like this.
pub(super) const NOBODY: &str = "…";
