//! References to images: what they lead to, on disk and on the web, and what was meant as one and is none.

use std::collections::BTreeMap;

use super::{Edit, Fixing, Hit, Severity, Subject};
use crate::{
    document::{self, Form, LookAlike, Mistake},
    facts::{
        self,
        files::{Missing, Verdict},
        memory::Record,
        picture::{Content, Format, Unread},
    },
    site::{
        Generator, PICTURES, Site, is_picture_name,
        resolve::{self, Target, View, Why},
    },
    source::Span,
};

pub const WORDS: &[&str] =
    &["address", "path", "actual", "elsewhere", "near", "hint", "content", "ending", "host", "why", "history"];

/// What may be wrong with an image.
#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Image {
    /// No file is there.
    Missing(Box<Hints>),
    /// The file is there, with letters of another case.
    Case,
    /// The address leads out of the project, or to one machine.
    Outside(Reach),
    /// No address at all.
    Unset,
    /// An address that no browser can read.
    Malformed,
    /// A file of no bytes.
    Empty,
    /// A Git LFS pointer.
    Pointer,
    /// A file that is not what it is called.
    Mismatch(Other),
    /// A picture without its end; a sentence for what is wrong fills `{hint}`.
    Corrupt(Damage),
    /// An address that only shows where an address belongs; which ones do so stands in `rules/shared/image.yaml`.
    Placeholder,
    /// `![a][b]` where nothing defines `b`.
    Undefined(Labels),
    /// Text that was meant as an image; a sentence for each mistake fills `{hint}`.
    Syntax(BTreeMap<String, String>),
    /// A remote image that is not there.
    Unreachable(Patience),
    /// Something else where a remote image should be.
    NotAnImage(Patience),
    /// A remote image that only pages of its own site may show.
    Hotlink,
    /// A file that is there and cannot be read; a sentence for each reason fills `{why}`.
    Unreadable(BTreeMap<Unread, String>),
    /// A file that git leaves out, so that nobody else has it.
    Ignored,
}

/// How often an address that has worked before may fail before that counts in full. Needs a state file.
#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Patience {
    /// Days on which it failed, at least.
    pub failures: u32,
    /// Days since the first of them, at least.
    pub days: u32,
    /// How bad it is until then.
    pub until_then: Severity,
    /// Fills `{history}` until then. It may use `{alive}`, `{since}` and `{times}`.
    pub history: String,
}

/// What fills `{hint}`. The sentences may use `{path}`, `{near}` and `{elsewhere}`.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Hints {
    /// A name like the missing one is in the same folder.
    pub near: String,
    /// The file is there, but not published at this address. It may use `{rule}` and `{way}` too.
    pub elsewhere: String,
    /// Fills `{rule}`, by generator, with `{post}`, `{page}`, where that is published, `{address}` and `{seen}`, where that
    /// is looked up.
    pub rules: BTreeMap<Generator, String>,
    /// Fills `{way}` with an `{address}` that does lead to the file.
    pub way: String,
    /// Fills `{way}` where there is none.
    pub no_way: String,
    /// The file is on disk, and not staged.
    pub unstaged: String,
    /// A folder has the name.
    pub folder: String,
    /// The address leaves out the base path of the site, or has it where the generator adds it.
    pub unbased: String,
    pub doubled: String,
    /// How bad these two are: a site may be published below another base path than its configuration says.
    pub base_severity: Option<Severity>,
    /// The file is there, named with the escapes of the address.
    pub escaped: String,
    /// How bad that is: a server that does not decode addresses would find it.
    pub escaped_severity: Option<Severity>,
    /// The address has `\\` for `/`.
    pub slashed: String,
    /// How bad that is: some servers read one as the other.
    pub slashed_severity: Option<Severity>,
    /// A `?` in the name ends the path.
    pub question: String,
    /// The address is seen from where the post is published, which is no folder to put a picture into, by generator. It
    /// may use `{rule}`, `{base}`, `{name}`, that of the picture, and `{stem}`, the post's path without its ending.
    pub places: BTreeMap<Generator, String>,
    pub otherwise: String,
}

/// What to do about a label that nothing defines.
#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Labels {
    /// It is a name.
    pub label: String,
    /// It is an address of the web.
    pub address: String,
}

/// What is wrong with a picture that is no whole one.
#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Damage {
    /// A file has no end. It may use `{content}`, its format.
    pub cut: String,
    /// A `data:` address cannot be decoded.
    pub data: String,
}

