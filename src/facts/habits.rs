//! What the posts of a site have in common in their front matter: who has one, and which keys are in use.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rustc_hash::FxHashMap;

use crate::{
    data::{Entry, Scalar, Style},
    document::Document,
    site::{Generator, Site, Sites},
};

/// Words about front matter that several rules share; read from `rules/shared/front-matter.yaml`.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Vocabulary {
    /// Keys that themes and generators know, in lower case.
    pub keys: BTreeSet<String>,
    /// Names of files that are no posts, without their ending, in lower case.
    pub aside: BTreeSet<String>,
    /// Names of folders with templates for posts.
    pub templates: BTreeSet<String>,
}

/// So many posts are the least that make a habit.
const FEWEST: usize = 10;
/// In a folder of files without a date in their names.
const FEWEST_OTHERS: usize = 20;
/// Of files that are named by a date, so many in a hundred must have front matter before one without is a mistake.
const DATED: usize = 75;
/// Of other files in one folder, so many.
const OTHERS: usize = 90;
/// Of the posts that have a key, so many in a hundred must spell it in the same way before another one is a mistake.
const ALIKE: usize = 95;
/// Of the posts that have a key, so many in a hundred must have a value for it before one without is a mistake.
const FILLED: usize = 97;
/// A key that stands in so many posts is known.
const FAMILIAR: usize = 3;

#[derive(Debug, Default)]
pub struct Habits {
    keys: BTreeSet<String>,
    aside: BTreeSet<String>,
    templates: BTreeSet<String>,
    cohorts: BTreeMap<String, Count>,
    /// Keys that nearly all posts spell in the same way, by their lower case.
    cases: HashMap<String, String>,
    /// Keys that have a value in nearly all posts that have the key.
    filled: HashMap<String, Count>,
}

/// What a run that sees only some posts knows of the others' front matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remembered {
    /// Keys of several posts that no theme or generator is known for, in lower case.
    pub keys: BTreeSet<String>,
    /// Keys as nearly all posts spell them.
    pub spellings: BTreeSet<String>,
    /// By kind of post: a folder, or `…/????-??-??` for those that are named by a date.
    pub cohorts: BTreeMap<String, Count>,
}

/// Posts of one kind, and how many of them have front matter or were meant to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    pub posts: usize,
    pub with: usize,
}

/// What one post shows of the habits in its front matter.
#[derive(Debug)]
pub struct Traits {
    /// Each key, and whether it has a value.
    keys: Box<[(Box<str>, bool)]>,
    /// Whether it has front matter or was meant to.
    meant: bool,
    /// Whether it has nothing else.
    husk: bool,
}

impl Traits {
    pub fn of(document: &Document) -> Self {
        let matter = &document.front_matter;
        let entries = matter.tree.as_ref().map(crate::data::Node::entries).unwrap_or_default();
        let nothing = |scalar: &Scalar| scalar.style == Style::Null || matches!(scalar.text.trim(), "" | "~" | "null");
        let key = |entry: &Entry| Some((entry.key.text()?.into(), !entry.value.scalar().is_some_and(nothing)));
        let meant = !entries.is_empty() || !matter.errors.is_empty() || !matter.split.faults.is_empty();
        let husk = !entries.is_empty() && document.body.trimmed(&document.source.text).is_empty();
        Self { keys: entries.iter().filter_map(key).collect(), meant, husk }
    }

    /// Whether the post is nothing but front matter.
    pub const fn is_husk(&self) -> bool {
        self.husk
    }

    /// Its keys that have a value.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().filter(|(_, has_value)| *has_value).map(|(key, _)| &**key)
    }
}

impl Habits {
    /// Of posts, each with its path.
    pub fn observe<'p, 't>(
        posts: impl Iterator<Item = (&'p str, &'t Traits)>,
        sites: &Sites,
        vocabulary: &Vocabulary,
    ) -> Self {
        let mut habits = Self {
            keys: vocabulary.keys.clone(),
            aside: vocabulary.aside.clone(),
            templates: vocabulary.templates.clone(),
            cohorts: BTreeMap::new(),
            cases: HashMap::new(),
            filled: HashMap::new(),
        };
        let mut uses: FxHashMap<&str, Count> = FxHashMap::default();
        for (path, traits) in posts {
            for (key, has_value) in &traits.keys {
                let count = uses.entry(key).or_default();
                count.posts += 1;
                count.with += usize::from(*has_value);
            }
            if habits.is_aside(path) {
                continue;
            }
            let cohort = habits.cohorts.entry(cohort(path, &sites.of(path).root).0).or_default();
            cohort.posts += 1;
            cohort.with += usize::from(traits.meant);
        }
        habits.cases = usual_cases(&uses);
        let is_filled = |count: &Count| count.posts >= FEWEST_OTHERS && count.with * 100 >= count.posts * FILLED;
        let filled = uses.iter().filter(|(_, count)| is_filled(count));
        habits.filled = filled.map(|(key, count)| ((*key).to_owned(), *count)).collect();
        let known = uses.iter().filter(|(_, count)| count.posts >= FAMILIAR);
        habits.keys.extend(known.map(|(key, _)| key.to_lowercase()));
        habits
    }

