//! The items of a list, nested ones each by itself, told by the bullets that their lines begin with.

use crate::source::Span;

/// The items of a list, nested ones too, without their bullets.
pub fn items(text: &str) -> Vec<&str> {
    let mut starts: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some(content) = bullet(line) {
            starts.push((at, at + content));
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).map(|(start, _)| *start).chain([text.len()]);
    starts.iter().zip(ends).map(|((_, content), end)| &text[*content..end]).collect()
}

/// The length of the bullet or number that a line starts with.
fn bullet(line: &str) -> Option<usize> {
    let inner = line.trim_start_matches([' ', '\t', '>']);
    let indent = line.len() - inner.len();
    let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
    let mark = match digits {
        0 if inner.starts_with(['-', '*', '+']) => 1,
        1..=9 if inner[digits..].starts_with(['.', ')']) => digits + 1,
        _ => return None,
    };
    inner[mark..].chars().next().is_none_or(char::is_whitespace).then_some(indent + mark)
}

/// The item, or the items, of a list that `here` touches; both in bytes of `text`, of which the list is `list`.
pub fn around(text: &str, list: Span, here: Span) -> Span {
    let lines = |from: usize, to: usize| Span::new(from, to.max(from)).of(text).split_inclusive('\n');
    let mut start = list.start;
    let mut at = here.start.clamp(list.start, list.end);
    // The line of the match itself is whole only with what stands behind its start.
    let mut end_of_line = at + lines(at, list.end).next().map_or(0, str::len);
    while let Some(line) = lines(list.start, end_of_line).next_back() {
        at = end_of_line - line.len();
        if bullet(line).is_some() {
            start = at;
            break;
        }
        end_of_line = at;
    }
    let mut end = here.end.clamp(list.start, list.end);
    end += lines(end, list.end).next().map_or(0, str::len);
    let below: usize = lines(end, list.end).take_while(|line| bullet(line).is_none()).map(str::len).sum();
    Span::new(start, (end + below).max(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around_word(text: &str, word: &str) -> String {
        let at = text.find(word).unwrap_or_default();
        let list = Span::new(0, text.len());
        around(text, list, Span::new(at, at + word.len())).of(text).to_string()
    }

    #[test]
    fn an_item_reaches_from_its_bullet_to_the_next_one() {
        let text = "- one\n  goes on\n- two\n  - three\n\n    four\n1. five\n";
        assert_eq!(around_word(text, "one"), "- one\n  goes on\n");
        assert_eq!(around_word(text, "goes"), "- one\n  goes on\n");
        assert_eq!(around_word(text, "two"), "- two\n");
        assert_eq!(around_word(text, "four"), "  - three\n\n    four\n");
        assert_eq!(around_word(text, "five"), "1. five\n");
        assert_eq!(around_word(text, "two\n  - three"), "- two\n  - three\n\n    four\n");
    }
}
