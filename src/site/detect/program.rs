//! Generators whose configuration is a program: it is searched for what is written out in it, and never run.

use super::{Here, base_path, is_own, version_in};
use crate::site::{Generator, Mount, Setting, Site, path::join, scope};

impl Here<'_> {
    pub(super) fn vitepress(&self, site: &mut Site) {
        // From VitePress 2 on nobody here has looked at what becomes of braces in code.
        if self.version("vitepress").is_some_and(|major| major > 1) {
            site.settings.insert(Setting::InertCode);
        }
        let names = self.world.names(&join(self.folder, ".vitepress"));
        let configs = names.iter().filter(|name| name.starts_with("config."));
        let text: String = configs.map(|name| self.text(&format!(".vitepress/{name}")) + "\n").collect();
        self.program(site, &text);
        if let Some(folder) = literal(&text, "srcDir") {
            site.content = vec![join(self.folder, folder)];
            site.statics.push(join(self.folder, &format!("{folder}/public")));
        }
        let source = site.content.first().map_or(self.folder, String::as_str);
        site.left_out = scope::globs(literals(&text, "srcExclude").map(|glob| join(source, glob)));
        if ["math", "mathjax3", "katex", "tex"].iter().any(|word| self::names(&text, word)) {
            site.settings.insert(Setting::Math);
        }
    }

    /// VuePress 1 leaves an address without `./` to the browser, VuePress 2 with Vite bundles it (1.9.10 and 2.0.0-rc.26, run).
    /// What another version, another bundler or a plugin of the site's own makes of it is not known.
    pub(super) fn vuepress(&self, site: &mut Site) {
        let folder = join(self.folder, ".vuepress");
        let inner = join(&folder, "config");
        let names = |folder: &str, stem: &str| -> Vec<String> {
            let names = self.world.names(folder).into_iter().filter(|name| name.starts_with(stem));
            names.filter_map(|name| self.world.text(&join(folder, &name))).collect()
        };
        let text = [names(&folder, "config."), names(&inner, "index.")].concat().join("\n");
        self.program(site, &text);
        if let Some(public) = literal(&text, "public") {
            site.statics.push(self.inside(public));
        }
        let packages = self.packages();
        let is_extended = ["extendMarkdown", "chainMarkdown", "extendsMarkdown"].iter().any(|name| text.contains(name));
        let has_vite = packages.contains("bundler-vite") && !packages.contains("bundler-webpack");
        let settings: &[Setting] = match version_in(&packages, "vuepress") {
            Some(0 | 1) if !is_extended => &[Setting::Unbundled, Setting::Ugly],
            Some(2) if !is_extended && has_vite => &[],
            _ => &[Setting::Hook],
        };
        site.settings.extend(settings);
    }

    /// What Pelican's settings in Python say in so many words (4.12, its documentation, "Settings"). A theme publishes files of
    /// its own, and files may be given another address.
    pub(super) fn pelican(&self, site: &mut Site, text: &str) {
        let said = |name: &str| {
            let value = |line| string(str::strip_prefix(line, name)?.trim_start().strip_prefix('=')?.trim());
            text.lines().filter_map(value).next_back()
        };
        if let Some(path) = said("PATH") {
            let path = path.trim_matches('/');
            let folder = if path == "." { self.folder.to_owned() } else { self.inside(path) };
            site.content = vec![folder.clone()];
            site.statics = vec![folder];
        }
        if let Some(url) = said("SITEURL").and_then(|url| url::Url::parse(url).ok()) {
            site.base = base_path(url.path());
            site.hosts.extend(url.host_str().filter(|host| is_own(host)).map(str::to_owned));
        }
        site.elsewhere.push(said("THEME_STATIC_DIR").unwrap_or("theme").trim_matches('/').to_owned());
        if text.contains("EXTRA_PATH_METADATA") {
            site.elsewhere.push(String::new());
        }
        site.settings.extend([Setting::LooseHeadings, Setting::LooseAddresses]);
    }

    pub(super) fn docusaurus(&self, site: &mut Site, text: &str) {
        self.program(site, text);
        self.mdx(site, text);
        let folders = strings(text, "staticDirectories");
        if !folders.is_empty() {
            site.statics = folders.iter().map(|folder| self.inside(folder)).collect();
        }
        for name in ["docs", "blog"] {
            if is_off(text, name) {
                site.content.retain(|folder| *folder != join(self.folder, name));
            }
        }
        let globs: Vec<&str> = literals(text, "exclude").collect();
        let all = site.content.iter().flat_map(|folder| globs.iter().map(move |glob| join(folder, glob)));
        site.left_out = scope::globs(all.collect::<Vec<_>>());
    }

    pub(super) fn astro(&self, site: &mut Site, text: &str) {
        self.program(site, text);
        self.mdx(site, text);
        if let Some(folder) = literal(text, "publicDir") {
            site.statics = vec![self.inside(folder)];
        }
        // What a plugin for Vite's server answers is no file of the site (Vite 5, `configureServer`).
        let routes = text.split("middlewares.use(").skip(1).filter_map(|call| string(call.trim_start()));
        site.elsewhere.extend(routes.map(|route| join("", route)).filter(|route| !route.is_empty()));
    }

    /// What Eleventy copies to another place than its path says (its documentation, "Passthrough file copy"). What a glob
    /// finds is copied without its folders, and what is no string is known only when the site is built.
    pub(super) fn eleventy(&self, site: &mut Site, text: &str) {
        for (at, call) in text.match_indices("addPassthroughCopy(") {
            let argument = text[at + call.len()..].trim_start();
            let Some(map) = argument.strip_prefix('{').and_then(|map| map.split('}').next()) else {
                // A path as it stands, or a map that is written elsewhere.
                let name = argument.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
                if !name.is_empty()
                    && [" = {", " = Object", " = new Map"].iter().any(|map| text.contains(&format!("{name}{map}")))
                {
                    site.elsewhere.push(String::new());
                }
                continue;
            };
            for pair in map.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
                // A name may stand without quotation marks.
                let name = pair.split(':').next().map(str::trim).filter(|name| is_name(name));
                let from = string(pair).or(name).filter(|from| !from.contains(['*', '{', '?']));
                let to = pair.rsplit_once(':').and_then(|(_, to)| string(to.trim()));
                let address = to.map(|to| join("", to)).unwrap_or_default();
                match from.filter(|_| to.is_some()) {
                    Some(from) => site.mounts.push(Mount { folder: self.inside(from), address }),
                    None => site.elsewhere.push(address),
                }
            }
        }
    }

    /// Which files are compiled as MDX 2 or 3; MDX 1 refuses other things.
    pub(super) fn mdx(&self, site: &mut Site, program: &str) {
        let from = |package, least| self.version(package).map(|major| major >= least);
        let modern = match site.generator {
            Generator::Docusaurus => from("@docusaurus/core", 3) == Some(true),
            // It came to Astro as a package of its own.
            Generator::Astro => true,
            _ => [("@mdx-js/mdx", 2), ("@mdx-js/loader", 2), ("@mdx-js/react", 2), ("next-mdx-remote", 4)]
                .into_iter()
                .filter_map(|(package, least)| from(package, least))
                .reduce(|one, other| one && other)
                .unwrap_or(false),
        };
        // What a preprocessor of the site's own makes of a post is not known.
        if !modern || program.contains("preprocessor") {
            return;
        }
        let format = literal(program, "format").or_else(|| (!names(program, "format")).then_some("mdx"));
        if site.generator != Generator::Docusaurus || matches!(format, Some("mdx" | "detect")) {
            site.settings.insert(Setting::Mdx);
        }
        // Docusaurus compiles `.md` so too, unless told otherwise.
        if site.generator == Generator::Docusaurus && format == Some("mdx") {
            site.settings.insert(Setting::MdxEverywhere);
        }
    }

    /// A folder that a program names, seen from its own.
    fn inside(&self, folder: &str) -> String {
        join(self.folder, folder.trim_start_matches("./"))
    }

    /// Addresses written out in a configuration that is a program.
    fn program(&self, site: &mut Site, text: &str) {
        if let Some(base) = literal(text, "base").or_else(|| literal(text, "baseUrl")) {
            site.base = base_path(base);
        }
        let address = literal(text, "site").or_else(|| literal(text, "url")).and_then(|url| url::Url::parse(url).ok());
        site.hosts.extend(address.as_ref().and_then(url::Url::host_str).filter(|host| is_own(host)).map(str::to_owned));
    }
}

