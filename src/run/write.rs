//! Writing a report to where it is wanted.

use std::{fs, io, io::Write, path::Path};

use super::{Stop, Streams};
use crate::{
    cli,
    error::Error,
    render::{self, Page, Style},
};

/// Writes the report to where it is wanted; a file is replaced as a whole or not at all.
pub fn write(options: &cli::Check, page: &Page<'_>, streams: &mut Streams<'_>) -> Result<(), Stop> {
    let Some(path) = &options.output else {
        return Ok(render::render(options.format, page, streams.out)?);
    };
    let failed = |cause| Stop::from(Error::Write { path: path.clone(), cause });
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    let page = Page { style: Style { color: false, ..page.style }, ..*page };
    let mut buffer = io::BufWriter::new(file.as_file_mut());
    render::render(options.format, &page, &mut buffer).and_then(|()| buffer.flush()).map_err(failed)?;
    drop(buffer);
    keep_usual_mode(file.path()).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Temporary files are private; a report is an ordinary file.
fn keep_usual_mode(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o644))?;
    }
    let _ = path;
    Ok(())
}

/// Replaces a file with `text`, as a whole or not at all.
pub fn replace(path: &Path, text: &str) -> Result<(), Error> {
    let failed = |cause| Error::Write { path: path.to_owned(), cause };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    keep_usual_mode(file.path()).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}
