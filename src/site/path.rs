//! Paths of files and of addresses, with `/` between their parts.

/// `folder` and `path` joined and without `.` and `..`; none where that leads out of the project.
pub fn within(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// As [`within`], but `..` at the top stays at the top, as in an address of the web.
pub fn clamp(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// `path` in `folder`, either of which may be empty for the project's root; `.` and a `/` at the end do not count.
pub fn join(folder: &str, path: &str) -> String {
    clamp(folder, path)
}

/// `path` as seen from `folder`, if it is in there.
pub fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() || path == folder {
        return Some(&path[folder.len()..]);
    }
    path.strip_prefix(folder)?.strip_prefix('/')
}