/// Which of the two kinds of address is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// Too many `../`.
    Project,
    /// A drive, a home directory, `file:`.
    Machine,
}

#[derive(Debug, Clone, Copy, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Other {
    /// How bad it is if the file is a picture nonetheless, which browsers show.
    pub picture: Severity,
}

impl Image {
    pub fn run(&self, subject: &Subject<'_>) -> Vec<Hit> {
        match self {
            Self::Undefined(_) | Self::Syntax(_) => self.look_alikes(subject),
            Self::Outside(Reach::Machine) => {
                let mut hits = self.images(subject);
                hits.extend(self.look_alikes(subject));
                hits.sort_by_key(|hit| hit.span);
                hits
            }
            _ => self.images(subject),
        }
    }

    pub const fn fixing(&self) -> Fixing {
        match self {
            Self::Case => Fixing::Safe,
            Self::Syntax(_) => Fixing::SomeSafe,
            Self::Missing(_) => Fixing::Unsafe,
            _ => Fixing::No,
        }
    }

    fn look_alikes(&self, subject: &Subject<'_>) -> Vec<Hit> {
        subject.document.look_alikes.iter().filter_map(|alike| self.look_alike(alike, subject)).collect()
    }

    /// One hit for each reference: the many sizes of one picture in a `srcset` have one fault.
    fn images(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let mut hits: Vec<(Span, Hit)> = Vec::new();
        for (image, verdict) in subject.document.images.iter().zip(subject.verdicts) {
            let Some(hit) = self.image(image, verdict, subject) else { continue };
            let hit = Hit { files: verdict.files(), ..hit };
            match hits.last_mut().filter(|(span, _)| *span == image.span && image.form == Form::Html) {
                Some((_, first)) => join(first, hit),
                None => hits.push((image.span, hit)),
            }
        }
        hits.into_iter().map(|(_, hit)| hit).collect()
    }

    fn image(&self, image: &document::Image, verdict: &Verdict, subject: &Subject<'_>) -> Option<Hit> {
        let hit = || Hit::new(place(image)).word("address", shown(&image.address));
        match (self, verdict) {
            (Self::Missing(hints), Verdict::Missing(missing)) if is_file(image) => {
                let way = way(image, missing, subject);
                let near = missing.near.as_deref().filter(|_| missing.elsewhere.is_none());
                let edit = unquestioned(image, subject)
                    .or_else(|| near.and_then(|near| renamed(image, near, subject)))
                    .or_else(|| way.as_deref().and_then(|way| readdressed(image, way, subject)));
                let question = has_question(&image.address);
                let told = Told { rule: hints.rule(image, subject), way, post: subject.document.path(), question };
                Some(hints.fill(hit(), missing, &told, subject.site).fix(false, edit.into_iter().collect()))
            }
            (Self::Case, Verdict::Case { wanted, actual, alone }) => {
                let respelled = respelled(image, wanted, actual, subject).filter(|_| *alone);
                let hit = hit().word("path", wanted).word("actual", actual);
                Some(hit.fix(true, respelled.into_iter().collect()))
            }
            (Self::Outside(Reach::Project), Verdict::Outside) | (Self::Outside(Reach::Machine), Verdict::Machine) => {
                Some(hit())
            }
            (Self::Unset, Verdict::Empty) => {
                let is_written = matches!(image.form, Form::Markdown | Form::Shortcode(_));
                (image.address.trim().is_empty() && is_written).then(hit)
            }
            (Self::Placeholder, Verdict::Placeholder) => Some(hit()),
            (Self::Malformed, Verdict::Malformed(why)) => Some(hit().word("why", why)),
            (Self::Corrupt(damage), Verdict::Data { sound: false }) => {
                Some(hit().word("hint", &damage.data).word("path", ""))
            }
            (Self::Ignored, Verdict::Present { path, .. }) => {
                subject.facts.files.is_ignored(path).then(|| hit().word("path", path))
            }
            (_, Verdict::Present { path, content }) => self.content(|| hit().word("path", path), path, *content),
            (Self::Unreachable(_) | Self::NotAnImage(_) | Self::Hotlink, Verdict::Remote(url)) => {
                self.remote(hit, url, subject)
            }
            _ => None,
        }
    }

