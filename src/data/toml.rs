//! TOML with byte spans. The only module that knows the `toml` crate.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{Data, Entry, Node, Scalar, Style, SyntaxError};
use crate::source::Span;

/// Reads the part `span` of `text`.
///
/// # Errors
/// Every syntax error, at its place in `text`; never none.
pub fn parse(text: &str, span: Span) -> Result<Node, Vec<SyntaxError>> {
    let part = span.of(text);
    let (table, errors) = DeTable::parse_recoverable(part);
    if errors.is_empty() {
        let place = Span::new(0, part.len()).trimmed(part).shifted(span.start);
        return Ok(Node { span: place, data: map(table.into_inner(), span.start) });
    }
    Err(errors
        .iter()
        .map(|error| {
            let place = error.span().map_or(span, |range| Span::new(range.start, range.end).shifted(span.start));
            let place = super::visible(text, place, span);
            match super::lower_first(error.message()) {
                message if message.contains("recursion limit") => {
                    SyntaxError::limit(place, "too many lists and tables stand inside each other")
                }
                message => SyntaxError::new(place, message),
            }
        })
        .collect())
}

fn map(table: DeTable<'_>, by: usize) -> Data {
    let entry = |(key, value): (Spanned<std::borrow::Cow<'_, str>>, Spanned<DeValue<'_>>)| Entry {
        key: Node {
            span: place(key.span(), by),
            data: Data::Scalar(Scalar { text: key.into_inner().into_owned(), style: Style::Quoted }),
        },
        value: node(value, by),
    };
    Data::Map(table.into_iter().map(entry).collect())
}

fn node(value: Spanned<DeValue<'_>>, by: usize) -> Node {
    let span = place(value.span(), by);
    let scalar = |text: String, style| Data::Scalar(Scalar { text, style });
    let data = match value.into_inner() {
        DeValue::String(text) => scalar(text.into_owned(), Style::Quoted),
        DeValue::Integer(number) => scalar(number.to_string(), Style::Integer),
        DeValue::Float(number) => scalar(number.to_string(), Style::Float),
        DeValue::Boolean(value) => scalar(value.to_string(), Style::Boolean),
        DeValue::Datetime(value) => scalar(value.to_string(), Style::Date),
        DeValue::Array(items) => Data::List(items.into_iter().map(|item| node(item, by)).collect()),
        DeValue::Table(table) => map(table, by),
    };
    Node { span, data }
}

fn place(range: std::ops::Range<usize>, by: usize) -> Span {
    Span::new(range.start, range.end).shifted(by)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_keep_their_places() {
        let text = "+++\n# 注释\ntitle = \"标题\"\n[extra]\ntags = ['甲', 2]\nday = 2024-01-02\n+++\n";
        let root = parse(text, Span::new(4, text.len() - 4)).unwrap();
        assert_eq!(root.get("title").unwrap().span.of(text), "\"标题\"");
        assert_eq!(root.at("extra.tags").unwrap().items()[0].text(), Some("甲"));
        assert_eq!(root.at("extra.day").unwrap().scalar().unwrap().style, Style::Date);
    }

    #[test]
    fn several_errors_each_have_a_place() {
        let text = "a = \nb = 1\nb = 2\n标 = 3\n";
        let errors = parse(text, Span::new(0, text.len())).unwrap_err();
        assert!(errors.len() >= 2, "{errors:?}");
        assert!(errors.iter().all(|error| text.get(error.span.start..error.span.end).is_some()));
    }

    #[test]
    fn deep_nesting_is_an_error() {
        let text = format!("a = {}", "[".repeat(100_000));
        assert!(parse(&text, Span::new(0, text.len())).is_err());
    }
}
