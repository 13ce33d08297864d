//! The remote images that posts point to, each asked once a run, each with exactly one verdict.

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use super::{
    Fetch,
    files::{self, Files},
    memory::Record,
};
use crate::{document::Document, site::resolve::is_remote};

/// Why nobody was asked.
const OFFLINE: &str = "offline";

/// What is known of a remote image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// An image came back.
    Alive,
    /// Nothing is there: 404, 410, or a host without an address. Why, for the message.
    Dead(String),
    /// Something else came back, such as a page. What, for the message.
    NotAnImage(String),
    /// 403 for everyone but pages of its own site: the server keeps others from showing the image.
    Hotlink,
    /// Nobody can say: offline, refused, busy, timed out. Why, for the summary.
    Unverified(String),
}

#[derive(Debug, Default)]
pub struct Remote {
    /// By [`key`].
    pub verdicts: BTreeMap<String, Verdict>,
    /// What earlier runs know of those that are dead or no image, by [`key`].
    pub past: BTreeMap<String, Record>,
    /// Whether the network was asked.
    pub asked: bool,
}

/// Distinct addresses by verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Counts {
    pub alive: usize,
    pub dead: usize,
    pub not_an_image: usize,
    pub hotlink: usize,
    pub unverified: usize,
}

/// The addresses of one host that nobody could vouch for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Unverified {
    /// Empty where the address has none.
    pub host: String,
    /// Distinct addresses.
    pub addresses: usize,
    pub reasons: BTreeSet<String>,
}

impl Remote {
    /// Asks once for each address that `files` found to be on another machine; `others` are addresses that say so
    /// themselves, which nobody can ask for.
    pub fn gather<'a>(files: &Files, others: impl Iterator<Item = &'a str>, fetch: &dyn Fetch) -> Self {
        let mut urls = BTreeMap::new();
        for verdict in files.verdicts() {
            if let files::Verdict::Remote(url) = verdict {
                let mut url = url.clone();
                url.set_fragment(None);
                urls.insert(url.as_str().to_owned(), url);
            }
        }
        let why = |address: &str| parse(address).map_or_else(|why| why, |_| "not an address to ask".to_owned());
        let others = others.map(|address| (address.to_owned(), Verdict::Unverified(why(address))));
        Self::ask(urls, others.collect(), fetch)
    }

    /// The addresses of images that nobody can ask for, of a post whose images have these verdicts.
    pub fn unasked(document: &Document, verdicts: &[files::Verdict]) -> Vec<String> {
        let images = document.images.iter().zip(verdicts);
        let unknown = images.filter(|(_, verdict)| matches!(verdict, files::Verdict::Unknown));
        unknown.map(|(image, _)| image.address.trim()).filter(|address| is_remote(address)).map(str::to_owned).collect()
    }

    fn ask(urls: BTreeMap<String, Url>, mut verdicts: BTreeMap<String, Verdict>, fetch: &dyn Fetch) -> Self {
        let (keys, urls): (Vec<String>, Vec<Url>) = urls.into_iter().unzip();
        let answers = if urls.is_empty() { None } else { fetch.ask(&urls) };
        let asked = answers.is_some();
        let silence = Verdict::Unverified(if asked { "no answer" } else { OFFLINE }.to_owned());
        let answers = answers.unwrap_or_default().into_iter().chain(std::iter::repeat(silence));
        verdicts.extend(keys.into_iter().zip(answers));
        let failed =
            verdicts.iter().filter(|(_, verdict)| matches!(verdict, Verdict::Dead(_) | Verdict::NotAnImage(_)));
        let past = failed.filter_map(|(key, _)| Some((key.clone(), fetch.past(key)?))).collect();
        Self { verdicts, past, asked }
    }

    /// What is known of an address as a post writes it.
    pub fn verdict(&self, address: &str) -> Option<&Verdict> {
        self.verdicts.get(&key(address))
    }

    /// How many addresses have which verdict; each has one.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for verdict in self.verdicts.values() {
            *match verdict {
                Verdict::Alive => &mut counts.alive,
                Verdict::Dead(_) => &mut counts.dead,
                Verdict::NotAnImage(_) => &mut counts.not_an_image,
                Verdict::Hotlink => &mut counts.hotlink,
                Verdict::Unverified(_) => &mut counts.unverified,
            } += 1;
        }
        counts
    }

    /// Addresses that nobody could vouch for.
    pub fn unverified(&self) -> usize {
        self.counts().unverified
    }

    /// The same but for those that were not to be asked, once for each host and in the order of their names.
    pub fn by_host(&self) -> Vec<Unverified> {
        let mut hosts: BTreeMap<String, Unverified> = BTreeMap::new();
        for (address, verdict) in &self.verdicts {
            let Verdict::Unverified(why) = verdict else { continue };
            if why == OFFLINE {
                continue;
            }
            let host = Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
            let entry = Unverified { host: host.clone(), addresses: 0, reasons: BTreeSet::new() };
            let entry = hosts.entry(host).or_insert(entry);
            entry.addresses += 1;
            entry.reasons.insert(why.clone());
        }
        hosts.into_values().collect()
    }
}

/// Under which an address is filed: without fragment, as the URL standard writes it; as it stands where it is none.
pub fn key(address: &str) -> String {
    let address = address.trim();
    parse(address).map_or_else(|_| address.to_owned(), String::from)
}

