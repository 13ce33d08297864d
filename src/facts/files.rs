//! The local files that posts point to: each folder listed once, each picture looked at once.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    sync::{Arc, RwLock},
};

use percent_encoding::percent_decode_str;
use rayon::prelude::*;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::{
    Fetch, Listed,
    picture::{self, Content, Sample, Unread},
};
use crate::{
    document::{Document, Form, Image},
    error::nearest,
    site::{
        Setting, Site, is_picture_name, path,
        resolve::{self, Candidate, Target, Why},
    },
    source::Index,
};

/// Addresses that only show where an address belongs; read from `rules/shared/image.yaml`.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Vocabulary {
    /// Whole addresses, in lower case.
    pub names: BTreeSet<String>,
    /// Beginnings of addresses, in lower case.
    pub starts: Vec<String>,
    /// Hosts, with those below them.
    pub hosts: Vec<String>,
}

/// What became of every image of every subject.
#[derive(Debug, Default)]
pub struct Files {
    /// By path of the post; in the order of its images.
    verdicts: HashMap<String, Vec<Verdict>>,
    /// Those of the files that git leaves out.
    ignored: BTreeSet<String>,
}

/// What an address of an image leads to; each has exactly one.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// A file, and what it really is; `Unknown` where it is not called like a picture.
    Present {
        path: String,
        content: Content,
    },
    /// Only the case of letters differs: the file as the address names it, and as it is.
    Case {
        wanted: String,
        actual: String,
        /// Whether no other file differs from the address in the same way.
        alone: bool,
    },
    Missing(Missing),
    /// Nothing is there, and the address only shows where one belongs.
    Placeholder,
    Outside,
    Machine,
    /// No browser can read the address: why not.
    Malformed(String),
    /// A `data:` address, and whether it decodes.
    Data {
        sound: bool,
    },
    Empty,
    /// Not for this table: it is asked for elsewhere.
    Remote(url::Url),
    /// Nobody can say before the site is built.
    Unknown,
}

/// A file that is not there.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Missing {
    /// Where the generator looks first.
    pub wanted: String,
    /// A file that the author may have meant, which is not published at this address.
    pub elsewhere: Option<String>,
    /// Why that file is not what readers get.
    pub why: Option<Why>,
    /// A file that is on disk at the right place, where only what is staged counts.
    pub unstaged: Option<String>,
    /// A name in the folder that is much like the one that is missing.
    pub near: Option<String>,
    pub tried: Vec<Candidate>,
    /// A name that was looked for in every folder.
    pub named: Option<String>,
    /// A folder stands where the file is looked for.
    pub folder: Option<String>,
}