    /// What others should know of these posts, beside what `vocabulary` says; too few posts make no habit.
    pub fn remembered(&self, vocabulary: &Vocabulary) -> Remembered {
        let cohorts = self.cohorts.iter().filter(|(_, count)| count.posts >= FEWEST);
        Remembered {
            keys: self.keys.difference(&vocabulary.keys).cloned().collect(),
            spellings: self.cases.values().cloned().collect(),
            cohorts: cohorts.map(|(name, count)| (name.clone(), *count)).collect(),
        }
    }

    /// Adds what is known from before; of two counts, that of more posts holds.
    pub fn recall(&mut self, before: &Remembered) {
        self.keys.extend(before.keys.iter().map(|key| key.to_lowercase()));
        for key in &before.spellings {
            self.cases.entry(key.to_lowercase()).or_insert_with(|| key.clone());
        }
        for (name, count) in &before.cohorts {
            let known = self.cohorts.entry(name.clone()).or_default();
            if count.posts > known.posts {
                *known = *count;
            }
        }
    }

    /// Whether posts of this or any site use `key`.
    pub fn knows(&self, key: &str) -> bool {
        self.keys.contains(&key.to_lowercase())
    }

    /// The posts with `key`, where nearly all have a value for it.
    pub fn fills(&self, key: &str) -> Option<Count> {
        self.filled.get(key).copied()
    }

    /// How nearly all other posts spell `key`, where this is another spelling.
    pub fn usual_case(&self, key: &str) -> Option<&str> {
        // Hardly any site has such keys.
        let usual = if self.cases.is_empty() { None } else { self.cases.get(&key.to_lowercase()) };
        usual.map(String::as_str).filter(|usual| *usual != key)
    }

    /// Whether `key`, perhaps misspelt, is one of those that posts use.
    pub fn nearly_knows(&self, key: &str) -> bool {
        let key = key.trim().to_lowercase();
        let near = |known: &String| strsim::normalized_damerau_levenshtein(known, &key) >= 0.8;
        self.keys.contains(&key) || key.len() <= 40 && self.keys.iter().any(near)
    }

    /// The files like this one that have front matter, if that is so many that this one should have some too; and
    /// whether that is beyond doubt.
    pub fn expects(&self, path: &str, site: &Site) -> Option<(Count, bool)> {
        if self.is_aside(path) {
            return None;
        }
        let (name, dated) = cohort(path, &site.root);
        let count = self.cohorts.get(&name).copied().unwrap_or_default();
        let content =
            site.content.is_empty() || site.content.iter().any(|folder| path.starts_with(&format!("{folder}/")));
        let demanded = matches!(site.generator, Generator::Zola | Generator::Pelican) && content;
        let share = if dated { DATED } else { OTHERS };
        // These show a page as well without.
        let optional = matches!(site.generator, Generator::Obsidian | Generator::MdBook | Generator::MkDocs);
        let habit = !optional
            && count.posts >= if dated { FEWEST } else { FEWEST_OTHERS }
            && count.with * 100 >= count.posts * share;
        (demanded || habit).then_some((count, demanded || dated))
    }

    /// Whether the generator looks for front matter in the file at all: a template or a file beside the content has
    /// none that counts, and so has what the configuration leaves out. Below the content a folder may be called `templates` and hold posts about them.
    pub fn concerns(&self, path: &str, site: &Site) -> bool {
        if site.leaves_out(path) {
            return false;
        }
        let only_content =
            matches!(site.generator, Generator::Hugo | Generator::Zola | Generator::Hexo | Generator::Astro);
        let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
        let is_template = || folders.split('/').any(|folder| self.templates.contains(folder));
        if !only_content || site.content.iter().all(String::is_empty) {
            return !is_template();
        }
        site.content.iter().any(|folder| path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/')))
    }

    fn is_aside(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        self.aside.contains(&name.split('.').next().unwrap_or(name).to_lowercase())
    }
}

/// Keys of many posts whose other spellings are rare.
fn usual_cases(uses: &FxHashMap<&str, Count>) -> HashMap<String, String> {
    let mut spellings: HashMap<String, Vec<(usize, &str)>> = HashMap::new();
    for (key, count) in uses {
        spellings.entry(key.to_lowercase()).or_default().push((count.posts, key));
    }
    let usual = |(folded, found): (String, Vec<(usize, &str)>)| {
        let all: usize = found.iter().map(|(count, _)| count).sum();
        let (count, key) = found.into_iter().max()?;
        (count < all && count >= FEWEST && count * 100 >= all * ALIKE).then(|| (folded, key.to_owned()))
    };
    spellings.into_iter().filter_map(usual).collect()
}

/// Which files are like this one: those that are named by a date in the whole site, others in the same folder.
fn cohort(path: &str, root: &str) -> (String, bool) {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let dated = name.len() > 10
        && name
            .bytes()
            .take(10)
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() });
    if dated { (format!("{root}/????-??-??"), true) } else { (folder.to_owned(), false) }
}
