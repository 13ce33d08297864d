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
            Self::Unknown => "data",
        }
    }
}

impl Sample {
    /// What the bytes are, whatever the file is called.
    pub fn content(&self) -> Content {
        if self.length == 0 {
            return Content::Empty;
        }
        if self.head.starts_with(b"version https://git-lfs.github.com/spec/v1") {
            return Content::Pointer;
        }
        match self.format() {
            Some(format) if self.has_end(format) => Content::Picture(format),
            Some(format) => Content::Cut(format),
            None => self.other(),
        }
    }

    /// By the first bytes alone.
    fn format(&self) -> Option<Format> {
        let head = self.head.as_slice();
        let brand = || {
            head.get(8..12).is_some_and(|brand| {
                [b"avif", b"avis", b"heic", b"heix", b"mif1"].contains(&brand.try_into().unwrap_or(b"    "))
            })
        };
        Some(match head {
            _ if head.starts_with(b"\x89PNG\r\n\x1a\n") => Format::Png,
            _ if head.starts_with(b"\xff\xd8\xff") => Format::Jpeg,
            _ if head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a") => Format::Gif,
            _ if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") => Format::Webp,
            _ if head.get(4..8) == Some(b"ftyp") && brand() => Format::Heif,
            _ if head.starts_with(b"BM") && head.len() > 26 => Format::Bmp,
            _ if head.starts_with(b"\0\0\x01\0") => Format::Ico,
            _ if head.starts_with(b"II*\0") || head.starts_with(b"MM\0*") => Format::Tiff,
            _ if is_svg(head) => Format::Svg,
            _ => return None,
        })
    }

    fn has_end(&self, format: Format) -> bool {
        let tail = self.tail.as_slice();
        let holds = |mark: &[u8]| memchr::memmem::rfind(tail, mark).is_some();
        match format {
            Format::Png => holds(b"IEND\xaeB`\x82"),
            Format::Jpeg => holds(b"\xff\xd9"),
            Format::Gif => tail.iter().rev().find(|byte| **byte != 0) == Some(&b';') || holds(b"\0;"),
            Format::Webp => {
                let size = self.head.get(4..8).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_le_bytes);
                u64::from(size) + 8 <= self.length
            }
            Format::Svg => holds(b"</svg") || holds(b":svg>") || holds(b"/>"),
            _ => true,
        }
    }

    fn other(&self) -> Content {
        let text = String::from_utf8_lossy(&self.head);
        let start = text.trim_start_matches('\u{feff}').trim_start();
        let begins = |word: &str| start.get(..word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word));
        if begins("<!doctype html") || begins("<html") || begins("<head") || begins("<body") {
            return Content::Page;
        }
        let is_text = !self.head.contains(&0) && std::str::from_utf8(trim_broken(&self.head)).is_ok();
        if is_text && !start.starts_with('<') { Content::Text } else { Content::Unknown }
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

fn is_svg(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    let start = text.trim_start_matches('\u{feff}').trim_start();
    start.starts_with("<svg")
        || (start.starts_with("<?xml") || start.starts_with("<!--") || start.starts_with("<!DOCTYPE svg"))
            && (start.contains("<svg") || start.contains(":svg") || start.contains("DOCTYPE svg"))
}

/// Without a character that the end of the sample cut.
fn trim_broken(head: &[u8]) -> &[u8] {
    match std::str::from_utf8(head) {
        Err(error) if error.error_len().is_none() => &head[..error.valid_up_to()],
        _ => head,
    }
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