impl Verdict {
    /// The files of the project that decide the verdict, whether they are there or not; `**/x.png` where it is a file of
    /// that name in any folder.
    pub fn files(&self) -> Vec<String> {
        match self {
            Self::Present { path, .. } => vec![path.clone()],
            Self::Case { wanted, actual, .. } => vec![wanted.clone(), actual.clone()],
            Self::Missing(missing) => {
                let tried = missing.tried.iter().map(|candidate| candidate.path.clone());
                let named = missing.named.iter().map(|name| format!("**/{name}"));
                tried.chain(named).chain(missing.elsewhere.clone()).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// How many images in the text of a post lead to where only the generator, when it builds the site, knows a file.
pub fn undecided(document: &Document, verdicts: &[Verdict]) -> usize {
    let is_open = |(image, verdict): &(&Image, &Verdict)| {
        **verdict == Verdict::Unknown
            && matches!(image.form, Form::Markdown | Form::Html)
            && !resolve::is_remote(image.address.trim())
    };
    document.images.iter().zip(verdicts).filter(is_open).count()
}

/// Says where the images of posts are, before anybody looked at them.
pub struct Finder<'a> {
    folders: Folders<'a>,
    words: &'a Vocabulary,
}

impl<'a> Finder<'a> {
    pub fn new(words: &'a Vocabulary, fetch: &'a dyn Fetch) -> Self {
        Self { folders: Folders::new(fetch), words }
    }

    /// One verdict for each image of the post, in the same order; none for a post that is no subject.
    pub fn find(&self, document: &Document, site: &Site) -> Vec<Verdict> {
        let verdict = |image: &Image| match document.target(image, site) {
            Target::Data => Verdict::Data { sound: picture::is_sound_data(&image.address) },
            target => match self.folders.verdict(target, site) {
                verdict @ (Verdict::Present { .. } | Verdict::Data { .. } | Verdict::Empty) => verdict,
                verdict if self.words.hold(&image.address, &verdict) => Verdict::Placeholder,
                // A file whose path ends so may be what is meant.
                Verdict::Missing(missing)
                    if missing.elsewhere.is_none()
                        && resolve::is_unsure(site, document.post(), image.form.kind(), &image.address)
                        && self.folders.holds(site, &image.address) =>
                {
                    Verdict::Unknown
                }
                verdict => verdict,
            },
        };
        if document.source.subject { document.images.iter().map(verdict).collect() } else { Vec::new() }
    }
}

impl Files {
    /// From the verdicts of a [`Finder`] for each post, by its path.
    pub fn gather<'a>(posts: impl Iterator<Item = (&'a str, Vec<Verdict>)>, fetch: &dyn Fetch) -> Self {
        let found = posts.filter(|(_, verdicts)| !verdicts.is_empty());
        let mut verdicts: HashMap<String, Vec<Verdict>> =
            found.map(|(path, verdicts)| (path.to_owned(), verdicts)).collect();
        let contents = look(&verdicts, fetch);
        for verdict in verdicts.values_mut().flatten() {
            if let Verdict::Present { path, content } = verdict {
                *content = contents.get(path).copied().unwrap_or(Content::Unknown);
            }
        }
        let present = verdicts.values().flatten().filter_map(|verdict| match verdict {
            Verdict::Present { path, .. } => Some(path.as_str()),
            _ => None,
        });
        let ignored = fetch.ignored(&present.collect());
        Self { verdicts, ignored }
    }

    /// Every verdict, in no order.
    pub fn verdicts(&self) -> impl Iterator<Item = &Verdict> {
        self.verdicts.values().flatten()
    }

    /// Whether git leaves out a file that is there.
    pub fn is_ignored(&self, path: &str) -> bool {
        self.ignored.contains(path)
    }

    /// One verdict for each image of the post, in the same order; empty for a post that is no subject.
    pub fn of(&self, path: &str) -> &[Verdict] {
        self.verdicts.get(path).map(Vec::as_slice).unwrap_or_default()
    }
}

impl Vocabulary {
    fn hold(&self, address: &str, verdict: &Verdict) -> bool {
        let is_host = |host: &str| {
            let below = |known: &String| {
                host == known || host.strip_suffix(known.as_str()).is_some_and(|rest| rest.ends_with('.'))
            };
            self.hosts.iter().any(below)
        };
        if let Verdict::Remote(url) = verdict
            && url.host_str().is_some_and(is_host)
        {
            return true;
        }
        let address = address.trim();
        let begins = |start: &String| address.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start));
        self.starts.iter().any(begins) || address.len() <= LONGEST_NAME && self.names.contains(&address.to_lowercase())
    }
}

/// No placeholder is longer, in bytes.
const LONGEST_NAME: usize = 100;

/// What each file that is called like a picture really is.
fn look(verdicts: &HashMap<String, Vec<Verdict>>, fetch: &dyn Fetch) -> HashMap<String, Content> {
    let paths: BTreeSet<&str> = verdicts
        .values()
        .flatten()
        .filter_map(|verdict| match verdict {
            Verdict::Present { path, .. } if is_picture_name(path) => Some(path.as_str()),
            _ => None,
        })
        .collect();
    let content = |path: &str| fetch.picture(path).map_or_else(Content::Unread, |sample| sample.content());
    paths.into_par_iter().map(|path| (path.to_owned(), content(path))).collect()
}

/// The paths of files by their names in small letters.
type ByName = HashMap<String, Vec<String>>;

/// Folders, each listed when it is first needed.
struct Folders<'a> {
    fetch: &'a dyn Fetch,
    known: RwLock<HashMap<String, Option<Arc<Folder>>>>,
    /// The files of a vault or of a site by name in small letters, by its folder.
    vaults: RwLock<HashMap<String, Arc<ByName>>>,
}

/// The names in a folder.
struct Folder {
    /// By name, composed (NFC): as it is spelled, and whether it is a folder.
    exact: HashMap<String, Listed>,
    /// By name in lower case: the first such name, and whether it is the only one.
    folded: HashMap<String, (String, bool)>,
}

