//! Asks the web for images. The only asynchronous code in the project: outside it is one plain function, [`Client::ask`],
//! that takes addresses and returns as many verdicts.
//!
//! Nobody is believed on one word (see [`answer`]), nothing private is touched (see [`guard`]), and whatever cannot be
//! settled in time, politely, is unverified rather than dead.

mod answer;
mod guard;
mod names;
mod server;
mod trouble;

pub use names::{Found, LookUp};

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    error::Error,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use reqwest::{
    StatusCode,
    header::{
        ACCEPT, ACCEPT_ENCODING, ETAG, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH,
        LAST_MODIFIED, RANGE, REFERER,
    },
    redirect::Policy,
};
use tokio::{
    sync::Semaphore,
    task::JoinSet,
    time::{Instant, sleep, timeout_at},
};
use url::{Host, Url};

use super::{Verdict, memory::Validators};
use answer::{Answer, Ending, Next};
use names::{Checked, Names, system_look_up};
use server::{Server, backoff};
use trouble::{Trouble, below};

/// Most bytes of a body that are read, after unpacking.
const ENOUGH: usize = 64 * 1024;

/// Most addresses that wait for anything at the same time. Each may keep a connection, and some systems give a process 256
/// descriptors.
const LANES: usize = 128;

/// How long a connection is kept for the next request. One that nobody needs any more counts among the open ones until
/// then.
const IDLE: Duration = Duration::from_millis(250);

const DAY: Duration = Duration::from_secs(86_400);

/// How to ask. The defaults are polite enough for strangers' servers.
#[derive(Debug, Clone)]
pub struct Options {
    /// Time for all addresses together, at most a day; what is open at its end stays unverified. 120 s.
    pub time_budget: Duration,
    /// Time for one request, connecting and reading included. 20 s.
    pub request_timeout: Duration,
    /// Requests to one host at the same time. 4.
    pub per_host: usize,
    /// Requests at the same time. 64.
    pub overall: usize,
    /// Further requests after one that failed in passing (5xx, 429, a broken connection). 2.
    pub retries: u32,
    /// Wait before the first retry; it doubles with each, and up to half of it is added at random. 500 ms.
    pub pause: Duration,
    /// Waiting that one host may ask for by `Retry-After`, in all. 30 s.
    pub patience: Duration,
    /// Redirects followed for one address. 10.
    pub redirects: usize,
    /// Whether hosts on this machine and in private networks may be asked, on any port. No.
    pub allow_private: bool,
    /// Private addresses that may be asked all the same, on any port. None.
    pub exempt: Vec<IpAddr>,
    /// Ports besides 80 and 443. None.
    pub ports: Vec<u16>,
    pub user_agent: String,
    /// Certificates (DER) that are trusted besides those of the system and of Mozilla. None.
    pub roots: Vec<Vec<u8>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            time_budget: Duration::from_secs(120),
            request_timeout: Duration::from_secs(20),
            per_host: 4,
            overall: 64,
            retries: 2,
            pause: Duration::from_millis(500),
            patience: Duration::from_secs(30),
            redirects: 10,
            allow_private: false,
            exempt: Vec::new(),
            ports: Vec::new(),
            user_agent: concat!("copydesk/", env!("CARGO_PKG_VERSION"), " (image check)").to_owned(),
            roots: Vec::new(),
        }
    }
}

/// An address, and what its server once gave along with the image.
#[derive(Debug, Clone)]
pub struct Question {
    pub url: Url,
    pub known: Validators,
}

/// What came of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub verdict: Verdict,
    /// Of an image that came from the very address that was asked for.
    pub validators: Validators,
}

/// How far a run has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Addresses to settle, each once.
    pub total: usize,
    /// Those that have a verdict.
    pub settled: usize,
    /// Those of them that are dead or no image.
    pub failed: usize,
    /// Those of them that nobody could vouch for.
    pub unverified: usize,
}

/// Is told of every verdict; called from several threads.
pub type Watch = dyn Fn(Progress) + Send + Sync;

