//! `path:line:column: severity[rule] message`: one line for each finding, whatever the content.

use std::io::{self, Write};

use super::{
    Page,
    paint::Paint,
    ruler::{Ruler, measured},
    summary,
    text::{escape, sentence},
};
use crate::finding::{Finding, Status};

pub fn render(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    if page.style.statistics {
        summary::statistics(page, out)?;
        return summary::render(page, out);
    }
    for (finding, ruler) in measured(page.report).filter(|(finding, _)| finding.status == Status::New) {
        self::finding(page, finding, &ruler, out)?;
    }
    summary::render(page, out)
}

/// One line.
pub fn finding(page: &Page<'_>, finding: &Finding, ruler: &Ruler<'_>, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint { color: page.style.color };
    let at = ruler.position(finding.span.start);
    let path = page.location.show(&finding.path);
    // A line that starts like this is a command to GitHub Actions.
    let here = if path.trim_start().starts_with("::") { "./" } else { "" };
    let place = format!("{here}{}:{}:{}", escape(&path), at.line, at.column);
    let head = format!("{}[{}]", finding.severity.name(), escape(&finding.rule));
    let head = paint.severity(finding.severity, &head);
    writeln!(out, "{}: {head} {}", paint.bold(&place), sentence(&finding.message))
}