/// Where a path leads.
enum Walk {
    File(String),
    /// The file, if the case of letters did not count, and whether that is the only one.
    Case(String, bool),
    Nothing,
}

impl<'a> Folders<'a> {
    fn new(fetch: &'a dyn Fetch) -> Self {
        Self { fetch, known: RwLock::default(), vaults: RwLock::default() }
    }

    fn verdict(&self, target: Target, site: &Site) -> Verdict {
        match target {
            Target::Local { candidates, remote } => match (self.local(candidates), remote) {
                // Other repositories may publish on the same host.
                (Verdict::Missing(missing), Some(url)) if !self.is_ours(&missing.tried, site) => Verdict::Remote(url),
                (verdict, _) => verdict,
            },
            Target::Loose { candidates } => match self.local(candidates) {
                Verdict::Missing(missing) if !self.is_ours(&missing.tried, site) => Verdict::Unknown,
                verdict => verdict,
            },
            Target::Named { name, candidates } => match self.local(candidates) {
                Verdict::Missing(missing) => {
                    match self.vault(&site.root).get(&composed(&name).to_lowercase()).and_then(|paths| paths.first()) {
                        Some(path) => Verdict::Present { path: path.clone(), content: Content::Unknown },
                        None => Verdict::Missing(Missing { named: Some(name), ..missing }),
                    }
                }
                verdict => verdict,
            },
            Target::Remote { url } => Verdict::Remote(url),
            Target::Machine => Verdict::Machine,
            Target::Malformed { why } => Verdict::Malformed(why),
            Target::Outside => Verdict::Outside,
            Target::Data | Target::Unknown => Verdict::Unknown,
            Target::Empty => Verdict::Empty,
        }
    }

    fn local(&self, candidates: Vec<Candidate>) -> Verdict {
        let (mut elsewhere, mut case) = (None, None);
        for candidate in &candidates {
            match self.walk(&candidate.path) {
                Walk::File(path) if candidate.is_right() => {
                    return Verdict::Present { path, content: Content::Unknown };
                }
                Walk::File(path) => elsewhere = elsewhere.or(Some((path, candidate.why))),
                Walk::Case(actual, alone) if candidate.is_right() => {
                    case = match case {
                        // A second root has one too.
                        Some((wanted, first, _)) if first != actual => Some((wanted, first, false)),
                        None => Some((candidate.path.clone(), actual, alone)),
                        same => same,
                    };
                }
                _ => {}
            }
        }
        if let Some((wanted, actual, alone)) = case {
            return Verdict::Case { wanted, actual, alone };
        }
        let right = candidates.iter().filter(|candidate| candidate.is_right()).map(|candidate| &candidate.path);
        let unstaged = right.clone().find(|path| self.fetch.is_unstaged(path)).cloned();
        let folder = right.clone().find(|path| !path.is_empty() && self.folder(path).is_some()).cloned();
        let near = if elsewhere.is_none() { self.near(&candidates) } else { None };
        let wanted = self.likely(&candidates).unwrap_or_default().to_owned();
        let (elsewhere, why) = elsewhere.unzip();
        Verdict::Missing(Missing { wanted, elsewhere, why, unstaged, near, tried: candidates, named: None, folder })
    }

