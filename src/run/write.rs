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
    let page = Page { style: Style { color: false, ..page.style }, ..*page };
    whole(path, |file| {
        let mut buffer = io::BufWriter::new(file);
        render::render(options.format, &page, &mut buffer).and_then(|()| buffer.flush())
    })
}

/// Writes a file as a whole or not at all.
pub fn whole(path: &Path, render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Stop> {
    let failed = |cause| Stop::from(Error::Write { path: path.to_owned(), cause });
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    render(file.as_file_mut()).map_err(failed)?;
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
