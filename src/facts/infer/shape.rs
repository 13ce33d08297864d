//! What a text looks like, where all values of a key look alike.

/// Shapes that are worth asking for, the most particular first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `2024/03/01`.
    SlashDate,
    Address,
    /// An absolute path on the site.
    Path,
    /// Words in lower case with hyphens, as in addresses.
    Slug,
}

impl Shape {
    pub const ALL: [Self; 4] = [Self::SlashDate, Self::Address, Self::Path, Self::Slug];

    /// As a regular expression of JSON Schema.
    pub const fn pattern(self) -> &'static str {
        match self {
            Self::SlashDate => r"^\d{4}/\d{2}/\d{2}$",
            Self::Address => r"^https?://\S+$",
            Self::Path => r"^/\S*$",
            Self::Slug => "^[a-z0-9]+([-_.][a-z0-9]+)*$",
        }
    }

    pub fn fits(self, text: &str) -> bool {
        let solid = |rest: &str| !rest.contains(char::is_whitespace);
        match self {
            Self::SlashDate => {
                text.len() == 10
                    && text.bytes().enumerate().all(|(at, byte)| match at {
                        4 | 7 => byte == b'/',
                        _ => byte.is_ascii_digit(),
                    })
            }
            Self::Address => ["http://", "https://"]
                .iter()
                .any(|start| text.strip_prefix(start).is_some_and(|rest| !rest.is_empty() && solid(rest))),
            Self::Path => text.starts_with('/') && solid(text),
            Self::Slug => text.split(['-', '_', '.']).all(|word| {
                !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_is_its_pattern() {
        let texts = [
            "",
            "/",
            "/a",
            "/a b",
            "a-b",
            "a--b",
            "-a",
            "a",
            "A-b",
            "2024/03/01",
            "2024/3/1",
            "24/03/2024",
            "http://",
            "http://a",
            "https://a/ü?x=1",
            "https://a b",
            "ftp://a",
            "a1-2b",
            "2024-03-01",
            "山-a",
            "a_b.c",
        ];
        for shape in Shape::ALL {
            let pattern = regex::Regex::new(shape.pattern()).unwrap();
            for text in texts {
                assert_eq!(shape.fits(text), pattern.is_match(text), "{shape:?} {text}");
            }
        }
    }
}
