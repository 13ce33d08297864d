//! A first `copydesk.yaml` for a site: what was seen in it, and nothing that it does not already keep to.

use std::fmt::Write;

use crate::{
    facts::infer::{Keys, quoted},
    render::text::escape,
    site::{Generator, Site, Sites},
};

/// What a configuration is drafted from.
pub struct Seen<'a> {
    pub sites: &'a Sites,
    /// In the order of the file, as the first collection that takes a post keeps it.
    pub collections: Vec<Collection>,
    /// Folders of posts that came with a theme, and how many each has.
    pub foreign: Vec<(String, usize)>,
}

/// Posts that no collection before takes.
pub struct Collection {
    pub name: String,
    /// Globs, relative to the project's root.
    pub files: Vec<String>,
    pub posts: usize,
    /// What the posts have in common; none for pages that are each of their own.
    pub keys: Option<Keys>,
}

/// Of a hundred posts so many have a key before their folder gets a schema.
const NEARLY_ALL: usize = 95;
/// So many sites are named.
const SITES: usize = 6;

const HEAD: &str = "\
# copydesk.yaml, written by `copydesk init` from what it saw. Every key is optional and yours to change:
# `copydesk config show` prints what holds now, `copydesk config schema` all keys that there are.
";

impl Seen<'_> {
    /// The file's text. The same site gives the same bytes.
    pub fn to_yaml(&self) -> String {
        let mut out = HEAD.to_owned();
        // Writing to a string cannot fail.
        let _ = self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        self.write_site(out)?;
        self.write_files(out)?;
        writeln!(out, "\n# Severities: off, on, info, warning, error; `copydesk rules` lists the rules.")?;
        writeln!(out, "# rules:\n#   image-case: warning")?;
        self.write_collections(out)
    }

    fn write_site(&self, out: &mut String) -> std::fmt::Result {
        let all: Vec<&Site> = self.sites.iter().filter(|site| site.generator != Generator::Plain).collect();
        // What the configuration says holds for the outermost site.
        let Some(site) = all.last() else {
            writeln!(out, "\n# No site generator was recognised. If one builds these posts, name it and its folder:")?;
            return writeln!(out, "# site:\n#   generator: hugo");
        };
        writeln!(out, "\n# {} says so. Its folders and addresses are read from there.", escape(&site.because))?;
        writeln!(out, "site:\n  generator: {}", site.generator.id())?;
        if !site.root.is_empty() {
            writeln!(out, "  root: {}", quoted(&site.root))?;
        }
        let list = |paths: &[String]| paths.iter().map(|path| quoted(or_here(path))).collect::<Vec<_>>().join(", ");
        writeln!(out, "  # content: [{}]", list(&site.content))?;
        writeln!(out, "  # static: [{}]", list(&site.statics))?;
        if site.base != "/" {
            writeln!(out, "  # base: {}", quoted(&site.base))?;
        }
        if !site.hosts.is_empty() {
            let hosts: Vec<String> = site.hosts.iter().map(|host| quoted(host)).collect();
            writeln!(out, "  # hosts: [{}]", hosts.join(", "))?;
        }
        for inner in all.iter().rev().skip(1).take(SITES) {
            writeln!(out, "# Below it: {} in {}", inner.generator.name(), escape(or_here(&inner.root)))?;
        }
        Ok(())
    }

    fn write_files(&self, out: &mut String) -> std::fmt::Result {
        if self.foreign.is_empty() {
            return Ok(());
        }
        writeln!(out, "\n# These folders came with a theme. To leave their posts alone, take away the `#`:")?;
        writeln!(out, "# files:\n#   exclude:")?;
        for (folder, posts) in &self.foreign {
            writeln!(out, "#     - {} # {}", quoted(&glob(folder)), posts_in(*posts))?;
        }
        Ok(())
    }

    fn write_collections(&self, out: &mut String) -> std::fmt::Result {
        if self.collections.is_empty() {
            return Ok(());
        }
        writeln!(
            out,
            "\n# What all posts of a kind have today; a post that has not is an error from now on. More of what most"
        )?;
        writeln!(
            out,
            "# posts do, and those that do otherwise: `copydesk schema infer`, `copydesk schema infer --check`."
        )?;
        writeln!(out, "collections:")?;
        for collection in &self.collections {
            writeln!(out, "  {}: # {}", quoted(&collection.name), posts_in(collection.posts))?;
            let files: Vec<String> = collection.files.iter().map(|glob| quoted(glob)).collect();
            match files.as_slice() {
                [one] => writeln!(out, "    files: {one}")?,
                _ => writeln!(out, "    files: [{}]", files.join(", "))?,
            }
            collection.write_schema(out)?;
        }
        Ok(())
    }
}

impl Collection {
    /// Whether nearly all of its posts have a key in common, so that a schema says something.
    pub fn has_a_habit(&self) -> bool {
        let says = |keys: &Keys| keys.habits().any(|habit| habit.filled * 100 >= self.posts * NEARLY_ALL);
        self.keys.as_ref().is_some_and(says)
    }

    fn write_schema(&self, out: &mut String) -> std::fmt::Result {
        let Some(keys) = self.keys.as_ref().filter(|_| self.has_a_habit()) else {
            return writeln!(out, "    # Nothing that nearly all of them have; nothing is asked of them.");
        };
        let mut head = "    schema:\n";
        let mut others = String::new();
        for habit in keys.habits() {
            let required = habit.filled == self.posts;
            let mut rules: Vec<String> = habit.kind.iter().map(|kind| format!("type: {kind}")).collect();
            if required {
                rules.push("required: true".to_owned());
            } else if habit.empty {
                rules.push("empty: true".to_owned());
            }
            let key = quoted(habit.key);
            let share = if required { "in all".to_owned() } else { format!("in {} of {}", habit.filled, self.posts) };
            if habit.kind.is_none() && !required {
                writeln!(others, "      # {key}: values of several kinds, {share}")?;
                continue;
            }
            writeln!(out, "{head}      {key}: {{{}}} # {share}", rules.join(", "))?;
            head = "";
        }
        out.push_str(if head.is_empty() { &others } else { "" });
        Ok(())
    }
}

fn glob(folder: &str) -> String {
    if folder.is_empty() { "**".to_owned() } else { format!("{}/**", globset::escape(folder)) }
}

fn or_here(path: &str) -> &str {
    if path.is_empty() { "." } else { path }
}

fn posts_in(number: usize) -> String {
    crate::render::text::count(number, "post")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::typed::read_yaml;

    #[test]
    fn a_text_reads_as_it_was() {
        for value in ["content/posts/**", "-x", "a: b", "中文/é", "a\"b\\c", "no", "\u{202e}x\n", "", "*", "1.5", "/b/"]
        {
            let read: String = read_yaml("a.yaml", &quoted(value)).unwrap();
            assert_eq!(read, value);
            assert!(!quoted(value).contains(['\n', '\u{202e}']));
        }
    }
}
