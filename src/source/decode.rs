//! Bytes to text: nothing is dropped and nothing becomes mush in silence.

use serde::Serialize;

/// How the bytes of a file were read as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8, perhaps with a byte order mark, perhaps with [`Damage`].
    Utf8,
    /// UTF-16, said by its byte order mark.
    Utf16,
    /// Not UTF-8 and no mark: this is the likeliest encoding by its name in the WHATWG Encoding Standard.
    Legacy(&'static str),
}

/// Bytes that are no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damage {
    /// Bytes into the text of the source.
    pub span: super::Span,
    pub kind: DamageKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DamageKind {
    /// A byte sequence that is not UTF-8.
    Invalid,
    /// The file ends inside a character, as a copy does that was cut at a number of bytes.
    Incomplete,
    /// A NUL byte.
    Nul,
}

/// What stands for one byte that is not text: one byte long itself, so that spans stay bytes into the file.
pub const SUBSTITUTE: char = '\u{1a}';

/// Reads bytes as text; see [`super::Source::text`] for what spans mean afterwards.
pub fn decode(bytes: &[u8]) -> (String, Encoding, Vec<Damage>) {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes)
        && encoding != encoding_rs::UTF_8
    {
        return (encoding.decode(bytes).0.into_owned(), Encoding::Utf16, Vec::new());
    }
    // Looked at many bytes at a time.
    let (text, mut damage) = match simdutf8::basic::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), Vec::new()),
        Err(_) => {
            if let Some(encoding) = recognise_legacy(bytes) {
                return (encoding.decode(bytes).0.into_owned(), Encoding::Legacy(encoding.name()), Vec::new());
            }
            substitute(bytes.to_vec())
        }
    };
    damage.extend(
        memchr::memchr_iter(0, text.as_bytes())
            .map(|at| Damage { span: super::Span::new(at, at + 1), kind: DamageKind::Nul }),
    );
    damage.sort_by_key(|damage| damage.span);
    (text, Encoding::Utf8, damage)
}

/// A file in a legacy encoding has hardly any valid UTF-8 beyond ASCII; a damaged UTF-8 file has mostly that.
fn recognise_legacy(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let (mut valid, mut invalid) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        invalid += usize::from(!chunk.invalid().is_empty());
    }
    if valid >= invalid || bytes.contains(&0) {
        return None;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let encoding = detector.guess(None, chardetng::Utf8Detection::Deny);
    (!encoding.decode(bytes).2).then_some(encoding)
}

fn substitute(mut bytes: Vec<u8>) -> (String, Vec<Damage>) {
    let mut damage = Vec::new();
    let mut from = 0;
    while let Err(error) = std::str::from_utf8(&bytes[from..]) {
        let start = from + error.valid_up_to();
        let (end, kind) = match error.error_len() {
            Some(length) => (start + length, DamageKind::Invalid),
            None => (bytes.len(), DamageKind::Incomplete),
        };
        bytes[start..end].fill(SUBSTITUTE as u8);
        damage.push(Damage { span: super::Span::new(start, end), kind });
        from = end;
    }
    (String::from_utf8_lossy(&bytes).into_owned(), damage)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_after_damage_are_still_bytes_into_the_file() {
        let bytes: Vec<u8> = "中文 ok".bytes().chain([0xff]).chain("文章，end".bytes()).collect();
        let (text, encoding, damage) = decode(&bytes);
        assert_eq!(encoding, Encoding::Utf8);
        assert_eq!(damage, [Damage { span: super::super::Span::new(9, 10), kind: DamageKind::Invalid }]);
        assert_eq!(text.find("end"), Some(19));
    }

    #[test]
    fn a_cut_inside_a_character_is_its_own_kind() {
        let (text, _, damage) = decode(&"中文".as_bytes()[..5]);
        assert_eq!((damage[0].kind, damage[0].span.start, text.len()), (DamageKind::Incomplete, 3, 5));
    }

    #[test]
    fn gbk_and_utf16_are_recognised() {
        let gbk = encoding_rs::GBK.encode("今天天气很好，我们去公园散步。").0.into_owned();
        let (text, encoding, _) = decode(&gbk);
        assert_eq!((text.as_str(), encoding), ("今天天气很好，我们去公园散步。", Encoding::Legacy("GBK")));
        assert_eq!(decode(&[0xff, 0xfe, b'h', 0, b'i', 0]).0, "hi");
    }
}