/// Asks the web for images.
#[derive(Clone)]
pub struct Client {
    options: Options,
    look_up: Arc<LookUp>,
    watch: Option<Arc<Watch>>,
}

impl Client {
    /// A client with the system's name service.
    pub fn new(options: Options) -> Self {
        Self::with_names(options, system_look_up)
    }

    /// A client with another name service. Every name it asks for, on every hop, goes through `look_up`, and it connects
    /// to nothing but what `look_up` returned; a test that only ever returns loopback cannot leave the machine.
    pub fn with_names(options: Options, look_up: impl Fn(&str) -> Found + Send + Sync + 'static) -> Self {
        Self { options, look_up: Arc::new(look_up), watch: None }
    }

    /// Tells `watch` of every verdict.
    pub fn watched(self, watch: Arc<Watch>) -> Self {
        Self { watch: Some(watch), ..self }
    }

    /// A verdict for each address, in the same order; see [`Client::ask_again`].
    pub fn ask(&self, addresses: &[Url]) -> Vec<Verdict> {
        let questions = addresses.iter().map(|url| Question { url: url.clone(), known: Validators::default() });
        self.ask_again(questions.collect()).into_iter().map(|reply| reply.verdict).collect()
    }

    /// A reply for each question, in the same order. Fragments and credentials are left out; equal addresses are asked
    /// once. Blocks until all is settled or the time budget is used up; must not be called from asynchronous code.
    pub fn ask_again(&self, questions: Vec<Question>) -> Vec<Reply> {
        let wanted: Vec<Url> = questions.iter().map(|question| bare(&question.url)).collect();
        let known: HashMap<Url, Validators> =
            wanted.iter().cloned().zip(questions.into_iter().map(|question| question.known)).collect();
        let (replies, lost) = match self.settle(known) {
            Ok(replies) => (replies, "the request was lost".to_owned()),
            Err(why) => (HashMap::new(), why),
        };
        let lost = Reply::from(Verdict::Unverified(lost));
        wanted.into_iter().map(|url| replies.get(&url).unwrap_or(&lost).clone()).collect()
    }

    /// The replies by address.
    fn settle(&self, known: HashMap<Url, Validators>) -> Result<HashMap<Url, Reply>, String> {
        let mut addresses: Vec<Url> = known.keys().cloned().collect();
        addresses.sort();
        let tally = Tally::new(addresses.len(), self.watch.clone());
        let mut replies = HashMap::with_capacity(addresses.len());
        addresses.retain(|url| match guard::refuses(url, &self.options) {
            Some(why) => {
                let refused = Verdict::Unverified(why);
                tally.count(&refused);
                replies.insert(url.clone(), refused.into()).is_some()
            }
            None => true,
        });
        if addresses.is_empty() {
            return Ok(replies);
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .max_blocking_threads(names::LOOK_UPS)
            .enable_all()
            .build()
            .map_err(|error| format!("cannot use the network: {error}"))?;
        let run = Run::new(self, known, tally).map_err(|error| format!("cannot use the network: {error}"))?;
        replies.extend(runtime.block_on(Arc::new(run).visit_all(addresses)));
        // A name look-up that hangs must not keep the process.
        runtime.shutdown_background();
        Ok(replies)
    }
}

impl From<Verdict> for Reply {
    fn from(verdict: Verdict) -> Self {
        Self { verdict, validators: Validators::default() }
    }
}

/// Counts verdicts as they come.
struct Tally {
    so_far: Mutex<Progress>,
    watch: Option<Arc<Watch>>,
}

impl Tally {
    fn new(total: usize, watch: Option<Arc<Watch>>) -> Self {
        Self { so_far: Mutex::new(Progress { total, ..Progress::default() }), watch }
    }

