//! What one answer of a server says about an image: by its status, its type, its first bytes and its length together,
//! because each of them alone lies.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::{
    StatusCode,
    header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER},
};

use crate::facts::{
    Verdict,
    day::Day,
    picture::{self, Content, Format, Kind, Sample, riff_length},
};

/// An answer as far as it was read.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// The first bytes of the body, unpacked.
    pub body: Vec<u8>,
    pub ending: Ending,
}

/// How the body ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Whole,
    /// There is more, which nobody wanted to read.
    More,
    /// The connection ended before the body did.
    Cut,
}

/// What to do after an answer.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    Settled(Verdict),
    /// Go where `Location` says.
    Redirect(String),
    /// Ask again, after the time that the server asks for; the verdict holds if nothing better comes.
    Again(Verdict, Option<Duration>),
    /// Ask again as a page would, naming where the request comes from.
    WithReferer(String),
    /// Ask again for the whole file.
    WithoutRange(String),
}

impl Answer {
    pub fn next(&self, now: SystemTime) -> Next {
        let status = self.status_text();
        if self.is_challenge() {
            return unverified(format!("a bot check in place of an answer ({status})"));
        }
        match self.status.as_u16() {
            204 | 205 => empty(),
            202 => unverified(status),
            200..=299 => self.content(),
            301 | 302 | 303 | 307 | 308 => self.redirect(status),
            403 => Next::WithReferer(status),
            404 | 410 => Next::Settled(Verdict::Dead(status)),
            416 if self.range_total() == Some(0) => empty(),
            416 => Next::WithoutRange(status),
            408 | 425 | 429 | 500 | 502..=504 | 520..=530 => {
                Next::Again(Verdict::Unverified(status), self.retry_after(now))
            }
            _ => unverified(status),
        }
    }

    /// Such as `404 Not Found`; only the number where the standard knows no name.
    fn status_text(&self) -> String {
        format!("{} {}", self.status.as_u16(), self.status.canonical_reason().unwrap_or_default()).trim_end().to_owned()
    }

    /// Whether a guard against robots answered (Cloudflare, DataDome, AWS WAF), which says nothing about the image.
    fn is_challenge(&self) -> bool {
        const HEADERS: [&str; 3] = ["cf-mitigated", "x-datadome", "x-amzn-waf-action"];
        const MARKS: [&[u8]; 6] = [
            b"<title>Just a moment...",
            b"/cdn-cgi/challenge-platform/",
            b"captcha-delivery.com",
            b"_Incapsula_Resource",
            b"aliyun_waf",
            b"/.well-known/ddos-guard/",
        ];
        HEADERS.iter().any(|name| self.headers.contains_key(*name))
            || picture::kind(&self.body) == Kind::Page && MARKS.iter().any(|mark| contains(&self.body, mark))
    }

    fn redirect(&self, status: String) -> Next {
        match self.headers.get(LOCATION) {
            // Servers send raw UTF-8 here, and browsers understand it.
            Some(location) => Next::Redirect(String::from_utf8_lossy(location.as_bytes()).into_owned()),
            None => unverified(format!("{status} without a new address")),
        }
    }

    fn content(&self) -> Next {
        let sent = self.content_type();
        if self.body.is_empty() {
            return if self.ending == Ending::Cut { self.cut() } else { empty() };
        }
        match picture::kind(&self.body) {
            Kind::Page => not_an_image("a web page".to_owned()),
            Kind::Pointer => not_an_image("a Git LFS pointer".to_owned()),
            Kind::Picture(Format::Svg) if !sent.is_empty() && !sent.starts_with("image/") => {
                not_an_image(format!("an SVG sent as `{sent}`, which browsers do not draw"))
            }
            // Browsers look at the bytes of an `<img>` and ignore the type (WHATWG MIME Sniffing, 8.1).
            Kind::Picture(_) => self.complete(),
            Kind::Text => not_an_image(format!("text{}", as_type(&sent))),
            Kind::Unknown if is_known_type(&sent) => not_an_image(format!("no picture{}", as_type(&sent))),
            Kind::Unknown if sent.starts_with("image/") => Next::Settled(Verdict::Alive),
            Kind::Unknown if sent == "text/html" => not_an_image("a web page".to_owned()),
            Kind::Unknown => unverified(format!("a format unknown to copydesk{}", as_type(&sent))),
        }
    }

