//! The web as it is: what each behaviour of a server says about an image, and how often it was asked.
//!
//! These tests cannot leave the machine: every client here gets its name service from [`names`], which knows nothing
//! but loopback, and connects to nothing that it did not return.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

#[path = "network/server.rs"]
mod server;

use std::{
    collections::HashMap,
    io::{Read, Write},
    net::{IpAddr, Ipv4Addr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use copydesk::facts::{
    Verdict,
    http::{Client, Found, Options, Progress, Question, Reply},
    memory::Validators,
};
use server::{Request, Server, gzip_bomb, reset, send, send_as_is};
use url::Url;

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\0\0\0\0\0\0\0\0IEND\xaeB`\x82";
const PAGE: &[u8] = b"<!doctype html><title>not here</title><p>Nothing to see.";
const SVG: &[u8] = b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>";

/// Every name below `.test` is this machine; there are no others.
fn names(name: &str) -> Found {
    if name.ends_with(".test") || name == "a.root-servers.net" { Found::At(vec![LOOPBACK]) } else { Found::Nowhere }
}

/// Waits are short and time is plenty, so that a slow machine gets the same verdicts.
fn options() -> Options {
    Options {
        allow_private: true,
        pause: Duration::from_millis(1),
        time_budget: Duration::from_secs(300),
        request_timeout: Duration::from_secs(60),
        ..Options::default()
    }
}

fn client() -> Client {
    Client::with_names(options(), names)
}

fn ask(client: &Client, address: &str) -> Verdict {
    client.ask(&[Url::parse(address).unwrap()]).remove(0)
}

fn dead(why: &str) -> Verdict {
    Verdict::Dead(why.to_owned())
}

fn not_an_image(what: &str) -> Verdict {
    Verdict::NotAnImage(what.to_owned())
}

fn unverified(why: &str) -> Verdict {
    Verdict::Unverified(why.to_owned())
}

type Behaviour = fn(&Request, &mut TcpStream);

/// A path, what the server does there, the verdict, and how many requests it takes.
type Case = (&'static str, Behaviour, Verdict, usize);

#[rustfmt::skip]
fn content() -> Vec<Case> {
    const TYPE: &str = "Content-Type: image/png";
    vec![
        ("/ok.png", |_, s| send(s, "200 OK", &[TYPE], PNG), Verdict::Alive, 1),
        ("/part.png", |_, s| send(s, "206 Partial Content", &[TYPE, "Content-Range: bytes 0-29/90000"], &PNG[..30]), Verdict::Alive, 1),
        ("/untyped.png", |_, s| send(s, "200 OK", &[], PNG), Verdict::Alive, 1),
        ("/bucket.png", |_, s| send(s, "200 OK", &["Content-Type: application/octet-stream"], PNG), Verdict::Alive, 1),
        ("/other-picture.png", |_, s| send(s, "200 OK", &[TYPE], b"GIF89a\x01\0\x01\0;"), Verdict::Alive, 1),
        ("/drawing.svg", |_, s| send(s, "200 OK", &["Content-Type: image/svg+xml"], SVG), Verdict::Alive, 1),
        ("/old.png", |_, s| { let _ = s.write_all(&[b"HTTP/1.0 200 OK\r\n\r\n", PNG].concat()); }, Verdict::Alive, 1),
        ("/hints.png", |_, s| { let _ = s.write_all(b"HTTP/1.1 103 Early Hints\r\n\r\n"); send(s, "200 OK", &[], PNG); }, Verdict::Alive, 1),
        ("/chunks.png", |_, s| { send_as_is(s, "200 OK", &["Transfer-Encoding: chunked"], b""); chunk(s, PNG); chunk(s, b""); }, Verdict::Alive, 1),
        ("/text.svg", |_, s| send(s, "200 OK", &["Content-Type: text/plain"], SVG), not_an_image("an SVG sent as `text/plain`, which browsers do not draw"), 1),
        ("/page.png", |_, s| send(s, "200 OK", &["Content-Type: text/html"], PAGE), not_an_image("a web page"), 1),
        ("/page-as-picture.png", |_, s| send(s, "200 OK", &[TYPE], PAGE), not_an_image("a web page"), 1),
        ("/words.png", |_, s| send(s, "200 OK", &[TYPE], b"no such file"), not_an_image("text, sent as `image/png`"), 1),
        ("/noise.png", |_, s| send(s, "200 OK", &[TYPE], b"\x01\x02\x03\x04"), not_an_image("no picture, sent as `image/png`"), 1),
        ("/pointer.png", |_, s| send(s, "200 OK", &[TYPE], b"version https://git-lfs.github.com/spec/v1\noid sha256:1"), not_an_image("a Git LFS pointer"), 1),
        ("/empty.png", |_, s| send(s, "200 OK", &[TYPE], b""), not_an_image("an empty file"), 1),
        ("/nothing.png", |_, s| send_as_is(s, "204 No Content", &[], b""), not_an_image("an empty file"), 1),
        ("/no-range.png", |_, s| send(s, "416 Range Not Satisfiable", &["Content-Range: bytes */0"], b""), not_an_image("an empty file"), 1),
        ("/half.png", |_, s| send(s, "200 OK", &[TYPE], &PNG[..30]), not_an_image("a picture that is cut short"), 1),
        ("/lies.png", |_, s| send_as_is(s, "200 OK", &[TYPE, "Content-Length: 5000"], PNG), not_an_image("a picture that is cut short after 45 of 5000 bytes"), 3),
        ("/lies-empty.png", |_, s| send_as_is(s, "200 OK", &[TYPE, "Content-Length: 5000"], b""), unverified("the connection ended without a proper answer"), 3),
        ("/lies-short.png", |_, s| send_as_is(s, "200 OK", &[TYPE, "Content-Length: 20"], PNG), not_an_image("a picture that is cut short"), 1),
        ("/no-head.png", |r, s| if r.head.starts_with("get ") { send(s, "200 OK", &[], PNG) } else { send(s, "405 Method Not Allowed", &[], b"") }, Verdict::Alive, 1),
        ("/cut-once.png", |r, s| if r.before == 0 { send_as_is(s, "200 OK", &["Content-Length: 5000"], PNG) } else { send(s, "200 OK", &[], PNG) }, Verdict::Alive, 2),
        ("/only-whole.png", |r, s| if r.head.contains("range:") { send(s, "416 Range Not Satisfiable", &[], b"") } else { send(s, "200 OK", &[], PNG) }, Verdict::Alive, 2),
        ("/never-whole.png", |_, s| send(s, "416 Range Not Satisfiable", &[], b""), unverified("416 Range Not Satisfiable"), 2),
        ("/film.mp4", |_, s| send(s, "200 OK", &["Content-Type: video/mp4"], b"\0\0\0\x18ftypisom\0\0\x02\0"), unverified("a format unknown to copydesk, sent as `video/mp4`"), 1),
        ("/endless.png", |_, s| { send_as_is(s, "200 OK", &[TYPE], PNG); while s.write_all(&[0; 4096]).is_ok() {} }, Verdict::Alive, 1),
        ("/huge.png", |_, s| { send_as_is(s, "200 OK", &[TYPE, "Content-Length: 900000000000"], PNG); while s.write_all(&[0; 4096]).is_ok() {} }, Verdict::Alive, 1),
        ("/bomb.png", |_, s| send(s, "200 OK", &[TYPE, "Content-Encoding: gzip"], &gzip_bomb(PNG)), Verdict::Alive, 1),
        ("/page-bomb.png", |_, s| send(s, "200 OK", &[TYPE, "Content-Encoding: gzip"], &gzip_bomb(PAGE)), not_an_image("a web page"), 1),
        ("/headers.png", |_, s| send(s, "200 OK", &[&format!("X: {}", "x".repeat(2_000_000))], PNG), unverified("the connection ended without a proper answer"), 3),
        ("/many-headers.png", |_, s| send(s, "200 OK", &["X: 1"; 5000], PNG), unverified("the connection ended without a proper answer"), 3),
        ("/garbage.png", |_, s| { let _ = s.write_all(b"SSH-2.0-OpenSSH_9.9\r\n\r\n"); }, unverified("the connection ended without a proper answer"), 3),
        ("/silence.png", |_, _| {}, unverified("the connection ended without a proper answer"), 3),
    ]
}

#[rustfmt::skip]
fn statuses() -> Vec<Case> {
    vec![
        ("/404", |_, s| send(s, "404 Not Found", &[], PAGE), dead("404 Not Found"), 1),
        ("/404-picture", |_, s| send(s, "404 Not Found", &[], PNG), dead("404 Not Found"), 1),
        ("/410", |_, s| send(s, "410 Gone", &[], b""), dead("410 Gone"), 1),
        ("/202", |_, s| send(s, "202 Accepted", &[], PAGE), unverified("202 Accepted"), 1),
        ("/300", |_, s| send(s, "300 Multiple Choices", &[], PAGE), unverified("300 Multiple Choices"), 1),
        ("/304", |_, s| send_as_is(s, "304 Not Modified", &[], b""), unverified("304 Not Modified"), 1),
        ("/400", |_, s| send(s, "400 Bad Request", &[], b""), unverified("400 Bad Request"), 1),
        ("/401", |_, s| send(s, "401 Unauthorized", &["WWW-Authenticate: Basic"], b""), unverified("401 Unauthorized"), 1),
        ("/402", |_, s| send(s, "402 Payment Required", &[], b""), unverified("402 Payment Required"), 1),
        ("/403", |_, s| send(s, "403 Forbidden", &[], PAGE), unverified("403 Forbidden"), 2),
        ("/405", |_, s| send(s, "405 Method Not Allowed", &[], b""), unverified("405 Method Not Allowed"), 1),
        ("/406", |_, s| send(s, "406 Not Acceptable", &[], b""), unverified("406 Not Acceptable"), 1),
        ("/407", |_, s| send(s, "407 Proxy Authentication Required", &[], b""), unverified("407 Proxy Authentication Required"), 1),
        ("/408", |_, s| send(s, "408 Request Timeout", &[], b""), unverified("408 Request Timeout"), 3),
        ("/429", |_, s| send(s, "429 Too Many Requests", &[], b""), unverified("429 Too Many Requests"), 3),
        ("/451", |_, s| send(s, "451 Unavailable For Legal Reasons", &[], b""), unverified("451 Unavailable For Legal Reasons"), 1),
        ("/500", |_, s| send(s, "500 Oops", &[], b""), unverified("500 Internal Server Error"), 3),
        ("/501", |_, s| send(s, "501 Not Implemented", &[], b""), unverified("501 Not Implemented"), 1),
        ("/502", |_, s| send(s, "502 Bad Gateway", &[], b""), unverified("502 Bad Gateway"), 3),
        ("/503", |_, s| send(s, "503 Service Unavailable", &[], b""), unverified("503 Service Unavailable"), 3),
        ("/504", |_, s| send(s, "504 Gateway Timeout", &[], b""), unverified("504 Gateway Timeout"), 3),
        ("/522", |_, s| send(s, "522 Origin", &[], b""), unverified("522"), 3),
        ("/999", |_, s| send(s, "999 Request denied", &[], b""), unverified("999"), 1),
        ("/503-once", |r, s| if r.before == 0 { send(s, "503 Service Unavailable", &[], b"") } else { send(s, "200 OK", &[], PNG) }, Verdict::Alive, 2),
        ("/503-twice", |r, s| if r.before < 2 { send(s, "503 Service Unavailable", &[], b"") } else { send(s, "200 OK", &[], PNG) }, Verdict::Alive, 3),
        ("/429-once", |r, s| if r.before == 0 { send(s, "429 Too Many Requests", &["Retry-After: 0"], b"") } else { send(s, "200 OK", &[], PNG) }, Verdict::Alive, 2),
        ("/500-then-404", |r, s| if r.before == 0 { send(s, "500 Oops", &[], b"") } else { send(s, "404 Not Found", &[], b"") }, dead("404 Not Found"), 2),
        ("/hotlink", |r, s| if r.head.contains("referer:") { send(s, "200 OK", &[], PNG) } else { send(s, "403 Forbidden", &[], b"") },
            Verdict::Hotlink, 2),
        ("/mitigated", |_, s| send(s, "403 Forbidden", &["CF-Mitigated: challenge"], PAGE), unverified("a bot check in place of an answer (403 Forbidden)"), 1),
        ("/moment", |_, s| send(s, "200 OK", &["Content-Type: text/html"], b"<!doctype html><html><head><title>Just a moment...</title>"),
            unverified("a bot check in place of an answer (200 OK)"), 1),
    ]
}

fn chunk(stream: &mut TcpStream, bytes: &[u8]) {
    let _ = stream.write_all(&[format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat());
}

/// Asks for every case at once, each on a host of its own, and reports all that went wrong.
fn check(cases: Vec<Case>) {
    let replies: HashMap<&str, Behaviour> = cases.iter().map(|case| (case.0, case.1)).collect();
    let server = Server::start(move |request, stream| replies[request.path.as_str()](request, stream));
    let port = server.port();
    let addresses: Vec<Url> = (0..cases.len())
        .map(|at| Url::parse(&format!("http://host{at}.test:{port}{}", cases[at].0)).unwrap())
        .collect();
    let verdicts = client().ask(&addresses);
    let wrong: Vec<String> = cases
        .iter()
        .zip(&verdicts)
        .filter(|((path, _, expected, requests), verdict)| *verdict != expected || server.count(path) != *requests)
        .map(|((path, _, expected, requests), verdict)| {
            format!("{path}: {verdict:?} after {} requests, not {expected:?} after {requests}", server.count(path))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_body_has_its_verdict() {
    check(content());
}

#[test]
fn every_status_has_its_verdict() {
    check(statuses());
}

#[test]
fn redirects_are_followed_one_by_one() {
    let server = Server::start(|request, stream| {
        let to = |stream: &mut TcpStream, status: &str, place: &str| {
            send(stream, status, &[&format!("Location: {place}")], PAGE);
        };
        match request.path.as_str() {
            "/a/1" => to(stream, "301 Moved Permanently", "2"),
            "/a/2" => to(stream, "302 Found", "/a/3#top"),
            "/a/3" => to(stream, "303 See Other", "//other.test:PORT/a/4".replace("PORT", &port_of(request)).as_str()),
            "/a/4" => to(stream, "307 Temporary Redirect", "?5"),
            "/a/4?5" => to(stream, "308 Permanent Redirect", "/图.png"),
            "/%E5%9B%BE.png" => send(stream, "200 OK", &[], PNG),
            "/circle" => to(stream, "302 Found", "/circle/back"),
            "/circle/back" => to(stream, "302 Found", "/circle"),
            "/nowhere" => send(stream, "302 Found", &[], b""),
            "/bad" => to(stream, "302 Found", "http://[::1"),
            "/file" => to(stream, "302 Found", "file:///etc/hostname"),
            "/ftp" => to(stream, "302 Found", "ftp://a.test/x.png"),
            "/home" => to(stream, "302 Found", "/welcome"),
            "/welcome" => send(stream, "200 OK", &["Content-Type: text/html"], PAGE),
            "/moved" => to(stream, "301 Moved Permanently", "/gone"),
            "/gone" => send(stream, "410 Gone", &[], b""),
            longer => to(stream, "302 Found", &format!("{longer}x")),
        }
    });
    let base = format!("http://start.test:{}", server.port());
    let client = client();
    let verdict = |path: &str| ask(&client, &format!("{base}{path}"));
    assert_eq!(verdict("/a/1"), Verdict::Alive);
    assert_eq!(server.requests().len(), 6);
    assert_eq!(verdict("/circle"), unverified("it redirects in a circle"));
    assert_eq!(server.requests().len(), 8);
    assert_eq!(verdict("/x"), unverified("more than 10 redirects"));
    assert_eq!(server.requests().len(), 19);
    assert_eq!(verdict("/nowhere"), unverified("302 Found without a new address"));
    assert!(matches!(verdict("/bad"), Verdict::Unverified(why) if why.starts_with("it redirects to no address")));
    assert_eq!(verdict("/file"), unverified("refused: `file:` address"));
    assert_eq!(verdict("/ftp"), unverified("refused: `ftp:` address"));
    assert_eq!(verdict("/home"), not_an_image(&format!("a web page, after a redirect to `{base}/welcome`")));
    assert_eq!(verdict("/moved"), dead(&format!("410 Gone, after a redirect to `{base}/gone`")));
}

fn port_of(request: &Request) -> String {
    let host = request.head.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    host.rsplit(':').next().unwrap().to_owned()
}

#[test]
fn a_private_address_gets_no_request() {
    let server = Server::start(|_, stream| send(stream, "200 OK", &[], PNG));
    let port = server.port();
    let strict = Client::with_names(Options { allow_private: false, ports: vec![port], ..options() }, names);
    for host in [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "localhost",
        "metadata.google.internal",
        "named.test",
    ] {
        assert_eq!(
            ask(&strict, &format!("http://{host}:{port}/a.png")),
            unverified("refused: private address"),
            "{host}"
        );
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn a_name_with_one_private_number_gets_no_request() {
    // The public number comes first, and is not contacted either: the refusal is older than any connection.
    let mixed = |_: &str| Found::At(vec![[192, 0, 1, 1].into(), LOOPBACK]);
    let strict = Client::with_names(Options { allow_private: false, ..options() }, mixed);
    assert_eq!(ask(&strict, "http://mixed.example.com/a.png"), unverified("refused: private address"));
}

#[test]
fn redirects_to_private_addresses_are_refused() {
    let secret = Server::start_at("127.0.0.2", |_, stream| send(stream, "200 OK", &[], PNG));
    let place = secret.as_ref().map_or(80, Server::port);
    let server = Server::start(move |request, stream| {
        let host = request.path.trim_start_matches('/');
        send(stream, "302 Found", &[&format!("Location: http://{host}:{place}/secret.png")], b"");
    });
    let exempt = Options { allow_private: false, exempt: vec![LOOPBACK], ..options() };
    let client = Client::with_names(exempt, |name: &str| match name {
        "start.example.com" => Found::At(vec![LOOPBACK]),
        _ => Found::At(vec![[127, 0, 0, 2].into()]),
    });
    let hosts = ["127.0.0.2", "[::ffff:127.0.0.1]", "[::1]", "169.254.169.254", "localhost", "inner.example.com"];
    for host in hosts {
        let verdict = ask(&client, &format!("http://start.example.com:{}/{host}", server.port()));
        assert_eq!(verdict, unverified("refused: private address"), "{host}");
    }
    assert_eq!(server.requests().len(), hosts.len());
    assert!(secret.is_none_or(|secret| secret.requests().is_empty()));
}

#[test]
fn a_name_that_changes_its_address_is_still_the_one_that_was_checked() {
    let secret = Server::start_at("127.0.0.2", |_, stream| send(stream, "404 Not Found", &[], b""));
    let server = Server::start(|request, stream| match request.path.as_str() {
        "/again.png" => send(stream, "302 Found", &["Location: /a.png"], b""),
        _ if request.before == 0 => send(stream, "503 Service Unavailable", &[], b""),
        _ => send(stream, "200 OK", &[], PNG),
    });
    let look_ups = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&look_ups);
    let exempt = Options { allow_private: false, exempt: vec![LOOPBACK], ..options() };
    let client = Client::with_names(exempt, move |_: &str| match counted.fetch_add(1, Ordering::SeqCst) {
        0 => Found::At(vec![LOOPBACK]),
        _ => Found::At(vec![[127, 0, 0, 2].into()]),
    });
    let verdict = ask(&client, &format!("http://rebinds.example.com:{}/again.png", server.port()));
    assert_eq!(verdict, Verdict::Alive);
    assert_eq!(server.requests().len(), 3, "redirect, 503, image: each on a connection of its own");
    assert_eq!(look_ups.load(Ordering::SeqCst), 1);
    assert!(secret.is_none_or(|secret| secret.requests().is_empty()));
}

#[test]
fn a_missing_host_is_dead_only_if_others_are_there() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&asked);
    let client = Client::with_names(options(), move |name: &str| {
        log.lock().unwrap().push(name.to_owned());
        names(name)
    });
    assert_eq!(ask(&client, "http://gone.example/a.png"), dead("there is no host `gone.example`"));
    assert_eq!(*asked.lock().unwrap(), ["gone.example", "a.root-servers.net", "gone.example"]);

    let late = AtomicUsize::new(0);
    let server = Server::start(|_, stream| send(stream, "200 OK", &[], PNG));
    let client = Client::with_names(options(), move |name: &str| match late.fetch_add(1, Ordering::SeqCst) {
        0 => Found::Nowhere,
        _ => names(name),
    });
    assert_eq!(ask(&client, &format!("http://late.test:{}/a.png", server.port())), Verdict::Alive);

    let client = Client::with_names(options(), |name: &str| match name {
        "silent.example" => Found::Silent("the name look-up failed".to_owned()),
        name => names(name),
    });
    assert_eq!(ask(&client, "http://silent.example/a.png"), unverified("the name look-up failed"));
}

#[test]
fn a_machine_without_names_says_so_once() {
    for nothing in [Found::Nowhere, Found::Silent("down".to_owned()), Found::At(Vec::new())] {
        let client = Client::with_names(options(), move |_: &str| nothing.clone());
        let addresses: Vec<Url> =
            (0..50).map(|at| Url::parse(&format!("http://h{at}.example/a.png")).unwrap()).collect();
        let verdicts = client.ask(&addresses);
        assert!(
            verdicts.iter().all(|verdict| *verdict == unverified("no name service on this machine")),
            "{verdicts:?}"
        );
    }
}

#[test]
fn equal_addresses_are_asked_once_and_answered_in_order() {
    let server = Server::start(|request, stream| match request.path.as_str() {
        "/a.png" => send(stream, "200 OK", &[], PNG),
        _ => send(stream, "404 Not Found", &[], b""),
    });
    let base = format!("http://me:secret@a.test:{}", server.port());
    let addresses = ["/a.png", "/b.png#x", "/a.png#y", "/b.png", "/a.png"]
        .map(|path| Url::parse(&format!("{base}{path}")).unwrap());
    let gone = dead("404 Not Found");
    assert_eq!(client().ask(&addresses), [Verdict::Alive, gone.clone(), Verdict::Alive, gone, Verdict::Alive]);
    assert_eq!((server.count("/a.png"), server.count("/b.png")), (1, 1));
    assert_eq!(client().ask(&[]), []);
}

#[test]
fn requests_say_who_asks_and_carry_no_secrets() {
    let server = Server::start(|request, stream| match request.path.as_str() {
        "/a.png" => {
            let to = format!("Location: http://other:secret@a.test:{}/b.png", port_of(request));
            send(stream, "302 Found", &[&to, "Set-Cookie: id=1; Path=/"], b"");
        }
        "/b.png" => send(stream, "401 Unauthorized", &["WWW-Authenticate: Basic realm=\"a\""], b""),
        _ => send(stream, "200 OK", &[], PNG),
    });
    let address = format!("http://me:secret@a.test:{}/a.png", server.port());
    assert_eq!(ask(&client(), &address), unverified("401 Unauthorized"));
    for request in server.requests() {
        for line in [
            "user-agent: copydesk/",
            "accept: image/*\r\n",
            "range: bytes=0-65535\r\n",
            "accept-encoding: identity\r\n",
        ] {
            assert!(request.head.contains(line), "{line} is not in {}", request.head);
        }
        for name in ["cookie", "authorization", "referer", "secret"] {
            assert!(!request.head.contains(name), "{name} is in {}", request.head);
        }
    }
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_host_is_left_alone_as_long_as_it_asks() {
    let server = Server::start(|request, stream| match request.before {
        0 => send(stream, "429 Too Many Requests", &["Retry-After: 1"], b""),
        _ => send(stream, "200 OK", &[], PNG),
    });
    assert_eq!(ask(&client(), &format!("http://busy.test:{}/a.png", server.port())), Verdict::Alive);
    let times: Vec<_> = server.requests().iter().map(|request| request.at).collect();
    assert!(times.len() == 2 && times[1] - times[0] >= Duration::from_millis(990), "{times:?}");
}

#[test]
fn hosts_that_ask_to_wait_hold_up_no_others() {
    let server = Server::start(|request, stream| match request.head.contains("host: busy") {
        true if request.path.starts_with("/first") => {
            send(stream, "429 Too Many Requests", &["Retry-After: 3"], b"");
        }
        _ => send(stream, "200 OK", &[], PNG),
    });
    let at =
        |host: String, path: &str| Url::parse(&format!("http://{host}.test:{}/{path}.png", server.port())).unwrap();
    let busy = (0..40).flat_map(|host| ["first", "second"].map(|path| at(format!("busy{host}"), path)));
    let free = (0..40).map(|host| at(format!("free{host}"), "a"));
    let addresses: Vec<Url> = busy.chain(free).collect();
    // Fewer may be asked at once than ask to wait.
    let client = Client::with_names(Options { overall: 8, retries: 1, ..options() }, names);
    client.ask(&addresses);
    let requests = server.requests();
    let begun = requests.iter().map(|request| request.at).min().unwrap();
    let last = requests.iter().filter(|request| request.head.contains("host: free")).map(|request| request.at).max();
    assert_eq!(requests.iter().filter(|request| request.head.contains("host: free")).count(), 40);
    assert!(last.unwrap() - begun < Duration::from_millis(2_900), "{:?}", last.unwrap() - begun);
}

#[test]
fn waits_that_many_hosts_ask_for_end_with_the_time_budget() {
    let server = Server::start(|_, stream| send(stream, "429 Too Many Requests", &["Retry-After: 20"], b""));
    let addresses: Vec<Url> = (0..300)
        .map(|at| Url::parse(&format!("http://busy{}.test:{}/{at}.png", at % 100, server.port())).unwrap())
        .collect();
    let client = Client::with_names(Options { time_budget: Duration::from_secs(5), ..options() }, names);
    let begun = std::time::Instant::now();
    let verdicts = client.ask(&addresses);
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    assert_eq!(verdicts, vec![unverified("the time budget of 5 s is used up"); 300]);
    let requests = server.requests().len();
    assert!(requests <= 300, "{requests}: nobody is asked again before the time is up");
}

#[test]
fn a_host_that_asks_for_too_long_is_not_asked_again() {
    let server = Server::start(|_, stream| send(stream, "429 Too Many Requests", &["Retry-After: 3600"], b""));
    let addresses: Vec<Url> =
        (0..20).map(|at| Url::parse(&format!("http://busy.test:{}/{at}.png", server.port())).unwrap()).collect();
    let client = Client::with_names(Options { per_host: 1, ..options() }, names);
    let verdicts = client.ask(&addresses);
    assert!(
        verdicts.iter().all(|verdict| *verdict == unverified("429 Too Many Requests, and asks to wait 3600 s")),
        "{verdicts:?}"
    );
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_host_that_never_answers_is_given_up() {
    let server = Server::raw("127.0.0.1", |stream, requests| {
        requests.lock().unwrap().push(Request {
            path: String::new(),
            head: String::new(),
            before: 0,
            at: std::time::Instant::now(),
        });
        reset(stream);
    })
    .unwrap();
    let addresses: Vec<Url> =
        (0..50).map(|at| Url::parse(&format!("http://down.test:{}/{at}.png", server.port())).unwrap()).collect();
    let client = Client::with_names(Options { per_host: 1, ..options() }, names);
    let verdicts = client.ask(&addresses);
    assert!(verdicts.iter().all(|verdict| *verdict == unverified("connection reset")), "{verdicts:?}");
    assert_eq!(server.requests().len(), 6, "two addresses, three tries each");
}

#[test]
fn nobody_listens() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    assert_eq!(ask(&client(), &format!("http://closed.test:{port}/a.png")), unverified("connection refused"));
}

#[test]
fn slow_servers_do_not_hold_the_check() {
    let server = Server::start(|request, stream| match request.path.as_str() {
        "/drip.png" => {
            send_as_is(stream, "200 OK", &["Content-Length: 60000"], PNG);
            while stream.write_all(&[0]).is_ok() {
                thread::sleep(Duration::from_millis(5));
            }
        }
        "/drip-headers.png" => {
            while stream.write_all(b"HTTP/1.1").is_ok() {
                thread::sleep(Duration::from_millis(5));
            }
        }
        _ => thread::sleep(Duration::from_secs(60)),
    });
    let client =
        Client::with_names(Options { request_timeout: Duration::from_millis(300), retries: 0, ..options() }, names);
    let addresses = ["drip", "drip-headers", "hang"]
        .map(|name| Url::parse(&format!("http://{name}.test:{}/{name}.png", server.port())).unwrap());
    assert_eq!(client.ask(&addresses), vec![unverified("timed out"); 3]);
}

#[test]
fn what_the_time_budget_does_not_cover_is_unverified() {
    let server = Server::start(|_, _| thread::sleep(Duration::from_secs(60)));
    let addresses: Vec<Url> = (0..1000)
        .map(|at| Url::parse(&format!("http://h{}.test:{}/{at}.png", at % 50, server.port())).unwrap())
        .collect();
    let client = Client::with_names(Options { time_budget: Duration::from_millis(200), ..options() }, names);
    let verdicts = client.ask(&addresses);
    assert_eq!(verdicts, vec![unverified("the time budget of 0.2 s is used up"); 1000]);
    assert!(server.requests().len() <= Options::default().overall);
}

#[test]
fn limits_hold_for_each_host_and_overall() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let per_host = Arc::new(Mutex::new(HashMap::<String, (usize, usize)>::new()));
    let (counted, highest, hosts) = (Arc::clone(&now), Arc::clone(&most), Arc::clone(&per_host));
    let server = Server::start(move |request, stream| {
        let host = request.head.lines().find(|line| line.starts_with("host:")).unwrap().to_owned();
        highest.fetch_max(counted.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        let at_host = |change: fn(usize) -> usize| {
            let mut hosts = hosts.lock().unwrap();
            let (now, most) = hosts.entry(host.clone()).or_default();
            *now = change(*now);
            *most = (*most).max(*now);
        };
        at_host(|now| now + 1);
        thread::sleep(Duration::from_millis(5));
        at_host(|now| now - 1);
        counted.fetch_sub(1, Ordering::SeqCst);
        send(stream, "200 OK", &[], PNG);
    });
    let addresses: Vec<Url> = (0..300)
        .map(|at| Url::parse(&format!("http://h{}.test:{}/{at}.png", at % 20, server.port())).unwrap())
        .collect();
    let client = Client::with_names(Options { per_host: 2, overall: 8, ..options() }, names);
    assert_eq!(client.ask(&addresses), vec![Verdict::Alive; 300]);
    assert_eq!(server.requests().len(), 300);
    assert!(most.load(Ordering::SeqCst) <= 8, "{most:?}");
    assert!(per_host.lock().unwrap().values().all(|(_, most)| *most <= 2), "{per_host:?}");
}

fn tls(certificate: &'static [u8], key: &'static [u8], protocols: &[&[u8]]) -> Arc<rustls::ServerConfig> {
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    let key = PrivateKeyDer::try_from(key).unwrap();
    let mut config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from(certificate)], key)
        .unwrap();
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    Arc::new(config)
}

/// A server with a certificate that [`Options::roots`] vouch for; `serve` speaks inside of the encryption.
fn trusted(protocols: &[&[u8]], serve: fn(&mut dyn ReadWrite)) -> Server {
    let config = tls(include_bytes!("network/trusted.cert.der"), include_bytes!("network/trusted.key.der"), protocols);
    Server::raw("127.0.0.1", move |stream, requests| {
        let mut session = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
        if session.complete_io(stream).is_err() {
            return;
        }
        let at = std::time::Instant::now();
        requests.lock().unwrap().push(Request { path: String::new(), head: String::new(), before: 0, at });
        serve(&mut rustls::Stream::new(&mut session, stream));
        session.send_close_notify();
        let _ = session.complete_io(stream);
    })
    .unwrap()
}

trait ReadWrite: Read + Write {}
impl<T: Read + Write> ReadWrite for T {}

fn trusting() -> Client {
    let roots = vec![include_bytes!("network/root.cert.der").to_vec()];
    Client::with_names(Options { roots, ..options() }, names)
}

#[test]
fn a_good_certificate_opens_the_door_for_its_own_host_only() {
    let server = trusted(&[], |stream| {
        let _ = stream.read(&mut [0; 4096]);
        let answer = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", PNG.len());
        let _ = stream.write_all(&[answer.as_bytes(), PNG].concat());
    });
    let address = |host: &str| format!("https://{host}:{}/a.png", server.port());
    assert_eq!(ask(&trusting(), &address("trusted.test")), Verdict::Alive);
    assert_eq!(ask(&trusting(), &address("other.test")), unverified("TLS: the certificate is for another host"));
    assert_eq!(ask(&client(), &address("trusted.test")), unverified("TLS: the certificate is not trusted"));
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn http_2_is_spoken_where_the_server_speaks_it() {
    let server = trusted(&[b"h2"], |stream| {
        let mut preface = [0; 24];
        stream.read_exact(&mut preface).unwrap();
        assert_eq!(&preface, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        let frame = |kind: u8, flags: u8, id: [u8; 4], body: &[u8]| {
            [&(body.len() as u32).to_be_bytes()[1..], &[kind, flags], &id, body].concat()
        };
        let _ = stream.write_all(&frame(4, 0, [0; 4], b""));
        loop {
            let mut head = [0; 9];
            if stream.read_exact(&mut head).is_err() {
                return;
            }
            let mut body = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
            stream.read_exact(&mut body).unwrap();
            let id = [head[5], head[6], head[7], head[8]];
            match (head[3], head[4] & 1) {
                // 0x88 stands for `:status: 200` (RFC 7541, appendix A).
                (1, _) => {
                    let _ = stream.write_all(&[frame(1, 4, id, &[0x88]), frame(0, 1, id, PNG)].concat());
                }
                (4, 0) => {
                    let _ = stream.write_all(&frame(4, 1, [0; 4], b""));
                }
                _ => {}
            }
        }
    });
    let addresses =
        ["a", "b", "c"].map(|name| Url::parse(&format!("https://trusted.test:{}/{name}.png", server.port())).unwrap());
    assert_eq!(trusting().ask(&addresses), vec![Verdict::Alive; 3]);
    assert!(server.requests().len() <= 3, "connections are used again");
}

#[test]
fn what_has_not_changed_is_not_read_again() {
    let server = Server::start(|request, stream| match request.path.as_str() {
        "/same.png" if request.head.contains("if-none-match: \"5f\"") => {
            send_as_is(stream, "304 Not Modified", &[], b"");
        }
        "/gone.png" => send(stream, "404 Not Found", &[], b""),
        "/moved.png" => send(stream, "302 Found", &["Location: /same.png", "ETag: \"m\""], b""),
        _ => {
            let headers = ["ETag: \"5f\"", "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT"];
            send(stream, "200 OK", &headers, PNG);
        }
    });
    let ask = |path: &str, known: &Validators| {
        let url = Url::parse(&format!("http://a.test:{}{path}", server.port())).unwrap();
        client().ask_again(vec![Question { url, known: known.clone() }]).remove(0)
    };
    let none = Validators::default();
    let known =
        Validators { etag: Some("\"5f\"".to_owned()), modified: Some("Sun, 06 Nov 1994 08:49:37 GMT".to_owned()) };
    let alive = |validators: &Validators| Reply { verdict: Verdict::Alive, validators: validators.clone() };
    assert_eq!(ask("/same.png", &none), alive(&known));
    assert_eq!(ask("/same.png", &known), alive(&known));
    assert!(server.requests().last().unwrap().head.contains("if-modified-since: sun, 06 nov 1994"));
    assert_eq!(ask("/changed.png", &Validators { etag: Some("\"old\"".to_owned()), ..none.clone() }), alive(&known));
    assert_eq!(ask("/gone.png", &known), Reply { verdict: dead("404 Not Found"), validators: none.clone() });
    assert_eq!(ask("/moved.png", &known), alive(&none), "validators belong to one address, not to where it leads");
    assert!(!server.requests().last().unwrap().head.contains("if-none-match"));
}

#[test]
fn whoever_watches_sees_every_address_settled_once() {
    let server = Server::start(|request, stream| match request.path.as_str() {
        "/gone.png" => send(stream, "404 Not Found", &[], b""),
        "/busy.png" => send(stream, "451 No", &[], b""),
        _ => send(stream, "200 OK", &[], PNG),
    });
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let watching = client().watched(Arc::new(move |progress| log.lock().unwrap().push(progress)));
    let addresses: Vec<Url> = ["/a.png", "/a.png#twice", "/b.png", "/gone.png", "/busy.png"]
        .into_iter()
        .map(|path| format!("http://a.test:{}{path}", server.port()))
        .chain(["ftp://a.test/x.png".to_owned()])
        .map(|address| Url::parse(&address).unwrap())
        .collect();
    watching.ask(&addresses);
    let seen = seen.lock().unwrap();
    assert!(seen.iter().map(|progress| progress.settled).eq(1..=5), "{seen:?}");
    assert_eq!(seen.last(), Some(&Progress { total: 5, settled: 5, failed: 1, unverified: 2 }));
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_unverified() {
    let config =
        tls(include_bytes!("network/self-signed.cert.der"), include_bytes!("network/self-signed.key.der"), &[]);
    let server = Server::raw("127.0.0.1", move |stream, requests| {
        let mut session = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
        if session.complete_io(stream).is_ok() {
            requests.lock().unwrap().push(Request {
                path: String::new(),
                head: String::new(),
                before: 0,
                at: std::time::Instant::now(),
            });
        }
    })
    .unwrap();
    let verdict = ask(&client(), &format!("https://selfsigned.test:{}/a.png", server.port()));
    assert_eq!(verdict, unverified("TLS: the certificate is not trusted"));

    let plain = Server::raw("127.0.0.1", |stream, _| {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    })
    .unwrap();
    let verdict = ask(&client(), &format!("https://plain.test:{}/a.png", plain.port()));
    assert!(
        matches!(&verdict, Verdict::Unverified(why) if why.starts_with("TLS: ") || why.contains("connection")),
        "{verdict:?}"
    );
}

#[test]
fn the_other_internet_protocol() {
    let Some(server) = Server::start_at("::1", |_, stream| send(stream, "200 OK", &[], PNG)) else {
        assert!(TcpListener::bind("[::1]:0").is_err(), "the machine has it");
        eprintln!("not run: this machine has no IPv6");
        return;
    };
    let sixth = |name: &str| match name {
        "six.test" => Found::At(vec![IpAddr::V6(std::net::Ipv6Addr::LOCALHOST)]),
        "both.test" => Found::At(vec![IpAddr::V6(std::net::Ipv6Addr::LOCALHOST), LOOPBACK]),
        _ => names(name),
    };
    let hosts = ["[::1]", "six.test", "both.test"];
    for host in hosts {
        let address = format!("http://{host}:{}/a.png", server.port());
        assert_eq!(ask(&Client::with_names(options(), sixth), &address), Verdict::Alive, "{host}");
        let port = vec![server.port()];
        let strict = Client::with_names(Options { allow_private: false, ports: port, ..options() }, sixth);
        assert_eq!(ask(&strict, &address), unverified("refused: private address"), "{host}");
    }
    assert_eq!(server.requests().len(), hosts.len());
}
