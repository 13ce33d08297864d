//! Whether bytes are a picture, from the two ends of a file.

/// The ends of a file, enough to say whether it is a whole picture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sample {
    /// The first bytes, at most [`HEAD`].
    pub head: Vec<u8>,
    /// The last bytes: at most [`TAIL`], or [`LONG_TAIL`] where the short one shows no end.
    pub tail: Vec<u8>,
    /// Length of the whole file in bytes.
    pub length: u64,
}

pub const HEAD: usize = 4_096;
pub const TAIL: usize = 64;
/// Cameras and editors append data of their own behind the end of a picture.
pub const LONG_TAIL: usize = 262_144;

/// What a file turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    Picture(Format),
    /// A picture without its end.
    Cut(Format),
    Empty,
    /// A Git LFS pointer instead of the file.
    Pointer,
    /// A page, probably of an error.
    Page,
    /// Text that is no picture.
    Text,
    /// Bytes of a kind that is not known here: nothing is said about them.
    Unknown,
    /// The file is there and cannot be read.
    Unread(Unread),
}

/// Why a file that is there cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Unread {
    /// No permission, or the disk fails.
    Refused,
    /// A symbolic link leads out of the project.
    Outside,
    /// A symbolic link leads nowhere, or in a circle.
    Nowhere,
    /// A pipe, a socket or a device.
    Special,
}

/// What the first bytes of a file are, whatever it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Picture(Format),
    Page,
    Pointer,
    Text,
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Png,
    Jpeg,
    Gif,
    Webp,
    Svg,
    Bmp,
    Ico,
    Tiff,
    /// AVIF and HEIC share a container.
    Heif,
    /// JPEG XL and JPEG 2000, of which only the first bytes are looked at.
    Jxl,
    Jp2,
}

impl Format {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::Gif => "GIF",
            Self::Webp => "WebP",
            Self::Svg => "SVG",
            Self::Bmp => "BMP",
            Self::Ico => "ICO",
            Self::Tiff => "TIFF",
            Self::Heif => "AVIF or HEIC",
            Self::Jxl => "JPEG XL",
            Self::Jp2 => "JPEG 2000",
        }
    }

    /// The endings that such files have; the first one is the usual one.
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Png => &["png", "apng"],
            Self::Jpeg => &["jpg", "jpeg", "jfif", "jpe"],
            Self::Gif => &["gif"],
            Self::Webp => &["webp"],
            Self::Svg => &["svg"],
            Self::Bmp => &["bmp"],
            Self::Ico => &["ico"],
            Self::Tiff => &["tif", "tiff"],
            Self::Heif => &["avif", "heic", "heif"],
            Self::Jxl => &["jxl"],
            Self::Jp2 => &["jp2", "jpx", "j2k"],
        }
    }
}

impl Content {
    /// For messages: what the file is, as a noun.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Picture(format) | Self::Cut(format) => format.name(),
            Self::Empty => "nothing",
            Self::Pointer => "Git LFS pointer",
            Self::Page => "an HTML page",
            Self::Text => "text",
            Self::Unknown => "data of no known format",
            Self::Unread(_) => "nothing that can be read",
        }
    }
}

impl Sample {
    /// What the bytes are, whatever the file is called.
    pub fn content(&self) -> Content {
        if self.length == 0 {
            return Content::Empty;
        }
        match kind(&self.head) {
            Kind::Picture(format) if self.has_end(format) => Content::Picture(format),
            Kind::Picture(format) => Content::Cut(format),
            Kind::Page => Content::Page,
            Kind::Pointer => Content::Pointer,
            Kind::Text => Content::Text,
            Kind::Unknown => Content::Unknown,
        }
    }

    /// Of a file that is all at hand.
    pub fn whole(bytes: &[u8]) -> Self {
        let tail = &bytes[bytes.len().saturating_sub(LONG_TAIL)..];
        Self { head: bytes[..bytes.len().min(HEAD)].to_vec(), tail: tail.to_vec(), length: bytes.len() as u64 }
    }