    /// The place that was probably meant: for a name alone the post's own folder of assets where it may have one, and otherwise,
    /// of those where the file would be found, the first where most of the folders that the address itself names are there.
    fn likely<'c>(&self, candidates: &'c [Candidate]) -> Option<&'c str> {
        let first = candidates.first()?;
        let right = candidates.iter().filter(|candidate| candidate.is_right()).map(|candidate| candidate.path.as_str());
        let same =
            |path: &str| path.rsplit('/').zip(first.path.rsplit('/')).take_while(|(one, other)| one == other).count();
        let named = right.clone().map(same).min().unwrap_or_default();
        // A name alone says nothing of folders.
        if first.why == Why::Assets && named <= 1 {
            return Some(&first.path);
        }
        right.rev().max_by_key(|path| self.depth(path, named)).or(Some(&first.path))
    }

    /// How many of the folders among the last `named` names of a path are there.
    fn depth(&self, path: &str, named: usize) -> usize {
        let ends: Vec<usize> = path.match_indices('/').map(|(at, _)| at).collect();
        let from = (ends.len() + 1).saturating_sub(named);
        ends[from.min(ends.len())..].iter().take_while(|at| self.folder(&path[..**at]).is_some()).count()
    }

    /// Whether the first folder of an address is one of the site's, so that the file would be too.
    fn is_ours(&self, candidates: &[Candidate], site: &Site) -> bool {
        let roots = site.statics.iter().chain(&site.content);
        // Where the generator publishes nothing under such a name, nobody else will.
        let none = !candidates.iter().any(Candidate::is_right);
        candidates.iter().filter(|candidate| none || candidate.is_right()).any(|candidate| {
            let first = |root: &String| {
                let rest = path::below(&candidate.path, root)?;
                let (first, _) = rest.split_once('/')?;
                Some(path::join(root, first))
            };
            roots.clone().filter_map(first).any(|folder| self.folder(&folder).is_some())
        })
    }

    /// Follows a path name by name, so that letter case counts on every operating system.
    fn walk(&self, path: &str) -> Walk {
        let mut actual = String::new();
        let (mut exact, mut alone) = (true, true);
        let mut parts = path.split('/').peekable();
        while let Some(part) = parts.next() {
            let Some(folder) = self.folder(&actual) else {
                // Its own folder has it, so that it is closed or a link out of the project, and nobody here can say more.
                let rest: Vec<&str> = std::iter::once(part).chain(parts).collect();
                let closed = !actual.is_empty() && exact;
                return if closed { Walk::File(format!("{actual}/{}", rest.join("/"))) } else { Walk::Nothing };
            };
            let name = composed(part);
            let listed = folder.exact.get(name.as_ref()).or_else(|| {
                exact = false;
                let (name, one) = folder.folded.get(&name.to_lowercase())?;
                alone &= one;
                folder.exact.get(name)
            });
            let Some(listed) = listed.filter(|listed| listed.folder == parts.peek().is_some()) else {
                return Walk::Nothing;
            };
            if !actual.is_empty() {
                actual.push('/');
            }
            actual.push_str(&listed.name);
        }
        if exact { Walk::File(actual) } else { Walk::Case(actual, alone) }
    }

    fn folder(&self, path: &str) -> Option<Arc<Folder>> {
        let known = self.known.read().ok().and_then(|known| known.get(path).cloned());
        known.unwrap_or_else(|| {
            let names = if self.is_listed(path) { self.fetch.list(path) } else { None };
            let folder = names.map(|names| Arc::new(Folder::new(names)));
            if let Ok(mut known) = self.known.write() {
                known.insert(path.to_owned(), folder.clone());
            }
            folder
        })
    }

    /// Whether each folder above one has the next, so that nobody asks the disk for one that is not there.
    fn is_listed(&self, path: &str) -> bool {
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        path.is_empty()
            || ends.map(|end| path[..end].rsplit_once('/').unwrap_or(("", &path[..end]))).all(|(above, name)| {
                let holder = self.folder(above);
                holder.is_some_and(|holder| holder.exact.get(composed(name).as_ref()).is_some_and(|one| one.folder))
            })
    }

    /// A name much like that of a missing file, in the first folder that is there.
    fn near(&self, candidates: &[Candidate]) -> Option<String> {
        candidates.iter().filter(|candidate| candidate.is_right()).find_map(|candidate| {
            let (above, name) = candidate.path.rsplit_once('/').unwrap_or(("", &candidate.path));
            let folder = self.folder(above)?;
            let (stem, _) = name.rsplit_once('.').unwrap_or((name, ""));
            // One letter and a digit more or less is no likeness: `1.png` and `2.png` are different pictures.
            let is_alike = |known: &&str| {
                let (other, _) = known.rsplit_once('.').unwrap_or((known, ""));
                is_picture_name(known)
                    && (other == stem || (letters(other) == letters(stem) && other.len() > 3) || is_slip(other, stem))
            };
            if folder.exact.len() > MOST_NAMES {
                return None;
            }
            let files = folder.exact.iter().filter(|(_, listed)| !listed.folder);
            let mut names: Vec<&str> = files.map(|(name, _)| name.as_str()).filter(is_alike).collect();
            names.sort_unstable();
            nearest(name, names).map(str::to_owned)
        })
    }

    /// Every file of a vault that could be meant by name alone.
    /// Whether the path of a file of the site ends with an address, whatever leads up in it.
    fn holds(&self, site: &Site, address: &str) -> bool {
        let posts = site.has(Setting::PostAssets);
        let address = address.trim().split(['?', '#']).next().unwrap_or_default();
        let path = percent_decode_str(address).decode_utf8_lossy().replace('\\', "/");
        let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | "." | "..")).collect();
        let Some(name) = parts.last() else { return false };
        let tail = format!("/{}", composed(&parts.join("/"))).to_lowercase();
        let vault = self.vault(&site.root);
        // The first folder of an address from the root may be the site's base path.
        let below = tail[1..].split_once('/').filter(|(_, rest)| address.starts_with('/') && rest.contains('/'));
        let below = below.map(|(_, rest)| format!("/{rest}"));
        // What is published beside a post is in a folder of the post's name.
        let beside = parts.len().checked_sub(2).filter(|_| posts && address.starts_with('/'));
        let beside = beside.map(|at| format!("/{}", composed(&parts[at..].join("/"))).to_lowercase());
        let ends = |path: &String| {
            let path = format!("/{}", composed(path)).to_lowercase();
            path.ends_with(&tail) || [&below, &beside].into_iter().flatten().any(|tail| path.ends_with(tail))
        };
        vault.get(&composed(name).to_lowercase()).is_some_and(|paths| paths.iter().any(ends))
    }

    fn vault(&self, root: &str) -> Arc<ByName> {
        if let Some(known) = self.vaults.read().ok().and_then(|known| known.get(root).cloned()) {
            return known;
        }
        let (mut files, mut open) = (ByName::new(), vec![root.to_owned()]);
        while let Some(folder) = open.pop() {
            for listed in self.fetch.list(&folder).unwrap_or_default() {
                let path = if folder.is_empty() { listed.name.clone() } else { format!("{folder}/{}", listed.name) };
                if !listed.folder {
                    files.entry(composed(&listed.name).to_lowercase()).or_default().push(path);
                } else if !listed.name.starts_with('.') && listed.name != "node_modules" && files.len() < MOST_FILES {
                    open.push(path);
                }
            }
        }
        let files = Arc::new(files);
        if let Ok(mut vaults) = self.vaults.write() {
            vaults.insert(root.to_owned(), Arc::clone(&files));
        }
        files
    }
}

