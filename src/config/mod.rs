//! The plan of a run: what the configuration, the command line and the shipped rules say, fully resolved.

pub mod draft;
pub mod file;
pub mod rules;
pub mod show;

use std::path::{Path, PathBuf};

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::{
    data::{
        Node,
        typed::{self, Fault},
        yaml,
    },
    error::{Error, Result},
    render::Location,
    rule::Rules,
    site::{Generator, Site, Sites},
    source::{Span, discover::Selection, git},
};
use file::{File, OneOrMany, SiteFile};

/// The names of the configuration file, in the order they are looked for in a folder.
pub const NAMES: [&str; 2] = ["copydesk.yaml", "copydesk.yml"];

/// Everything that a run needs to know, with where it came from.
#[derive(Debug, Default)]
pub struct Plan {
    /// The project's root, absolute and real.
    pub root: PathBuf,
    pub location: Location,
    /// What makes `root` the root, for people.
    pub because: String,
    /// The configuration files in the order they were applied.
    pub files: Vec<Layer>,
    pub selection: Selection,
    pub site: SiteFile,
    pub rules: Rules,
    /// For each value that a file set: its dotted name and `file:line`.
    pub origins: Vec<(String, String)>,
}

/// One configuration file, kept for messages.
#[derive(Debug)]
pub struct Layer {
    /// As the user would type it.
    pub shown: String,
    /// Absolute and real.
    pub path: PathBuf,
    pub text: String,
    pub tree: Node,
    pub file: File,
}

/// Where the configuration comes from.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// The nearest file upwards from the checked path.
    Nearest,
    File(PathBuf),
    None,
    /// None yet, but it will stand in this folder.
    Planned(PathBuf),
}

impl Plan {
    /// Resolves the plan for `paths`.
    ///
    /// # Errors
    /// A configuration or rule file that cannot be read or says something that it must not.
    pub fn resolve(paths: &[PathBuf], wanted: &Wanted) -> Result<Self> {
        let here = std::env::current_dir()
            .and_then(|here| here.canonicalize())
            .map_err(|cause| Error::Read { path: PathBuf::from("."), cause })?;
        let real: Vec<PathBuf> = paths.iter().map(|path| real_path(&here, path)).collect();
        let start = real
            .first()
            .map_or(here.as_path(), |path| if path.is_dir() { path } else { path.parent().unwrap_or(path) });
        let config = match wanted {
            Wanted::None => None,
            Wanted::Planned(folder) => Some(real_path(&here, folder).join(NAMES[0])),
            Wanted::File(path) => Some(path.canonicalize().map_err(|cause| Error::Read { path: path.clone(), cause })?),
            Wanted::Nearest => {
                start.ancestors().flat_map(|folder| NAMES.map(|name| folder.join(name))).find(|path| path.is_file())
            }
        };
        let (root, because) = find_root(&here, start, config.as_deref(), &real);
        let mut plan = Self { location: locate(&here, &root), root, because, ..Self::default() };
        if let Some(config) = config.filter(|_| !matches!(wanted, Wanted::Planned(_))) {
            plan.read_layers(&config, &mut Vec::new())?;
        }
        plan.apply()?;
        Ok(plan)
    }

    /// Reads a configuration file after those that it extends.
    fn read_layers(&mut self, path: &Path, open: &mut Vec<PathBuf>) -> Result<()> {
        let layer = Layer::read(path, &self.shown(path))?;
        open.push(path.to_owned());
        for (index, name) in layer.file.extends.iter().enumerate() {
            let fault = |message: String| layer.fault(&format!("extends.{index}"), "extends", message);
            let base = path.parent().unwrap_or(path).join(name);
            let base = base.canonicalize().map_err(|error| fault(format!("cannot read `{name}`: {error}")))?;
            if !base.starts_with(&self.root) {
                return Err(fault(format!("`{name}` is outside the repository")));
            }
            if open.contains(&base) {
                return Err(fault(format!("`{name}` extends itself")));
            }
            self.read_layers(&base, open)?;
        }
        open.pop();
        self.files.push(layer);
        Ok(())
    }

    /// Applies the layers in order; a later one wins.
    fn apply(&mut self) -> Result<()> {
        let layers = std::mem::take(&mut self.files);
        let (mut include, mut exclude) = (None, GlobSetBuilder::new());
        for layer in &layers {
            let globs = |list: &OneOrMany, key: &str| layer.globs(&self.root, list, key);
            if !layer.file.files.include.is_empty() {
                let mut set = GlobSetBuilder::new();
                globs(&layer.file.files.include, "files.include")?.into_iter().for_each(|glob| {
                    set.add(glob);
                });
                include = Some(build(&set)?);
            }
            globs(&layer.file.files.exclude, "files.exclude")?.into_iter().for_each(|glob| {
                exclude.add(glob);
            });
            merge_site(&mut self.site, &layer.file.site, &layer.prefix(&self.root));
            self.origins.extend(layer.origins());
        }
        self.selection = Selection { include, exclude: build(&exclude)?, force: false };
        self.rules = rules::resolve(&self.root, &layers)?;
        self.files = layers;
        Ok(())
    }