    fn content(&self, hit: impl Fn() -> Hit, path: &str, content: Content) -> Option<Hit> {
        let hit = || hit().word("content", content.name());
        match (self, content) {
            (Self::Empty, Content::Empty) | (Self::Pointer, Content::Pointer) => Some(hit()),
            (Self::Corrupt(damage), Content::Cut(format)) => {
                Some(hit().word("hint", damage.cut.replace("{content}", format.name())))
            }
            (Self::Unreadable(reasons), Content::Unread(why)) => {
                Some(hit().word("why", reasons.get(&why).map_or("", String::as_str)))
            }
            (Self::Mismatch(_), Content::Unknown) if FIRST_BYTES.contains(&ending(path).as_str()) => {
                Some(hit().word("ending", ending(path)))
            }
            (Self::Mismatch(_), Content::Page | Content::Text) => Some(hit().word("ending", ending(path))),
            (Self::Mismatch(other), Content::Picture(format)) => {
                let ending = ending(path);
                (!is_called(format, &ending)).then(|| hit().word("ending", ending).severity(other.picture))
            }
            _ => None,
        }
    }

    fn remote(&self, hit: impl Fn() -> Hit, url: &url::Url, subject: &Subject<'_>) -> Option<Hit> {
        let remote = &subject.facts.remote;
        // Addresses are asked without what stands behind `#`.
        let key = url.as_str().split('#').next().unwrap_or_default();
        let hit = || hit().word("host", url.host_str().unwrap_or_default());
        match (self, remote.verdicts.get(key)?) {
            (Self::Unreachable(patience), facts::Verdict::Dead(why))
            | (Self::NotAnImage(patience), facts::Verdict::NotAnImage(why)) => {
                Some(patience.weigh(hit().word("why", why), remote.past.get(key)))
            }
            (Self::Hotlink, facts::Verdict::Hotlink) => Some(hit()),
            _ => None,
        }
    }

    fn look_alike(&self, alike: &LookAlike, subject: &Subject<'_>) -> Option<Hit> {
        let hit = || Hit::new(alike.place).word("address", shown(&alike.address));
        let is_machine = alike.mistake == Mistake::Space && resolve::is_machine(&alike.address);
        match self {
            Self::Outside(Reach::Machine) => is_machine.then(hit),
            Self::Syntax(_) if is_machine => None,
            Self::Undefined(hints) => (alike.mistake == Mistake::Undefined).then(|| {
                let is_address = resolve::is_remote(&alike.address);
                hit().word("hint", if is_address { &hints.address } else { &hints.label })
            }),
            Self::Syntax(hints) => {
                let hint = hints.get(mistake_name(alike.mistake)?)?;
                let (safe, edits) = mended(alike, subject);
                Some(hit().word("hint", hint.replace("{address}", &shown(&alike.address))).fix(safe, edits))
            }
            _ => None,
        }
    }
}

impl Patience {
    /// Less, for an address that has worked before and has not failed for long.
    fn weigh(&self, hit: Hit, past: Option<&Record>) -> Hit {
        let row = past.and_then(|past| Some((past.alive?, past.failing?)));
        match row {
            Some((alive, failing))
                if failing.times < self.failures || failing.last.since(failing.first) < self.days =>
            {
                let history = self.history.replace("{alive}", &alive.to_string());
                let history = history.replace("{since}", &failing.first.to_string());
                hit.word("history", history.replace("{times}", &failing.times.to_string())).patient(self.until_then)
            }
            _ => hit.word("history", ""),
        }
    }
}

impl Hints {
    /// How the generator came to look where it does; empty where that says nothing.
    fn rule(&self, image: &document::Image, subject: &Subject<'_>) -> String {
        let (site, document) = (subject.site, subject.document);
        let Some(sentence) = self.rules.get(&site.generator) else { return String::new() };
        let view = resolve::view(site, document.post(), image.form.kind(), &image.address);
        let Some(View { page, seen }) = view else { return String::new() };
        let words =
            [("{post}", document.path()), ("{page}", &page), ("{address}", &shown(&image.address)), ("{seen}", &seen)];
        words.iter().fold(sentence.clone(), |sentence, (word, value)| sentence.replace(word, value))
    }

    /// Where to put the picture and what to write then, where the place at which it is missing is of no use.
    fn place(&self, missing: &Missing, told: &Told<'_>, site: &Site) -> Option<String> {
        let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
        let sentence = self.places.get(&site.generator).filter(|_| !told.rule.is_empty())?;
        let stem = told.post.rsplit_once('.').map_or(told.post, |(stem, _)| stem);
        let name = missing.wanted.rsplit('/').next().unwrap_or_default();
        (folder(&missing.wanted) != folder(told.post)).then(|| sentence.replace("{name}", name).replace("{stem}", stem))
    }