    fn has_end(&self, format: Format) -> bool {
        let tail = self.tail.as_slice();
        let holds = |mark: &[u8]| memchr::memmem::rfind(tail, mark).is_some();
        match format {
            Format::Png => holds(b"IEND\xaeB`\x82"),
            Format::Jpeg => holds(b"\xff\xd9"),
            Format::Gif => tail.iter().rev().find(|byte| **byte != 0) == Some(&b';') || holds(b"\0;"),
            Format::Webp => riff_length(&self.head).is_none_or(|length| length <= self.length),
            Format::Svg => holds(b"</svg") || holds(b":svg>") || holds(b"/>"),
            _ => true,
        }
    }

    /// Whether the short tail shows the end of the picture; otherwise more of it must be read.
    pub fn is_settled(&self) -> bool {
        !matches!(self.content(), Content::Cut(_))
    }

    /// A file made up for an example, from a short description of its content: `png`, `jpeg`, `gif`, `webp`, `svg`,
    /// each also as `cut png`; `lfs`, `empty`, `html`, or `text: …`.
    pub fn described(content: &str) -> Self {
        let (name, cut) = content.strip_prefix("cut ").map_or((content, false), |name| (name, true));
        let mut bytes: Vec<u8> = match name {
            "png" => b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0IEND\xaeB`\x82".to_vec(),
            "jpeg" | "jpg" => b"\xff\xd8\xff\xe0\0\x10JFIF\0\xff\xd9".to_vec(),
            "gif" => b"GIF89a\x01\0\x01\0\0\0\0\0;".to_vec(),
            "webp" => b"RIFF\x04\0\0\0WEBP".to_vec(),
            "svg" => b"<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>".to_vec(),
            "lfs" => b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n".to_vec(),
            "html" => b"<!DOCTYPE html><html><body>404</body></html>".to_vec(),
            "empty" => Vec::new(),
            _ => content.strip_prefix("text: ").unwrap_or(content).as_bytes().to_vec(),
        };
        if cut {
            bytes.truncate(bytes.len().saturating_sub(7));
        }
        Self { head: bytes.clone(), length: bytes.len() as u64, tail: bytes }
    }
}

/// Whether the picture in a `data:` address decodes; one that is not base64 is text and always does.
pub fn is_sound_data(address: &str) -> bool {
    let Some((kind, payload)) = address.split_once(',') else { return false };
    if !kind.to_ascii_lowercase().ends_with(";base64") {
        return true;
    }
    let payload: Vec<u8> =
        percent_encoding::percent_decode_str(payload).filter(|byte| !byte.is_ascii_whitespace()).collect();
    let digits = payload.strip_suffix(b"==").or_else(|| payload.strip_suffix(b"=")).unwrap_or(&payload);
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
    !digits.is_empty() && digits.len() % 4 != 1 && digits.iter().all(is_digit)
}

/// What the first bytes of a file are.
pub fn kind(bytes: &[u8]) -> Kind {
    Kind::Picture(match bytes {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Format::Png,
        [0xff, 0xd8, 0xff, ..] => Format::Jpeg,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Format::Webp,
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Format::Gif,
        [0, 0, 1 | 2, 0, _, _, ..] => Format::Ico,
        [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => Format::Tiff,
        [0xff, 0x0a, ..] | [0, 0, 0, 0x0c, b'J', b'X', ..] => Format::Jxl,
        [0, 0, 0, 0x0c, b'j' | b'J', b'P', ..] => Format::Jp2,
        [_, _, _, _, b'f', b't', b'y', b'p', rest @ ..] if is_still(rest) => Format::Heif,
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Format::Bmp,
        _ => return text_kind(bytes),
    })
}

/// The brands of AVIF and HEIF; the same container holds films.
fn is_still(rest: &[u8]) -> bool {
    const BRANDS: [&[u8]; 8] = [b"avif", b"avis", b"mif1", b"msf1", b"heic", b"heix", b"heim", b"hevc"];
    rest.get(..4).is_some_and(|brand| BRANDS.contains(&brand))
}

fn text_kind(bytes: &[u8]) -> Kind {
    if bytes.starts_with(b"version https://git-lfs.github.com/spec/") {
        return Kind::Pointer;
    }
    // A comment that does not end here may stand before anything.
    let Some(start) = past_prologue(bytes) else { return Kind::Unknown };
    let head: String = start.iter().take(64).map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    if head.starts_with("<svg") || head.starts_with("<!doctype svg") {
        return Kind::Picture(Format::Svg);
    }
    if is_page(&head) {
        return Kind::Page;
    }
    let sample = &bytes[..bytes.len().min(512)];
    let control = |byte: &u8| matches!(byte, 0..=8 | 14..=26 | 28..=31 | 127);
    if sample.is_empty() || sample.iter().any(control) {
        return Kind::Unknown;
    }
    // An SVG with its own namespace prefix, or with declarations before its root.
    let names_svg = || memchr::memmem::find(&bytes[..bytes.len().min(HEAD)], b"http://www.w3.org/2000/svg").is_some();
    if head.starts_with('<') && names_svg() { Kind::Picture(Format::Svg) } else { Kind::Text }
}

fn is_page(head: &str) -> bool {
    const TAGS: [&str; 17] = [
        "html", "head", "body", "script", "title", "meta", "link", "style", "div", "p", "h1", "table", "iframe",
        "center", "a", "br", "b",
    ];
    let Some(rest) = head.strip_prefix('<') else { return false };
    if rest.starts_with("!doctype html") {
        return true;
    }
    let name = rest.split(|char: char| !char.is_ascii_alphanumeric()).next().unwrap_or_default();
    TAGS.contains(&name)
}

/// What follows a byte order mark, white space, XML declarations and comments; none if one of them does not end.
fn past_prologue(bytes: &[u8]) -> Option<&[u8]> {
    let mut rest = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    loop {
        rest = rest.trim_ascii_start();
        let end: &[u8] = match rest {
            [b'<', b'?', ..] => b"?>",
            [b'<', b'!', b'-', b'-', ..] => b"-->",
            _ => return Some(rest),
        };
        rest = &rest[memchr::memmem::find(rest, end)? + end.len()..];
    }
}

/// The length that a WebP file gives itself, in bytes; none for any other file.
pub fn riff_length(bytes: &[u8]) -> Option<u64> {
    let field: [u8; 4] = bytes.strip_prefix(b"RIFF")?.get(..4)?.try_into().ok()?;
    Some(u64::from(u32::from_le_bytes(field)) + 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_file_is_told() {
        for (described, wanted) in [
            ("png", Content::Picture(Format::Png)),
            ("jpeg", Content::Picture(Format::Jpeg)),
            ("gif", Content::Picture(Format::Gif)),
            ("webp", Content::Picture(Format::Webp)),
            ("svg", Content::Picture(Format::Svg)),
            ("cut png", Content::Cut(Format::Png)),
            ("cut jpeg", Content::Cut(Format::Jpeg)),
            ("cut svg", Content::Cut(Format::Svg)),
            ("lfs", Content::Pointer),
            ("empty", Content::Empty),
            ("html", Content::Page),
            ("text: not found 中", Content::Text),
        ] {
            assert_eq!(Sample::described(described).content(), wanted, "{described}");
        }
    }

    #[test]
    fn data_must_decode() {
        assert!(is_sound_data("data:image/png;base64,iVBORw0KGgo="));
        assert!(is_sound_data("data:image/svg+xml,%3Csvg/%3E"));
        assert!(!is_sound_data("data:image/png;base64,not base64!!"));
        assert!(!is_sound_data("data:image/png;base64,"));
        assert!(!is_sound_data("data:image/png"));
    }

    #[test]
    fn bytes_behind_the_end_are_no_cut() {
        let mut sample = Sample::described("jpeg");
        sample.tail.extend([0; 40]);
        assert_eq!(sample.content(), Content::Picture(Format::Jpeg));
    }
}