/// Folders with more names than this are not searched for one that is alike.
const MOST_NAMES: usize = 2_000;
const MOST_FILES: usize = 500_000;

impl Folder {
    fn new(names: Vec<Listed>) -> Self {
        let (mut exact, mut folded) = (HashMap::with_capacity(names.len()), HashMap::with_capacity(names.len()));
        for listed in names {
            let name = composed(&listed.name).into_owned();
            let same: &mut (String, bool) = folded.entry(name.to_lowercase()).or_insert_with(|| (name.clone(), true));
            if same.0 != name {
                *same = (name.clone().min(std::mem::take(&mut same.0)), false);
            }
            exact.insert(name, listed);
        }
        Self { exact, folded }
    }
}

/// The letters of a name alone: what is left when blanks, signs and digits are told apart no more.
fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether two longer names differ by one slip of a finger, and not in a digit.
fn is_slip(one: &str, other: &str) -> bool {
    let digits = |name: &str| name.chars().filter(char::is_ascii_digit).collect::<String>();
    one.len() > 5
        && one.chars().next() == other.chars().next()
        && one.len().abs_diff(other.len()) <= 2
        && digits(one) == digits(other)
        && strsim::damerau_levenshtein(one, other) <= 2
}

fn composed(name: &str) -> std::borrow::Cow<'_, str> {
    if is_nfc(name) { name.into() } else { name.nfc().collect::<String>().into() }
}

/// What was found out about each folder, once; none where it is not there.
type Known<T> = Arc<RwLock<HashMap<String, Option<Arc<T>>>>>;

/// The files below one folder, for [`Fetch`].
#[derive(Debug, Clone)]
pub struct Disk {
    /// Absolute and without symbolic links.
    root: PathBuf,
    /// Folders below it as they really are; none for those that are not there, or that a symbolic link leads out of
    /// the root with.
    folders: Known<Path>,
    /// What is in them.
    listed: Known<[Listed]>,
    /// What the next commit has in place of it, if that is what counts.
    index: Option<Arc<Index>>,
}