    fn count(&self, verdict: &Verdict) {
        let Some(watch) = &self.watch else { return };
        let mut so_far = lock(&self.so_far);
        so_far.settled += 1;
        match verdict {
            Verdict::Alive | Verdict::Hotlink => {}
            Verdict::Dead(_) | Verdict::NotAnImage(_) => so_far.failed += 1,
            Verdict::Unverified(_) => so_far.unverified += 1,
        }
        watch(*so_far);
    }
}

/// The address as it is asked: a fragment stays at home, and so do credentials.
fn bare(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    // Both fail only where there is no host, which is refused later.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

/// The state of one [`Client::ask_again`].
struct Run {
    options: Options,
    known: HashMap<Url, Validators>,
    tally: Tally,
    http: reqwest::Client,
    names: Arc<Names>,
    hosts: Mutex<HashMap<String, Arc<Server>>>,
    overall: Semaphore,
    deadline: Instant,
}

/// One way to ask for an address.
#[derive(Clone, Copy)]
struct Manner<'a> {
    range: bool,
    referer: bool,
    /// Only if it is no longer as these say.
    unless: &'a Validators,
}

/// Where a request leads.
enum Step {
    Settled(Reply),
    Redirect(String),
}

impl Run {
    fn new(client: &Client, known: HashMap<Url, Validators>, tally: Tally) -> Result<Self, Box<dyn Error>> {
        let options = client.options.clone();
        let names = Arc::new(Names::new(Arc::clone(&client.look_up), &options));
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls(&options.roots)?)
            .dns_resolver(Arc::new(Checked(Arc::clone(&names))))
            .redirect(Policy::none())
            .referer(false)
            .no_proxy()
            .user_agent(&options.user_agent)
            .default_headers(headers())
            .timeout(options.request_timeout)
            .connect_timeout(options.request_timeout / 2)
            .pool_max_idle_per_host(options.per_host)
            .pool_idle_timeout(IDLE)
            .http2_max_header_list_size(64 * 1024)
            .build()?;
        let overall = Semaphore::new(options.overall.max(1));
        let deadline = Instant::now() + options.time_budget.min(DAY);
        Ok(Self { options, known, tally, http, names, hosts: Mutex::default(), overall, deadline })
    }

    /// Every address by host, a few at a time for each host, so that connections are used again and then closed.
    async fn visit_all(self: Arc<Self>, addresses: Vec<Url>) -> Vec<(Url, Reply)> {
        let mut queues: BTreeMap<String, Vec<Url>> = BTreeMap::new();
        for url in addresses {
            queues.entry(url.host_str().unwrap_or_default().to_owned()).or_default().push(url);
        }
        let mut lanes = JoinSet::new();
        let mut replies = Vec::new();
        for queue in queues.into_values() {
            let width = queue.len().min(self.options.per_host.max(1));
            let queue = Arc::new(Mutex::new(queue.into_iter()));
            for _ in 0..width {
                if lanes.len() >= LANES {
                    replies.extend(lanes.join_next().await.and_then(Result::ok).into_iter().flatten());
                }
                lanes.spawn(Arc::clone(&self).visit_queue(Arc::clone(&queue)));
            }
        }
        while let Some(lane) = lanes.join_next().await {
            replies.extend(lane.into_iter().flatten());
        }
        replies
    }

    async fn visit_queue(self: Arc<Self>, queue: Arc<Mutex<std::vec::IntoIter<Url>>>) -> Vec<(Url, Reply)> {
        let mut replies = Vec::new();
        loop {
            let Some(url) = lock(&queue).next() else { return replies };
            let reply = timeout_at(self.deadline, self.visit(&url)).await.unwrap_or_else(|_| self.out_of_time());
            self.tally.count(&reply.verdict);
            replies.push((url, reply));
        }
    }

    fn out_of_time(&self) -> Reply {
        Verdict::Unverified(format!("the time budget of {} s is used up", self.options.time_budget.as_secs_f32()))
            .into()
    }

