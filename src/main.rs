//! The binary: reads the command line, prints, exits. Everything else is the library.

use std::{
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

use clap::Parser;
use copydesk::{
    cli::{Cli, Color},
    render::{self, Style},
    run::{self, Exit, Streams},
};

/// Small strings and lists are made and dropped by the million, on all threads at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let out = io::stdout();
    let style = Style {
        color: wants_color(cli.global.color, out.is_terminal()),
        unicode: can_draw(out.is_terminal()),
        width: terminal_width(),
        shown: out.is_terminal() || std::env::var_os("GITHUB_ACTIONS").is_some(),
        progress: io::stderr().is_terminal() && !is_unattended(),
        ..Style::default()
    };
    let mut out = io::BufWriter::new(out.lock());
    let mut err = io::stderr();
    let mut streams = Streams { out: &mut out, err: &mut err, style };
    let exit = match run::run(&cli, &mut streams).and_then(|exit| match out.flush().map_err(run::Stop::from) {
        // Whoever read the output has seen enough; what it said still counts.
        Ok(()) | Err(run::Stop::Closed) => Ok(exit),
        Err(stop) => Err(stop),
    }) {
        Ok(exit) => exit,
        Err(run::Stop::Closed) => Exit::Clean,
        Err(run::Stop::Failed(error)) => {
            let color = wants_color(cli.global.color, io::stderr().is_terminal());
            // Nothing is left to be told when standard error is closed too.
            let _ = render::human::render_error(&error, Style { color, ..style }, &mut io::stderr().lock());
            Exit::Failed
        }
    };
    ExitCode::from(exit as u8)
}

/// The habits of the terminal: `NO_COLOR` and `CLICOLOR_FORCE` count unless the command line says otherwise.
fn wants_color(color: Color, terminal: bool) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if set("NO_COLOR") => false,
        Color::Auto if set("CLICOLOR_FORCE") || set("FORCE_COLOR") => true,
        Color::Auto => terminal && std::env::var_os("TERM").is_none_or(|term| term != "dumb"),
    }
}

/// Whether nobody watches, as in CI, or the terminal cannot go back to the start of a line.
fn is_unattended() -> bool {
    std::env::var_os("CI").is_some() || std::env::var_os("TERM").is_none_or(|term| term == "dumb")
}

/// Whether frames may be drawn with more than ASCII: not where the locale or the terminal says that it cannot.
fn can_draw(terminal: bool) -> bool {
    let value = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(value);
    let wide = locale.is_none_or(|locale| locale.to_lowercase().replace('-', "").contains("utf8"));
    !terminal || wide && value("TERM").is_none_or(|term| term != "linux" && term != "dumb")
}

/// `COLUMNS` counts before what the terminal says; 0 where nobody knows.
fn terminal_width() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    told.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))).unwrap_or(0)
}