    fn fill(&self, hit: Hit, missing: &Missing, told: &Told<'_>, site: &Site) -> Hit {
        let near = missing.near.as_deref().unwrap_or_default();
        let elsewhere = missing.elsewhere.as_deref().unwrap_or_default();
        let path = shortened(&missing.wanted, 240);
        let place = self.place(missing, told, site);
        let (hint, severity) = match (missing.why, &missing.near) {
            _ if missing.unstaged.is_some() => (&self.unstaged, None),
            _ if told.question => (&self.question, None),
            _ if missing.folder.is_some() => (&self.folder, None),
            (Some(Why::Escaped), _) => (&self.escaped, self.escaped_severity),
            (Some(Why::Slashed), _) => (&self.slashed, self.slashed_severity),
            (Some(Why::Unbased), _) => (&self.unbased, self.base_severity),
            (Some(Why::Doubled), _) => (&self.doubled, self.base_severity),
            (Some(_), _) => (&self.elsewhere, None),
            (None, Some(_)) => (&self.near, None),
            (None, None) => (place.as_ref().unwrap_or(&self.otherwise), None),
        };
        let way = told.way.as_ref().map_or_else(|| self.no_way.clone(), |way| self.way.replace("{address}", way));
        let unstaged = missing.unstaged.as_deref().unwrap_or_default();
        let hint = hint.replace("{rule}", &told.rule).replace("{way}", &way).replace("{unstaged}", unstaged);
        let hint = hint.replace("{folder}", missing.folder.as_deref().unwrap_or_default());
        let hint = hint
            .replace("{base}", &site.base)
            .replace("{near}", near)
            .replace("{elsewhere}", elsewhere)
            .replace("{path}", &path);
        let hit = hit.word("path", path).word("near", near).word("elsewhere", elsewhere).word("hint", hint);
        match severity {
            Some(severity) => hit.severity(severity),
            None => hit,
        }
    }
}

/// What a message says about the generator and about the way out.
struct Told<'a> {
    rule: String,
    way: Option<String>,
    /// Its path.
    post: &'a str,
    /// Whether the address ends before it should.
    question: bool,
}

/// Another address that leads to the file which is elsewhere.
fn way(image: &document::Image, missing: &Missing, subject: &Subject<'_>) -> Option<String> {
    let elsewhere = missing.elsewhere.as_deref().filter(|_| missing.why != Some(Why::Escaped))?;
    let (site, post) = (subject.site, subject.document.post());
    let leads = |address: &String| match resolve::resolve(site, post, image.form.kind(), address) {
        Target::Local { candidates, .. } => {
            candidates.iter().any(|candidate| candidate.is_right() && candidate.path == elsewhere)
        }
        _ => false,
    };
    resolve::ways(site, post, &image.address, elsewhere).into_iter().find(leads)
}

/// Endings of formats whose every file begins with the same bytes.
const FIRST_BYTES: [&str; 5] = ["png", "jpg", "jpeg", "gif", "webp"];

/// Adds what mends another address of the same reference.
fn join(first: &mut Hit, other: Hit) {
    if let (Some(fix), Some(more)) = (&mut first.fix, &other.fix) {
        fix.safe &= more.safe;
        fix.edits.extend(more.edits.iter().cloned());
    }
    first.files.extend(other.files);
}

/// The address, or the whole reference where there is none.
fn place(image: &document::Image) -> Span {
    if image.address_span.is_empty() { image.span } else { image.address_span }
}

/// An address fit for a sentence.
fn shown(address: &str) -> String {
    shortened(address, 120)
}

/// At most `most` characters of a text.
fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// Whether an address names a file. One without an ending may be made by a server, but not below the folder of a post.
fn is_file(image: &document::Image) -> bool {
    let address = image.address.trim();
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_below =
        image.form == Form::Markdown && !name.is_empty() && path == address && !address.starts_with(['/', '\\']);
    is_below
        || name.rsplit_once('.').is_some_and(|(_, ending)| !ending.is_empty())
        || is_picture_name(address)
        || has_question(address)
}

