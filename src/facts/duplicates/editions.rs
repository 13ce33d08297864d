//! Two paths to one page in two languages or versions, which are no copies of each other.

/// `docs/a.md` and `docs/fr/a.md`, `a.md` and `a.fr.md`, `v1.2/a.md` and `v1.3/a.md`.
pub fn are_editions(one: &str, other: &str) -> bool {
    let folder = |path| split(path).0;
    // The same file name with other endings in one folder is no edition.
    let apart = folder(one) != folder(other) || one.matches('.').count() > 1 || other.matches('.').count() > 1;
    one != other && apart && stem(one) == stem(other) && folders(one).eq(folders(other))
}

/// The folder, empty where there is none, and the name in it.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// The folders but for those that say which edition it is.
fn folders(path: &str) -> impl Iterator<Item = &str> {
    split(path).0.split('/').filter(|folder| !folder.is_empty() && !is_edition(folder))
}

/// The name without its ending and its language.
fn stem(path: &str) -> &str {
    let stem = split(path).1.rsplit_once('.').map_or("", |(stem, _)| stem);
    stem.rsplit_once('.').filter(|(_, code)| is_language(code)).map_or(stem, |(stem, _)| stem)
}

/// `fr`, `pt-br`, `zh_CN`, `zh-Hans`; `v2`, `1.x`, `version-2.0`, but no year and no day.
fn is_edition(folder: &str) -> bool {
    is_language(folder) || is_version(folder)
}

fn is_language(code: &str) -> bool {
    let mut parts = code.split(['-', '_']);
    let language = parts.next().is_some_and(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_lowercase()));
    let region = |part: &str| (2..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    language && parts.all(region)
}

fn is_version(folder: &str) -> bool {
    let (named, number) = match folder.strip_prefix("version-").or_else(|| folder.strip_prefix('v')) {
        Some(number) => (true, number),
        None => (false, folder),
    };
    let number_like = number.starts_with(|c: char| c.is_ascii_digit())
        && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'x');
    number_like && (named || number.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_and_versions_of_a_page_are_editions() {
        for (one, other) in [
            ("docs/a.md", "docs/fr/a.md"),
            ("docs/pt-br/a.md", "docs/de/a.md"),
            ("a/index.md", "a/index.zh-Hans.md"),
            ("v1.2/a.md", "version-1.3/a.md"),
        ] {
            assert!(are_editions(one, other), "{one} {other}");
        }
        for (one, other) in
            [("2023/a.md", "2024/a.md"), ("posts/a.md", "news/a.md"), ("fr/a.md", "fr/b.md"), ("a.md", "a.mdx")]
        {
            assert!(!are_editions(one, other), "{one} {other}");
        }
    }
}