    /// Whether all of a picture is there, as far as the bytes at hand can tell.
    fn complete(&self) -> Next {
        let short = match self.ending {
            Ending::Cut => return self.cut(),
            Ending::Whole => matches!(Sample::whole(&self.body).content(), Content::Cut(_)),
            // The end was never asked for; only a WebP says at its beginning how long it is.
            Ending::More => self.total().zip(riff_length(&self.body)).is_some_and(|(length, wanted)| length < wanted),
        };
        if short { not_an_image("a picture that is cut short".to_owned()) } else { Next::Settled(Verdict::Alive) }
    }

    /// The connection ended too early: an accident once, the server's fault if it goes on.
    fn cut(&self) -> Next {
        let of = self.total().map(|total| format!(" of {total}")).unwrap_or_default();
        let verdict = match self.body.len() {
            0 => Verdict::Unverified("the connection ended without a proper answer".to_owned()),
            read => Verdict::NotAnImage(format!("a picture that is cut short after {read}{of} bytes")),
        };
        Next::Again(verdict, None)
    }

    /// Length of the whole file in bytes, where the server says it.
    fn total(&self) -> Option<u64> {
        self.range_total().or_else(|| self.header(CONTENT_LENGTH)?.trim().parse().ok())
    }

    /// The same, by `Content-Range: bytes 0-99/100` alone; in an error the other length is that of the message.
    fn range_total(&self) -> Option<u64> {
        self.header(CONTENT_RANGE)?.rsplit('/').next()?.trim().parse().ok()
    }

    fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Lower case, without parameters; empty where none was sent. Cut, as it is printed.
    fn content_type(&self) -> String {
        let value = self.header(CONTENT_TYPE).unwrap_or_default();
        let essence = value.split([';', ',']).next().unwrap_or_default().trim();
        essence.chars().take(80).collect::<String>().to_ascii_lowercase()
    }

    /// How long the server asks to wait: seconds, or until a date.
    fn retry_after(&self, now: SystemTime) -> Option<Duration> {
        let value = self.header(RETRY_AFTER)?.trim();
        if let Ok(seconds) = value.parse() {
            return Some(Duration::from_secs(seconds));
        }
        Some(date(value)?.duration_since(now).unwrap_or_default())
    }
}

fn unverified(why: String) -> Next {
    Next::Settled(Verdict::Unverified(why))
}

fn not_an_image(what: String) -> Next {
    Next::Settled(Verdict::NotAnImage(what))
}

fn empty() -> Next {
    not_an_image("an empty file".to_owned())
}

fn as_type(sent: &str) -> String {
    if sent.is_empty() { String::new() } else { format!(", sent as `{sent}`") }
}

/// Types whose every file begins with bytes that [`picture::kind`] knows.
fn is_known_type(sent: &str) -> bool {
    const KNOWN: [&str; 7] =
        ["image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp", "image/avif", "image/svg+xml"];
    KNOWN.contains(&sent)
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    memchr::memmem::find(bytes, wanted).is_some()
}