    /// Follows an address to its end, each hop checked as if it stood in the post.
    async fn visit(&self, start: &Url) -> Reply {
        let none = Validators::default();
        let mut unless = self.known.get(start).unwrap_or(&none);
        let mut seen = HashSet::new();
        let mut url = start.clone();
        for _ in 0..=self.options.redirects {
            if !seen.insert(url.clone()) {
                return Verdict::Unverified("it redirects in a circle".to_owned()).into();
            }
            match self.hop(&url, unless).await {
                Step::Settled(reply) if seen.len() > 1 => return behind_redirect(reply.verdict, &url).into(),
                Step::Settled(reply) => return reply,
                Step::Redirect(to) => match url.join(&to) {
                    Ok(next) => url = bare(&next),
                    Err(error) => {
                        return Verdict::Unverified(format!("it redirects to no address: {error}")).into();
                    }
                },
            }
            // They are those of the first address.
            unless = &none;
        }
        Verdict::Unverified(format!("more than {} redirects", self.options.redirects)).into()
    }

    /// Asks for one address until it is settled or there have been enough tries.
    async fn hop(&self, url: &Url, unless: &Validators) -> Step {
        if let Some(verdict) = self.refuses(url).await {
            return Step::Settled(verdict.into());
        }
        let server = self.server(url);
        let mut manner = Manner { range: true, referer: false, unless };
        let mut tries = 0;
        loop {
            let answer = self.request(url, manner, &server).await;
            if let Ok(answer) = &answer
                && answer.status == StatusCode::NOT_MODIFIED
                && !unless.is_empty()
            {
                return Step::Settled(Reply { verdict: Verdict::Alive, validators: unless.clone() });
            }
            let validators = answer.as_ref().map(|answer| validators(&answer.headers)).unwrap_or_default();
            let (verdict, wait) = match answer.map(|answer| answer.next(SystemTime::now())) {
                Ok(Next::Settled(Verdict::Alive)) if manner.referer => return Step::Settled(Verdict::Hotlink.into()),
                Ok(_) if manner.referer => return unverified("403 Forbidden"),
                Ok(Next::Settled(Verdict::Alive)) => {
                    return Step::Settled(Reply { verdict: Verdict::Alive, validators });
                }
                Ok(Next::Settled(verdict)) => return Step::Settled(verdict.into()),
                Ok(Next::Redirect(to)) => return Step::Redirect(to),
                Ok(Next::WithReferer(_)) => {
                    manner.referer = true;
                    continue;
                }
                Ok(Next::WithoutRange(_)) if manner.range => {
                    manner.range = false;
                    continue;
                }
                Ok(Next::WithoutRange(why)) => return unverified(why),
                Ok(Next::Again(verdict, wait)) => (verdict, wait),
                Err(Trouble { why, passing: false }) => return unverified(why),
                Err(Trouble { why, passing: true }) => (Verdict::Unverified(why), None),
            };
            tries += 1;
            if let (Verdict::Unverified(why), Some(wait)) = (&verdict, wait) {
                server.rest(wait, why, &self.options);
            }
            if tries > self.options.retries {
                return Step::Settled(verdict.into());
            }
            sleep(backoff(self.options.pause, tries)).await;
        }
    }

    /// The verdict on an address that must not be asked, or whose host is nowhere.
    async fn refuses(&self, url: &Url) -> Option<Verdict> {
        if let Some(why) = guard::refuses(url, &self.options) {
            return Some(Verdict::Unverified(why));
        }
        let Some(Host::Domain(name)) = url.host() else { return None };
        match self.names.find(name).await {
            Found::At(numbers) => guard::refuses_numbers(url, &numbers, &self.options).map(Verdict::Unverified),
            Found::Nowhere => Some(Verdict::Dead(format!("there is no host `{name}`"))),
            Found::Silent(why) => Some(Verdict::Unverified(why)),
        }
    }