    /// The detected sites with what the configuration says instead.
    pub fn amend(&self, sites: Sites) -> Sites {
        let said = &self.site;
        if said.is_silent() {
            return sites;
        }
        let mut list: Vec<Site> = sites.iter().cloned().collect();
        // Sites come deepest first: what the configuration does not place is the outermost one.
        let root = said.root.clone().unwrap_or_else(|| list.last().map_or_else(String::new, |site| site.root.clone()));
        let index = list.iter().position(|site| site.root == root).unwrap_or_else(|| {
            list.push(Site::new(Generator::Plain, &root));
            list.len() - 1
        });
        let site = &mut list[index];
        match said.generator {
            Some(generator) if generator != site.generator => *site = Site::new(generator, &root),
            _ => {}
        }
        let many = |list: &OneOrMany| list.iter().map(str::to_owned).collect::<Vec<_>>();
        for (value, over) in [
            (&mut site.content, &said.content),
            (&mut site.statics, &said.statics),
            (&mut site.hosts, &said.hosts),
            (&mut site.image_fields, &said.image_fields),
        ] {
            if !over.is_empty() {
                *value = many(over);
            }
        }
        if let Some(base) = &said.base {
            site.base.clone_from(base);
        }
        site.shortcodes = said.shortcodes.iter().map(|(name, parameters)| (name.clone(), many(parameters))).collect();
        site.because = self.files.last().map_or_else(String::new, |layer| layer.shown.clone());
        Sites::new(list)
    }

    /// Every glob of a collection takes at least one of `paths`, which are all posts of the project: a glob that takes
    /// none is a mistake that would make a schema look satisfied.
    ///
    /// # Errors
    /// The first glob that takes none, at its place.
    pub fn require_collections<'a>(&self, paths: impl Iterator<Item = &'a str> + Clone) -> Result<()> {
        for layer in &self.files {
            for (name, collection) in &layer.file.collections {
                let key = format!("collections.{name}.files");
                for (index, glob) in layer.globs(&self.root, &collection.files, &key)?.iter().enumerate() {
                    let matcher = glob.compile_matcher();
                    if !paths.clone().any(|path| matcher.is_match(path)) {
                        return Err(layer.fault(&format!("{key}.{index}"), &key, "this takes no post".to_owned()));
                    }
                }
            }
        }
        Ok(())
    }

    /// A path of this machine as the user would type it.
    pub fn shown(&self, path: &Path) -> String {
        if !path.starts_with(&self.root) {
            return path.display().to_string();
        }
        self.location.show(&crate::source::discover::relative(&self.root, path))
    }
}

impl Layer {
    fn read(path: &Path, shown: &str) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(|cause| Error::Read { path: path.to_owned(), cause })?;
        let text = String::from_utf8(bytes).map_err(|error| {
            Error::usage(format!("{shown} is not UTF-8: byte {}", error.utf8_error().valid_up_to()))
        })?;
        let place = |fault: Fault| Error::Place(Box::new(fault.in_file(shown, &text)));
        let tree = yaml::parse(&text, Span::new(0, text.len()))
            .map_err(|error| place(Fault { span: error.span, message: error.message, help: None }))?;
        let file = if text.trim().is_empty() || tree.scalar().is_some_and(|scalar| scalar.text.is_empty()) {
            File::default()
        } else {
            typed::read(&tree).map_err(place)?
        };
        Ok(Self { shown: shown.to_owned(), path: path.to_owned(), text, tree, file })
    }

    /// An error at the value of a dotted key, or at `fallback` where that is not in the file.
    fn fault(&self, key: &str, fallback: &str, message: String) -> Error {
        let node = self.node(key).or_else(|| self.node(fallback)).unwrap_or(&self.tree);
        self.fault_at(node.span, message, None)
    }

    fn fault_at(&self, span: Span, message: String, help: Option<String>) -> Error {
        Error::Place(Box::new(Fault { span, message, help }.in_file(&self.shown, &self.text)))
    }

    /// The value of a dotted key; a number picks from a list.
    fn node(&self, key: &str) -> Option<&Node> {
        key.split('.').try_fold(&self.tree, |node, name| match name.parse::<usize>() {
            Ok(index) if !node.items().is_empty() => node.items().get(index),
            _ => node.get(name),
        })
    }

    /// The folder of this file relative to the root, with a `/` at its end; empty for the root, and for a file outside of
    /// it, whose globs count from the root.
    fn prefix(&self, root: &Path) -> String {
        if !self.path.starts_with(root) {
            return String::new();
        }
        let folder = crate::source::discover::relative(root, self.path.parent().unwrap_or(root));
        if folder.is_empty() { folder } else { format!("{folder}/") }
    }

    fn globs(&self, root: &Path, list: &OneOrMany, key: &str) -> Result<Vec<Glob>> {
        let prefix = self.prefix(root);
        list.iter()
            .enumerate()
            .map(|(index, pattern)| {
                glob(&prefix, pattern).map_err(|error| {
                    self.fault(&format!("{key}.{index}"), key, format!("`{pattern}` is no glob: {}", error.kind()))
                })
            })
            .collect()
    }

    /// Where each value of this file stands, two levels deep.
    fn origins(&self) -> Vec<(String, String)> {
        let lines = crate::source::Lines::new(&self.text);
        let at = |node: &Node| format!("{}:{}", self.shown, lines.position(node.span.start, &self.text).line);
        let mut origins = Vec::new();
        for entry in self.tree.entries() {
            let Some(key) = entry.key.text() else { continue };
            origins.push((key.to_owned(), at(&entry.key)));
            for inner in entry.value.entries() {
                if let Some(name) = inner.key.text() {
                    origins.push((format!("{key}.{name}"), at(&inner.key)));
                }
            }
        }
        origins
    }
}

