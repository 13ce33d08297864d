//! Writing reports to where they are wanted.

use std::{
    collections::BTreeSet,
    env, fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use super::{Stop, Streams};
use crate::{
    cli,
    error::Error,
    render::{self, Format, Page, Style},
};

/// What goes where.
pub struct Outputs {
    terminal: Option<Format>,
    files: Vec<cli::Report>,
    /// Where GitHub takes Markdown for the page of the run.
    page_of_run: Option<PathBuf>,
}

impl Outputs {
    /// # Errors
    /// Two reports want the same file.
    pub fn wanted(options: &cli::Check) -> Result<Self, Error> {
        let mut files = options.report.clone();
        let terminal = match &options.output {
            Some(file) => {
                let format = options.format.unwrap_or(Format::Human);
                files.push(cli::Report { format, file: file.clone() });
                None
            }
            None => Some(options.format.unwrap_or_else(usual)),
        };
        let mut seen = BTreeSet::new();
        if let Some(twice) = files.iter().find(|report| !seen.insert(&report.file)) {
            return Err(Error::usage(format!("two reports want {}", twice.file.display())));
        }
        let page = env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()).map(PathBuf::from);
        Ok(Self { terminal, files, page_of_run: page.filter(|_| terminal == Some(Format::Github)) })
    }

    /// Writes every report; a file is replaced as a whole or not at all.
    pub fn write(&self, page: &Page<'_>, streams: &mut Streams<'_>) -> Result<(), Stop> {
        let plain = Page { style: Style { color: false, ..page.style }, ..*page };
        for report in &self.files {
            replace(&report.file, |out| render::render(report.format, &plain, out))
                .map_err(|cause| Error::Write { path: report.file.clone(), cause })?;
        }
        if let Some(path) = &self.page_of_run {
            let text = rendered(Format::Markdown, &plain)?;
            let file = fs::OpenOptions::new().append(true).create(true).open(path);
            file.and_then(|mut file| file.write_all(&text))
                .map_err(|cause| Error::Write { path: path.clone(), cause })?;
        }
        self.terminal.map_or(Ok(()), |format| Ok(render::render(format, page, streams.out)?))
    }
}

/// What goes to standard output where nobody says it.
fn usual() -> Format {
    if env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true") { Format::Github } else { Format::Human }
}

fn rendered(format: Format, page: &Page<'_>) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    render::render(format, page, &mut text)?;
    Ok(text)
}

/// Replaces a file as a whole or not at all. A pipe or a device, such as /dev/stderr, is written to instead.
pub fn replace(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut text = Vec::new();
    write(&mut text)?;
    if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return fs::OpenOptions::new().write(true).open(path)?.write_all(&text);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&text)?;
    keep_usual_mode(file.path())?;
    file.persist(path)?;
    Ok(())
}

/// Temporary files are private; a report is an ordinary file.
pub fn keep_usual_mode(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o644))?;
    }
    let _ = path;
    Ok(())
}