/// The address to ask for, or why there is none. One without a scheme takes the page's, which is `https` today.
fn parse(address: &str) -> Result<Url, String> {
    const TEMPLATES: [&str; 4] = ["{{", "{%", "${", "<%"];
    if TEMPLATES.iter().any(|mark| address.contains(mark)) {
        return Err("known only when the site is built".to_owned());
    }
    let full = if address.starts_with("//") { format!("https:{address}") } else { address.to_owned() };
    let mut url = Url::parse(&full).map_err(|error| format!("no address: {error}"))?;
    url.set_fragment(None);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::{
        facts::{
            Listed,
            picture::{Sample, Unread},
        },
        site::{Site, Sites},
        source::Source,
    };

    /// Answers with `None` when offline, and remembers what it was asked.
    struct Web {
        online: bool,
        asked: Mutex<Vec<String>>,
    }

    impl Fetch for Web {
        fn list(&self, _: &str) -> Option<Vec<Listed>> {
            None
        }

        fn picture(&self, _: &str) -> Result<Sample, Unread> {
            Err(Unread::Nowhere)
        }

        fn ask(&self, addresses: &[Url]) -> Option<Vec<Verdict>> {
            self.asked.lock().unwrap().extend(addresses.iter().map(Url::to_string));
            let verdict = |url: &Url| match url.path() {
                "/busy.png" => Verdict::Unverified("429 Too Many Requests".to_owned()),
                "/gone.png" => Verdict::Dead("404 Not Found".to_owned()),
                _ => Verdict::Alive,
            };
            self.online.then(|| addresses.iter().map(verdict).collect())
        }
    }

    /// What becomes of the addresses of a post.
    fn ask(online: bool, addresses: &[&str]) -> (Remote, Vec<String>) {
        let web = Web { online, asked: Mutex::default() };
        let text: String = addresses.iter().map(|address| format!("![](<{address}>)\n\n")).collect();
        let sites = Sites::new(vec![Site { hosts: vec!["own.example".to_owned()], ..Site::default() }]);
        let document = Document::parse(Source::from_text("a.md", text), &sites);
        let words = files::Vocabulary::default();
        let verdicts = files::Finder::new(&words, &web).find(&document, sites.of("a.md"));
        let unasked = Remote::unasked(&document, &verdicts);
        let files = Files::gather(std::iter::once(("a.md", verdicts)), &web);
        let remote = Remote::gather(&files, unasked.iter().map(String::as_str), &web);
        (remote, web.asked.into_inner().unwrap())
    }

    #[test]
    fn spellings_of_one_address_are_asked_once() {
        let (remote, asked) = ask(
            true,
            &[
                "https://a.example/x.png",
                "HTTPS://A.example:443/x.png#top",
                "//a.example/y/../x.png",
                "https://a.example/z.png",
            ],
        );
        assert_eq!(asked, ["https://a.example/x.png", "https://a.example/z.png"]);
        assert_eq!(remote.verdict("//A.EXAMPLE/x.png#again"), Some(&Verdict::Alive));
        assert_eq!((remote.verdicts.len(), remote.asked), (2, true));
    }

    #[test]
    fn offline_everything_is_unverified() {
        let (remote, _) = ask(false, &["https://a.example/x.png", "https://b.example/y.png"]);
        assert_eq!((remote.unverified(), remote.asked), (2, false));
        assert!(remote.verdicts.values().all(|verdict| *verdict == Verdict::Unverified("offline".into())));
    }

    #[test]
    fn what_only_the_build_makes_an_address_has_a_verdict_too() {
        let odd = ["https://{{ site.cdn }}/x.png", "https://cdn.example/${name}.png"];
        let (remote, asked) = ask(true, &odd);
        assert_eq!(asked, Vec::<String>::new());
        assert_eq!((remote.verdicts.len(), remote.unverified(), remote.asked), (odd.len(), odd.len(), false));
        assert!(odd.iter().all(|address| remote.verdict(address).is_some()));
    }

    #[test]
    fn what_no_browser_can_read_is_no_remote_image() {
        let (remote, asked) = ask(true, &["http://", "http://[::1/x.png", "https://xn--a/x.png"]);
        assert_eq!((asked, remote.unverified(), remote.asked), (Vec::new(), 0, false));
    }

    #[test]
    fn a_host_is_listed_once() {
        let (remote, _) = ask(
            true,
            &[
                "https://b.example/busy.png",
                "https://b.example/busy.png?2",
                "https://a.example/gone.png",
                "https://c.example/busy.png",
            ],
        );
        let hosts: Vec<_> =
            remote.by_host().into_iter().map(|host| (host.host, host.addresses, host.reasons.len())).collect();
        assert_eq!(hosts, [("b.example".to_owned(), 2, 1), ("c.example".to_owned(), 1, 1)]);
    }

    #[test]
    fn an_address_of_our_own_without_a_file_is_asked_for() {
        let (remote, asked) = ask(true, &["https://own.example/none/gone.png", "/none/local.png"]);
        assert_eq!(asked, ["https://own.example/none/gone.png"]);
        assert!(matches!(
            remote.verdict("https://own.example/none/gone.png"),
            Some(Verdict::Dead(_)) | Some(Verdict::Alive)
        ));
    }

    #[test]
    fn only_other_machines_are_remote() {
        assert!(is_remote("HTTP://a.example/x.png") && is_remote("//a.example/x.png"));
        assert!(!is_remote("/x.png") && !is_remote("data:image/png;base64,AA") && !is_remote("图.png"));
    }
}
