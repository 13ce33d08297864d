//! `path:line:column: severity[rule] message`: one line for each finding, whatever the content.

use std::io::{self, Write};

use super::{
    Page,
    paint::Paint,
    ruler::measured,
    summary,
    text::{escape, sentence},
};
use crate::finding::Status;

pub fn render(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    if page.style.statistics {
        summary::statistics(page, out)?;
        return summary::render(page, out);
    }
    let paint = Paint { color: page.style.color };
    for (finding, ruler) in measured(page.report).filter(|(finding, _)| finding.status == Status::New) {
        let at = ruler.position(finding.span.start);
        let path = page.location.show(&finding.path);
        let place = format!("{}:{}:{}", escape(&path), at.line, at.column);
        let head = format!("{}[{}]", finding.severity.name(), escape(&finding.rule));
        let head = paint.severity(finding.severity, &head);
        writeln!(out, "{}: {head} {}", paint.bold(&place), sentence(&finding.message))?;
    }
    summary::render(page, out)
}