impl Disk {
    /// The files below `root`.
    pub fn new(root: &Path) -> Self {
        let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        Self { root, folders: Arc::default(), listed: Arc::default(), index: None }
    }

    /// With what is staged in place of what is on disk, if there is any.
    pub fn staged(self, index: Option<Arc<Index>>) -> Self {
        Self { index, ..self }
    }

    /// Absolute and without symbolic links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// See [`Fetch::list`].
    pub fn list(&self, folder: &str) -> Option<Vec<Listed>> {
        let on_disk = self.entries(folder);
        let Some(index) = &self.index else { return Some(on_disk?.to_vec()) };
        let added = index.names(folder);
        if on_disk.is_none() && added.is_none() {
            return None;
        }
        let path = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        let on_disk = on_disk.iter().flat_map(|listed| listed.iter());
        let on_disk = on_disk.filter(|listed| listed.folder || !index.hides(&path(&listed.name)));
        let mut names: BTreeMap<String, bool> = on_disk.map(|listed| (listed.name.clone(), listed.folder)).collect();
        names.extend(added.into_iter().flatten().map(|(name, folder)| (name.clone(), *folder)));
        Some(names.into_iter().map(|(name, folder)| Listed { name, folder }).collect())
    }

    /// The entries of a folder on disk, read once.
    fn entries(&self, folder: &str) -> Option<Arc<[Listed]>> {
        if let Some(known) = self.listed.read().ok().and_then(|listed| listed.get(folder).cloned()) {
            return known;
        }
        let entries = self.read_entries(folder);
        if let Ok(mut listed) = self.listed.write() {
            listed.insert(folder.to_owned(), entries.clone());
        }
        entries
    }

