//! Sentences with `{words}` in them.

/// A sentence; `{word}` is replaced by what the check found. `{{` is a brace.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Template(String);

impl Template {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The words that the sentence needs, in order.
    pub fn words(&self) -> Vec<&str> {
        let mut words = Vec::new();
        self.walk(|piece| {
            if let Piece::Word(word) = piece {
                words.push(word);
            }
        });
        words
    }

    /// The sentence with each word replaced; an unknown word stays as it is written.
    pub fn fill<'v>(&self, value: impl Fn(&str) -> Option<&'v str>) -> String {
        let mut filled = String::with_capacity(self.0.len() + 32);
        self.walk(|piece| match piece {
            Piece::Text(text) => filled.push_str(text),
            Piece::Word(word) => match value(word) {
                Some(value) => filled.push_str(value),
                None => {
                    filled.push('{');
                    filled.push_str(word);
                    filled.push('}');
                }
            },
        });
        filled.truncate(filled.trim_end().len());
        filled
    }

    fn walk<'a>(&'a self, mut visit: impl FnMut(Piece<'a>)) {
        let mut rest = self.0.as_str();
        while let Some(at) = memchr::memchr(b'{', rest.as_bytes()) {
            visit(Piece::Text(&rest[..at]));
            let after = &rest[at + 1..];
            if let Some(literal) = after.strip_prefix('{') {
                visit(Piece::Text("{"));
                rest = literal;
                continue;
            }
            match memchr::memchr(b'}', after.as_bytes()) {
                Some(end) if after[..end].chars().all(|c| c.is_ascii_alphanumeric() || c == '-') => {
                    visit(Piece::Word(&after[..end]));
                    rest = &after[end + 1..];
                }
                _ => {
                    visit(Piece::Text("{"));
                    rest = after;
                }
            }
        }
        visit(Piece::Text(rest));
    }
}

enum Piece<'a> {
    Text(&'a str),
    Word(&'a str),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_filled_and_braces_survive() {
        let template = Template("{a} and {{b}} and {c d} and {z}".to_owned());
        assert_eq!(template.words(), ["a", "z"]);
        assert_eq!(template.fill(|word| (word == "a").then_some("x")), "x and {b}} and {c d} and {z}");
    }
}