/// A glob of a configuration file in the folder `prefix`. `*` stays within a folder name, as in `.gitignore`; a glob
/// that ends in `/` or names a folder takes all below it.
pub fn glob(prefix: &str, pattern: &str) -> std::result::Result<Glob, globset::Error> {
    let pattern = pattern.trim_start_matches("./");
    let below = if pattern.ends_with('/') { "**" } else { "" };
    globset::GlobBuilder::new(&format!("{}{pattern}{below}", escape_glob(prefix))).literal_separator(true).build()
}

fn escape_glob(text: &str) -> String {
    globset::escape(text)
}

fn build(set: &GlobSetBuilder) -> Result<GlobSet> {
    set.build().map_err(|error| Error::usage(format!("a glob in the configuration: {error}")))
}

fn merge_site(site: &mut SiteFile, over: &SiteFile, prefix: &str) {
    let moved = |list: &OneOrMany| OneOrMany::Many(list.iter().map(|path| join(prefix, path)).collect());
    if over.generator.is_some() {
        site.generator = over.generator;
    }
    if let Some(root) = &over.root {
        site.root = Some(join(prefix, root));
    }
    if over.base.is_some() {
        site.base.clone_from(&over.base);
    }
    if !over.content.is_empty() {
        site.content = moved(&over.content);
    }
    if !over.statics.is_empty() {
        site.statics = moved(&over.statics);
    }
    if !over.hosts.is_empty() {
        site.hosts = over.hosts.clone();
    }
    if !over.image_fields.is_empty() {
        site.image_fields = over.image_fields.clone();
    }
    site.shortcodes.extend(over.shortcodes.clone());
}

fn join(prefix: &str, path: &str) -> String {
    let joined = format!("{prefix}{}", path.trim_start_matches("./"));
    let joined = joined.trim_end_matches('/');
    if joined == "." { String::new() } else { joined.to_owned() }
}

/// The real path of what the user typed, but for a symbolic link to a file, which stays in its own folder; as typed
/// below the working directory where it does not exist.
fn real_path(here: &Path, path: &Path) -> PathBuf {
    let link = path.is_symlink() && !path.is_dir();
    let real = match (link, path.parent(), path.file_name()) {
        (true, Some(folder), Some(name)) => here.join(folder).canonicalize().map(|folder| folder.join(name)),
        _ => path.canonicalize(),
    };
    real.unwrap_or_else(|_| here.join(path))
}

/// The folder of the configuration, or of the git repository, or else the deepest folder that holds everything.
fn find_root(here: &Path, start: &Path, config: Option<&Path>, paths: &[PathBuf]) -> (PathBuf, String) {
    let git = git::repository(start);
    let (base, because) = match (config.and_then(Path::parent), git) {
        (Some(folder), _) if start.starts_with(folder) => (folder, "it holds the configuration"),
        (_, Some(folder)) => (folder, "it holds `.git`"),
        _ if start.starts_with(here) => (here, "it is the working directory"),
        _ => (start, "it is what was asked for"),
    };
    let mut root = base.to_owned();
    // Everything that is checked must lie below the root.
    for path in paths {
        while !path.starts_with(&root) && root.pop() {}
    }
    let because =
        if root == base { because } else { "it is the deepest folder that holds everything that was asked for" };
    (root, because.to_owned())
}

fn locate(here: &Path, root: &Path) -> Location {
    let relative = crate::source::discover::relative;
    let inside = git::repository(root).map(|folder| relative(folder, root));
    match here.strip_prefix(root) {
        Ok(_) => Location { below: relative(root, here), inside, ..Location::default() },
        Err(_) => {
            let above = root.strip_prefix(here).unwrap_or(root);
            Location { above: above.to_string_lossy().replace('\\', "/"), inside, ..Location::default() }
        }
    }
}
