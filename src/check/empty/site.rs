//! What a site says in place of a text: that it has no such page, or that one has to log in.

use std::collections::HashSet;

/// Such a page has no more characters.
const PAGE: usize = 500;

/// A line that is no sentence has so few words.
const LINE: usize = 6;

/// A field of a form is called by so few words.
const FIELD: usize = 4;

/// So many lines of a form are no sentences.
const FORM: usize = 3;

/// The codes with which servers say why they have no page (RFC 9110, sections 15.5 and 15.6), as far as readers see them.
const CODES: [&str; 9] = ["400", "401", "403", "404", "410", "500", "502", "503", "504"];

/// Whether nothing of the post that is called `title` is in `text`, but a page for what is not there, or a form to log in:
/// one of its fields is called by one of `passwords`, which are in lower case.
pub fn is_page(text: &str, title: &str, passwords: &HashSet<String>) -> bool {
    text.chars().take(PAGE + 1).count() <= PAGE
        && !shares_words(text, title)
        && (text.lines().any(names_code) || is_form(text, passwords))
}

/// Whether a text has one of the longer words of a title; in scripts without spaces, two characters of it.
fn shares_words(text: &str, title: &str) -> bool {
    let text = text.to_lowercase();
    let title = title.to_lowercase();
    let words = title.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= 2);
    words.into_iter().any(|word| {
        let unspaced = word.chars().any(|c| crate::document::prose::script(c).unspaced());
        let pairs = || {
            let chars: Vec<char> = word.chars().collect();
            chars.windows(2).any(|pair| text.contains(&pair.iter().collect::<String>()))
        };
        if unspaced { pairs() } else { word.chars().count() >= 4 && text.contains(word) }
    })
}

/// Whether a line is nothing but such a code with a few words: `404`, `Error 404: not here`, `Code: 503`.
fn names_code(line: &str) -> bool {
    let line = line.trim_matches(|c: char| c == '#' || c == '*' || c.is_whitespace());
    let words: Vec<&str> = line.split_whitespace().collect();
    let Some(at) = words.iter().position(|word| CODES.contains(&word.trim_matches(|c: char| !c.is_alphanumeric())))
    else {
        return false;
    };
    let word = words[at];
    // `503 kilometres` and `on 404 pages` are numbers.
    let goes_on = words
        .get(at + 1)
        .is_some_and(|next| !next.starts_with(|c: char| c.is_uppercase() || matches!(c, '-' | '–' | '—' | '|')));
    words.len() <= LINE && at <= 2 && (!goes_on || word.ends_with(':'))
}

/// Whether a text consists of short lines, and one of them is the field for a password.
fn is_form(text: &str, passwords: &HashSet<String>) -> bool {
    let is_short = |line: &&str| (1..=LINE).contains(&line.split_whitespace().count());
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let short = lines().filter(is_short).count();
    let is_field = |line: &str| {
        let line = line.to_lowercase();
        let few = line.split_whitespace().count() <= FIELD;
        few && line.split(|c: char| !c.is_alphanumeric()).any(|word| passwords.contains(word))
    };
    short >= FORM && short * 3 >= lines().count() * 2 && lines().any(is_field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_the_site_has_nothing_of_the_post() {
        let passwords = HashSet::from(["password".to_owned(), "hasło".to_owned()]);
        let is_page = |text: &str, title: &str| is_page(text, title, &passwords);
        assert!(is_page("# 404\n\nNothing is here. Look elsewhere.\n", "The old mill"));
        assert!(is_page("Error 404: página no encontrada\n", "El molino"));
        assert!(is_page("Bitte später.\n\nFehlercode: 503\n", "Die Mühle"));
        assert!(is_page("Log in\n\nName *\n\nPassword *\n\n[ ] Stay\n", "The old mill"));
        assert!(is_page("E-mail\n\nHasło\n\nZaloguj\n", "Stary młyn"));
        // The post is about that, or the number is one.
        assert!(!is_page("# 404\n\nWhat to say on such a page.\n", "A page for what is gone: 404 and more"));
        assert!(!is_page("503 kilometres\n\nWe went by bike.\n", "To the sea"));
        assert!(!is_page("We met on route 404 by chance, and that was all.\n", "To the sea"));
        assert!(!is_page("Pick a password.\n", "Good habits"));
    }
}