    fn server(&self, url: &Url) -> Arc<Server> {
        let key = format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default());
        Arc::clone(lock(&self.hosts).entry(key).or_insert_with(|| Arc::new(Server::new(&self.options))))
    }

    /// One request, as soon as the host and the limits allow it.
    async fn request(&self, url: &Url, manner: Manner<'_>, server: &Server) -> Result<Answer, Trouble> {
        let gone = |_| Trouble { why: "the check was stopped".to_owned(), passing: false };
        let _at_host = server.permits.acquire().await.map_err(gone)?;
        server.open().await?;
        let _overall = self.overall.acquire().await.map_err(gone)?;
        let answer = self.send(url, manner).await.map_err(Trouble::from);
        match &answer {
            Ok(_) => server.answered(),
            Err(trouble) => server.strike(trouble, &self.options),
        }
        answer
    }

    async fn send(&self, url: &Url, manner: Manner<'_>) -> reqwest::Result<Answer> {
        let mut request = self.http.get(url.clone());
        if manner.range {
            request = request.header(RANGE, format!("bytes=0-{}", ENOUGH - 1));
        }
        if manner.referer {
            request = request.header(REFERER, url.origin().ascii_serialization() + "/");
        }
        for (name, value) in [(IF_NONE_MATCH, &manner.unless.etag), (IF_MODIFIED_SINCE, &manner.unless.modified)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        read(request.send().await?).await
    }
}

/// Reads an answer as far as it is needed. A body that breaks off is an answer too; one that takes too long is not.
async fn read(mut response: reqwest::Response) -> reqwest::Result<Answer> {
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    let ending = loop {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk[..chunk.len().min(ENOUGH - body.len())]),
            Ok(None) => break Ending::Whole,
            Err(error) if error.is_timeout() || below(&error).is_some() => return Err(error),
            // A part of a packed file cannot be unpacked to its end.
            Err(error) if status.as_u16() == 206 && error.is_decode() => break Ending::More,
            Err(_) => break Ending::Cut,
        }
        if body.len() >= ENOUGH {
            break Ending::More;
        }
    };
    let partial = status.as_u16() == 206 && ending == Ending::Whole && !reaches_end(&headers);
    Ok(Answer { status, headers, body, ending: if partial { Ending::More } else { ending } })
}

/// Whether a partial answer is all there is, by `Content-Range: bytes 0-99/100`.
fn reaches_end(headers: &HeaderMap) -> bool {
    let range = headers.get(reqwest::header::CONTENT_RANGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let numbers = range.rsplit_once('-').and_then(|(_, rest)| rest.split_once('/'));
    numbers
        .and_then(|(last, total)| Some((last.parse::<u64>().ok()?, total.parse::<u64>().ok()?)))
        .is_some_and(|(last, total)| last.checked_add(1) == Some(total))
}

fn unverified(why: impl Into<String>) -> Step {
    Step::Settled(Verdict::Unverified(why.into()).into())
}

fn validators(headers: &HeaderMap) -> Validators {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    Validators { etag: text(ETAG), modified: text(LAST_MODIFIED) }
}

/// Says where a verdict comes from, if it is not from the address in the post.
fn behind_redirect(verdict: Verdict, url: &Url) -> Verdict {
    let mut place: String = url.as_str().chars().take(120).collect();
    if place.len() < url.as_str().len() {
        place.push('…');
    }
    let said = |why: String| format!("{why}, after a redirect to `{place}`");
    match verdict {
        Verdict::Alive | Verdict::Hotlink => verdict,
        Verdict::Dead(why) => Verdict::Dead(said(why)),
        Verdict::NotAnImage(what) => Verdict::NotAnImage(said(what)),
        Verdict::Unverified(why) => Verdict::Unverified(why),
    }
}

/// Certificates of the system and those of Mozilla, so that a container without any can ask too.
fn tls(more: &[Vec<u8>]) -> Result<rustls::ClientConfig, rustls::Error> {
    let mut roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots.add_parsable_certificates(more.iter().map(|der| der.as_slice().into()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn headers() -> HeaderMap {
    HeaderMap::from_iter([
        (ACCEPT, HeaderValue::from_static("image/*")),
        // Ranges are counted in packed bytes; whoever packs all the same is unpacked, up to the same limit.
        (ACCEPT_ENCODING, HeaderValue::from_static("identity")),
    ])
}

/// A lock that another thread's panic does not spoil: what it guards is whole after every statement.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