    fn read_entries(&self, folder: &str) -> Option<Arc<[Listed]>> {
        let path = self.folder(folder)?;
        let entries = fs::read_dir(&path).ok()?.filter_map(Result::ok);
        let listed = entries.filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let kind = entry.file_type().ok()?;
            // A link that leads nowhere, or in a circle, is there and cannot be read.
            let is_folder = |path: &Path| fs::metadata(path).is_ok_and(|real| real.is_dir());
            let folder = if kind.is_symlink() { is_folder(&entry.path()) } else { kind.is_dir() };
            Some(Listed { name, folder })
        });
        Some(listed.collect())
    }

    /// See [`Fetch::picture`].
    pub fn picture(&self, path: &str) -> Result<Sample, Unread> {
        let on_disk = || {
            let file = fs::File::open(self.locate(path)?).map_err(|_| Unread::Refused)?;
            let length = file.metadata().map_err(|_| Unread::Refused)?.len();
            sample(file, length).ok_or(Unread::Refused)
        };
        let Some(staged) = self.staged_content(path) else { return on_disk() };
        let bytes = staged.map_err(|_| Unread::Refused)?;
        let length = bytes.len() as u64;
        let sample = sample(io::Cursor::new(bytes), length).ok_or(Unread::Refused)?;
        // The picture itself is in no commit where Git LFS keeps it.
        if sample.content() == Content::Pointer { on_disk().or(Ok(sample)) } else { Ok(sample) }
    }

    /// The staged bytes of a file, where they are not those on disk; an error where git cannot say.
    fn staged_content(&self, path: &str) -> Option<Result<Vec<u8>, String>> {
        self.index.as_ref().filter(|index| index.differs(path)).map(|index| index.content(path))
    }

    /// Whether a file is on disk, and what is staged has none there.
    pub fn is_unstaged(&self, path: &str) -> bool {
        self.index.as_ref().is_some_and(|index| index.hides(path)) && self.file(path).is_some()
    }

    /// A small text file, for detecting sites.
    pub fn text(&self, path: &str) -> Option<String> {
        if let Some(staged) = self.staged_content(path) {
            return String::from_utf8(staged.ok().filter(|bytes| bytes.len() < LARGEST_TEXT)?).ok();
        }
        let path = self.file(path)?;
        let metadata = fs::metadata(&path).ok()?;
        (metadata.len() < LARGEST_TEXT as u64).then(|| fs::read_to_string(path).ok())?
    }

    /// A text file as a whole.
    ///
    /// # Errors
    /// `NotFound` where nothing has this name. Others: it is no file, longer than `most` bytes, not UTF-8, leads out of
    /// the root, or cannot be read.
    pub fn whole(&self, path: &str, most: u64) -> io::Result<String> {
        fs::symlink_metadata(self.root.join(path))?;
        let real = self.file(path).ok_or_else(|| io::Error::other("it is no file of the repository"))?;
        let mut text = String::new();
        fs::File::open(real)?.take(most + 1).read_to_string(&mut text)?;
        if text.len() as u64 > most {
            return Err(io::Error::other(format!("it is larger than {} MiB", most >> 20)));
        }
        Ok(text)
    }

    fn file(&self, path: &str) -> Option<PathBuf> {
        self.locate(path).ok()
    }

    /// Where a plain file is, unless a symbolic link leads out of the root. Opening a pipe would wait for its writer.
    fn locate(&self, path: &str) -> Result<PathBuf, Unread> {
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        let path = self.folder(above).ok_or(Unread::Outside)?.join(name);
        let kind = fs::symlink_metadata(&path).map_err(|_| Unread::Refused)?.file_type();
        let plain = |is_file: bool, path: PathBuf| if is_file { Ok(path) } else { Err(Unread::Special) };
        if !kind.is_symlink() {
            return plain(kind.is_file(), path);
        }
        let real = path.canonicalize().map_err(|error| match error.kind() {
            io::ErrorKind::PermissionDenied => Unread::Refused,
            _ => Unread::Nowhere,
        })?;
        if !real.starts_with(&self.root) {
            return Err(Unread::Outside);
        }
        plain(fs::metadata(&real).map_err(|_| Unread::Refused)?.is_file(), real)
    }

    /// Where a folder is, unless a symbolic link leads out of the root; resolved once.
    fn folder(&self, path: &str) -> Option<Arc<Path>> {
        if let Some(known) = self.folders.read().ok().and_then(|folders| folders.get(path).cloned()) {
            return known;
        }
        let real: Option<Arc<Path>> = self.resolve(path).filter(|real| real.starts_with(&self.root)).map(Arc::from);
        if let Ok(mut folders) = self.folders.write() {
            folders.insert(path.to_owned(), real.clone());
        }
        real
    }

    /// A folder without symbolic links; what is above it is resolved already.
    fn resolve(&self, path: &str) -> Option<PathBuf> {
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        if matches!(name, "" | "." | "..") {
            return self.root.join(path).canonicalize().ok();
        }
        let real = self.folder(above)?.join(name);
        match fs::symlink_metadata(&real).ok()?.is_symlink() {
            true => real.canonicalize().ok(),
            false => Some(real),
        }
    }
}

impl crate::site::detect::Look for Disk {
    fn names(&self, folder: &str) -> Vec<String> {
        self.list(folder).unwrap_or_default().into_iter().map(|listed| listed.name).collect()
    }

    fn text(&self, path: &str) -> Option<String> {
        Self::text(self, path)
    }
}

/// A file that says something of a site is smaller, in bytes.
const LARGEST_TEXT: usize = 1 << 20;

/// The ends of a file of `length` bytes, as much of them as tells what it is.
fn sample(mut file: impl Read + Seek, length: u64) -> Option<Sample> {
    let mut head = Vec::with_capacity(picture::HEAD.min(usize::try_from(length).unwrap_or(picture::HEAD)) + 1);
    file.by_ref().take(picture::HEAD as u64).read_to_end(&mut head).ok()?;
    let mut sample = Sample { head, tail: Vec::new(), length };
    sample.tail = end(&mut file, &sample, picture::TAIL)?;
    if !sample.is_settled() {
        sample.tail = end(&mut file, &sample, picture::LONG_TAIL)?;
    }
    Some(sample)
}

/// The last `most` bytes of a file, from its head where that holds them.
fn end(file: &mut (impl Read + Seek), sample: &Sample, most: usize) -> Option<Vec<u8>> {
    let whole = sample.head.len() as u64 == sample.length;
    if whole {
        return Some(sample.head[sample.head.len().saturating_sub(most)..].to_vec());
    }
    file.seek(SeekFrom::Start(sample.length.saturating_sub(most as u64))).ok()?;
    let mut tail = Vec::new();
    file.by_ref().take(most as u64).read_to_end(&mut tail).ok()?;
    Some(tail)
}