/// The strings of a list that a program gives a name: `folders: ['a', 'b']`.
fn strings<'a>(program: &'a str, name: &str) -> Vec<&'a str> {
    let list = || {
        let rest = &program[program.find(name)? + name.len()..];
        let list = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('[')?;
        Some(&list[..list.find(']')?])
    };
    let parts = list().unwrap_or_default().split(',').map(str::trim);
    parts.map(|part| part.trim_matches(['\'', '"', '`'])).filter(|part| !part.is_empty()).collect()
}

/// Whether a key of an object needs no quotation marks.
fn is_name(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'))
}

/// Whether a program holds a whole word.
fn names(program: &str, word: &str) -> bool {
    program.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$')).any(|found| found == word)
}

/// What stands behind each `key:` in a program.
fn values<'a>(program: &'a str, key: &'a str) -> impl Iterator<Item = &'a str> {
    program.match_indices(key).filter_map(move |(at, key)| {
        let whole = !program[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '$'));
        let value = program[at + key.len()..].trim_start_matches(['"', '\'']).trim_start().strip_prefix(':')?;
        whole.then(|| value.trim_start())
    })
}

/// The string that `text` begins with.
fn string(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    text[1..].find(quote).map(|length| &text[1..=length])
}

/// The string behind `key:` in a program, where one is written out.
fn literal<'a>(program: &'a str, key: &'a str) -> Option<&'a str> {
    values(program, key).find_map(string)
}

/// The strings in the lists behind `key:` in a program, as far as they are written out.
fn literals<'a>(program: &'a str, key: &'a str) -> impl Iterator<Item = &'a str> {
    let lists = values(program, key).filter_map(|value| value.strip_prefix('[')?.split(']').next());
    lists.flat_map(|list| list.split(',').filter_map(|item| string(item.trim())))
}

/// Whether a program says `key: false`.
fn is_off(program: &str, key: &str) -> bool {
    values(program, key).any(|value| value.starts_with("false"))
}
