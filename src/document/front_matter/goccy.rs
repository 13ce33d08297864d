//! A peculiarity of goccy/go-yaml as Hugo 0.168 carries it: keys vanish into an empty list item before them.
//!
//! After `aliases:` and a `- ` without a value in the same column, the reader takes the keys that follow for the value
//! of that item: `tags` is no key of the page any more, but of `aliases[0]`. Measured on 1,436 posts of a real site.

use crate::{
    data::{Data, Entry, Node, Style, SyntaxError},
    source::Span,
};

/// Lists of one map that may each take in the next; what is built must not be deeper than what is parsed.
const DEPTH: usize = 64;

/// Moves keys to where Hugo reads them.
///
/// # Errors
/// More such lists inside each other than anybody writes, at the first one that is too many.
pub fn swallow(text: &str, node: &mut Node) -> Result<(), SyntaxError> {
    match &mut node.data {
        Data::List(items) => items.iter_mut().try_for_each(|item| swallow(text, item)),
        Data::Map(entries) => {
            entries.iter_mut().try_for_each(|entry| swallow(text, &mut entry.value))?;
            // From the end, as one list may take in another.
            let mut depth = 0;
            for at in (0..entries.len().saturating_sub(1)).rev() {
                if takes_what_follows(text, &entries[at]) {
                    depth += 1;
                    if depth > DEPTH {
                        let message = format!("more than {DEPTH} lists with an empty item at their end");
                        return Err(SyntaxError::limit(entries[at].key.span, message));
                    }
                    let rest = entries.split_off(at + 1);
                    put(&mut entries[at].value, rest);
                }
            }
            Ok(())
        }
        Data::Scalar(_) | Data::Alias(..) => Ok(()),
    }
}

/// A list in the same column as its key, whose last item is not written.
fn takes_what_follows(text: &str, entry: &Entry) -> bool {
    let last = entry.value.items().last();
    let open = last.filter(|item| item.scalar().is_some_and(|item| item.style == Style::Null));
    let Some(item) = open else { return false };
    let before = text[..item.span.start].trim_end();
    let line = before.len() - column(text, before.len());
    let written = before[line..].trim_start();
    let rest = written.strip_prefix('-').map(str::trim_start);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('#'))
        && before.len() - line - written.len() == column(text, entry.key.span.start)
}

/// Bytes from the start of the line.
fn column(text: &str, at: usize) -> usize {
    at - text[..at].rfind('\n').map_or(0, |line_end| line_end + 1)
}

fn put(list: &mut Node, rest: Vec<Entry>) {
    let (Some(first), Some(last)) = (rest.first(), rest.last()) else { return };
    let span = Span::new(first.key.span.start, last.value.span.end.max(last.key.span.end));
    if let Data::List(items) = &mut list.data
        && let Some(item) = items.last_mut()
    {
        *item = Node { span, data: Data::Map(rest) };
        list.span.end = span.end;
    }
}