/// Whether a `?` stands within the name of a folder: a query names no file that way, unless it gives it to a parameter.
fn has_question(address: &str) -> bool {
    // A template has the address between quotation marks.
    let query = address.split('#').next().and_then(|address| address.split_once('?'));
    let query = query.and_then(|(_, query)| query.split(['\'', '"']).next()).unwrap_or_default();
    query.contains('/') && !query.contains(['=', ':']) && is_picture_name(query)
}

/// The address with its `?` escaped, which then are a part of the path.
fn unquestioned(image: &document::Image, subject: &Subject<'_>) -> Option<Edit> {
    let written = subject.document.text(image.address_span);
    (written == image.address && has_question(written))
        .then(|| Edit { span: image.address_span, text: written.replace('?', "%3F") })
}

fn ending(path: &str) -> String {
    path.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase()
}

/// Whether files of this format have this ending; also where the ending is not one of pictures at all.
fn is_called(format: Format, ending: &str) -> bool {
    format.endings().contains(&ending) || !PICTURES.contains(&ending)
}

/// The address with the letters of the file: only where it is written without escapes, so that there is one answer.
fn respelled(image: &document::Image, wanted: &str, actual: &str, subject: &Subject<'_>) -> Option<Edit> {
    let written = subject.document.text(image.address_span);
    if written != image.address || written.contains(['%', '\\', '&']) {
        return None;
    }
    let length = written.find(['?', '#']).unwrap_or(written.len());
    let mut parts: Vec<&str> = written[..length].split('/').collect();
    let pairs = wanted.rsplit('/').zip(actual.rsplit('/'));
    for (part, (wanted, actual)) in parts.iter_mut().rev().zip(pairs) {
        if *part != wanted {
            break;
        }
        *part = actual;
    }
    let text = format!("{}{}", parts.join("/"), &written[length..]);
    (text != written && text.to_lowercase() == written.to_lowercase())
        .then_some(Edit { span: image.address_span, text })
}

/// The address with another name of a file at its end: only where it is written without escapes.
fn renamed(image: &document::Image, name: &str, subject: &Subject<'_>) -> Option<Edit> {
    let written = subject.document.text(image.address_span);
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    if written != image.address || written.contains(['%', '\\', '&', '?', '#']) || !name.chars().all(plain) {
        return None;
    }
    let start = image.address_span.start + written.rfind('/').map_or(0, |at| at + 1);
    Some(Edit { span: Span::new(start, image.address_span.end), text: name.to_owned() })
}

/// Another address in place of the one that is there: only where both are written without escapes.
fn readdressed(image: &document::Image, way: &str, subject: &Subject<'_>) -> Option<Edit> {
    let written = subject.document.text(image.address_span);
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '/');
    (written == image.address && written.chars().all(plain) && way.chars().all(plain))
        .then(|| Edit { span: image.address_span, text: way.to_owned() })
}

const fn mistake_name(mistake: Mistake) -> Option<&'static str> {
    match mistake {
        Mistake::Space => Some("space"),
        Mistake::Title => Some("title"),
        Mistake::Size => Some("size"),
        Mistake::Gap => Some("gap"),
        Mistake::Wide => Some("wide"),
        Mistake::Unclosed => Some("unclosed"),
        Mistake::Undefined => None,
    }
}

/// The edits that make an image of it, and whether that is the only thing that can have been meant.
fn mended(alike: &LookAlike, subject: &Subject<'_>) -> (bool, Vec<Edit>) {
    let edit = |span, text: &str| Edit { span, text: text.to_owned() };
    match alike.mistake {
        Mistake::Space => {
            let bracketed = format!("<{}>", subject.document.text(alike.place));
            (is_picture_name(&alike.address), vec![edit(alike.place, &bracketed)])
        }
        Mistake::Size => (false, vec![edit(alike.place, "")]),
        Mistake::Gap => (is_picture_name(&alike.address), vec![edit(alike.place, "")]),
        Mistake::Wide => {
            let written = subject.document.text(alike.place);
            let mut edits = vec![edit(alike.place, if written == "！" { "!" } else { "(" })];
            if subject.document.text(alike.span).ends_with('）') {
                edits.push(edit(Span::new(alike.span.end - '）'.len_utf8(), alike.span.end), ")"));
            }
            (false, edits)
        }
        Mistake::Unclosed => (false, vec![edit(Span::at(alike.place.end), ")")]),
        Mistake::Title | Mistake::Undefined => (false, Vec::new()),
    }
}