/// A date as HTTP writes it since 1994: `Sun, 06 Nov 1994 08:49:37 GMT`.
fn date(text: &str) -> Option<SystemTime> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = text.split_once(", ")?.1.split(' ');
    let day: u32 = words.next()?.parse().ok()?;
    let name = words.next()?;
    let month = MONTHS.iter().zip(1..).find_map(|(month, number)| (*month == name).then_some(number))?;
    let day = Day::new(words.next()?.parse().ok()?, month, day)?;
    let mut clock = words.next()?.split(':').map(|part| part.parse::<u64>().ok().filter(|part| *part < 61));
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    Some(UNIX_EPOCH + Duration::from_secs(day.seconds() + hour * 3600 + minute * 60 + second))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &str)], body: &[u8]) -> Answer {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        Answer { status: StatusCode::from_u16(status).unwrap(), headers, body: body.to_vec(), ending: Ending::Whole }
    }

    fn verdict(sent: &str, body: &[u8]) -> Verdict {
        let next = answer(200, &[("content-type", sent)], body).next(UNIX_EPOCH);
        let Next::Settled(verdict) = next else { unreachable!("{next:?}") };
        verdict
    }

    #[test]
    fn pictures_are_known_by_their_bytes_whatever_they_are_called() {
        for body in [
            b"\x89PNG\r\n\x1a\n....IEND\xae\x42\x60\x82".as_slice(),
            b"\xff\xd8\xff\xe0....\xff\xd9",
            b"GIF89a\x01\x00\x01\x00;",
            b"RIFF\x04\x00\x00\x00WEBP",
            b"\0\0\0\x1cftypavif",
            b"\0\0\x01\0\x01\0",
            b"BM\x10\0\0\0\0\0\0\0",
        ] {
            for sent in ["image/png", "application/octet-stream", "text/plain"] {
                assert_eq!(verdict(sent, body), Verdict::Alive, "{sent} {body:?}");
            }
        }
    }

    #[test]
    fn drawings_need_their_type() {
        for body in [
            "<svg xmlns='http://www.w3.org/2000/svg'/>",
            "\u{feff}<?xml version='1.0'?>\n<!-- made by hand -->\n<!DOCTYPE svg PUBLIC '-' '-'><svg/>",
            "<s:svg xmlns:s='http://www.w3.org/2000/svg'/>",
        ] {
            assert_eq!(verdict("image/svg+xml; charset=utf-8", body.as_bytes()), Verdict::Alive, "{body}");
            assert!(matches!(verdict("text/plain", body.as_bytes()), Verdict::NotAnImage(_)), "{body}");
        }
    }

    #[test]
    fn pages_and_text_are_no_pictures() {
        for body in [
            "<!DOCTYPE html><p>gone",
            "\n <html>",
            "<!-- x --><body>",
            "not here",
            "<?xml version='1.0'?><Error/>",
            "{}",
        ] {
            assert!(matches!(verdict("image/png", body.as_bytes()), Verdict::NotAnImage(_)), "{body}");
        }
        let pointer = verdict("text/plain", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
        assert_eq!(pointer, Verdict::NotAnImage("a Git LFS pointer".into()));
        assert_eq!(
            verdict("image/png", b"\x01\x02\x03"),
            Verdict::NotAnImage("no picture, sent as `image/png`".into())
        );
        assert!(matches!(verdict("application/octet-stream", b"\x01\x02"), Verdict::Unverified(_)));
        assert_eq!(verdict("image/x-rare", b"\x01\x02\x03"), Verdict::Alive);
    }

    #[test]
    fn half_a_picture_is_none() {
        for body in [
            b"\x89PNG\r\n\x1a\n....IDAT".as_slice(),
            b"\xff\xd8\xff\xe0....",
            b"RIFF\x99\x00\x00\x00WEBPVP8 ",
            b"<svg><g>",
        ] {
            assert_eq!(
                verdict("image/png", body),
                Verdict::NotAnImage("a picture that is cut short".into()),
                "{body:?}"
            );
        }
        let mut more = answer(206, &[("content-range", "bytes 0-7/9")], b"\x89PNG\r\n\x1a\n");
        more.ending = Ending::More;
        assert_eq!(more.next(UNIX_EPOCH), Next::Settled(Verdict::Alive), "the end was never asked for");
    }

    #[test]
    fn a_server_says_when_to_come_back() {
        let later =
            |value| answer(429, &[("retry-after", value)], b"").next(UNIX_EPOCH + Duration::from_secs(784_111_770));
        let busy = || Verdict::Unverified("429 Too Many Requests".to_owned());
        assert_eq!(later("120"), Next::Again(busy(), Some(Duration::from_secs(120))));
        assert_eq!(later("Sun, 06 Nov 1994 08:49:37 GMT"), Next::Again(busy(), Some(Duration::from_secs(7))));
        assert_eq!(later("Sun, 06 Nov 1984 08:49:37 GMT"), Next::Again(busy(), Some(Duration::ZERO)));
        assert_eq!(later("soon"), Next::Again(busy(), None));
    }
}
