//! The pictures of the site as a whole: when, who, where, what is repeated, where images live, how long posts are.

use std::io::{self, Write};

use super::{
    chart::{Column, bar, columns},
    markup::{brief, count, lines, number, path, percent},
    model::{Model, Tally},
};
use crate::facts::{
    endings::Length,
    overview::{Host, Lengths, Repeated},
    promotion::Kind,
};

/// Rows of a table that are shown; the rest is counted.
const ROWS: usize = 15;
const HOSTS: usize = 25;
const FAMILIES: usize = 20;
/// Characters of a repeated block.
const BLOCK: usize = 700;
/// Columns of the histogram; the last one holds everything longer.
const CLASSES: usize = 40;
/// A histogram of fewer posts says nothing.
const FEWEST: usize = 20;

const FIT: [(&str, &str); 3] = [("error", "with an error"), ("warning", "with a warning"), ("fine", "neither")];

pub fn legend(parts: &[(&str, &str)], out: &mut dyn Write) -> io::Result<()> {
    write!(out, "<ul class=\"legend\">")?;
    for (class, name) in parts {
        write!(out, "<li><svg width=\"10\" height=\"10\" aria-hidden=\"true\"><rect class=\"{class}\" ")?;
        write!(out, "width=\"10\" height=\"10\"/></svg>{name}</li>")?;
    }
    writeln!(out, "</ul>")
}

fn fitness(tally: &Tally) -> [(usize, &'static str); 3] {
    let fine = tally.posts - tally.unfit - tally.doubtful;
    [(tally.unfit, "error"), (tally.doubtful, "warning"), (fine, "fine")]
}

pub fn times(model: &Model<'_>, out: &mut dyn Write) -> io::Result<()> {
    if model.times.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section id=\"times\"><h2>Posts by time of publication</h2>")?;
    if model.undated > 0 {
        writeln!(out, "<p class=\"note\">{} without a date that the site reads.</p>", count(model.undated, "post"))?;
    }
    let drawn: Vec<Column> = model
        .times
        .iter()
        .enumerate()
        .map(|(at, (name, tally))| Column {
            tick: tick(name, at, &model.times),
            says: format!(
                "{name}: {}, {} with an error, {} with a warning; {}",
                count(tally.posts, "post"),
                tally.unfit,
                tally.doubtful,
                count(tally.findings(), "finding")
            ),
            parts: fitness(tally).to_vec(),
            marked: false,
        })
        .collect();
    writeln!(out, "<figure>{}", columns(&drawn, "Posts by time of publication and what was found in them"))?;
    legend(&FIT, out)?;
    writeln!(out, "</figure>")?;
    writeln!(out, "<details class=\"fold\"><summary>As a table</summary>")?;
    let rows: Vec<(String, Tally)> =
        model.times.iter().filter(|(_, tally)| tally.posts > 0).map(|(name, tally)| (name.clone(), *tally)).collect();
    table("When", &rows, out)?;
    writeln!(out, "</details></section>")
}

/// The year under its first column; under every few columns where each is a year. What comes first has its whole name
/// unless the next year begins soon after.
fn tick(name: &str, at: usize, times: &[(String, Tally)]) -> String {
    let begins = |name: &str| matches!(name.split_once(['-', ' ']), Some((_, "01" | "Q1")));
    let near = times.iter().take(times.len().div_ceil(4)).any(|(name, _)| begins(name));
    match name.split_once(['-', ' ']) {
        Some((year, "01" | "Q1")) => year.to_owned(),
        Some(_) if at == 0 && !near => name.to_owned(),
        None if at.is_multiple_of(times.len().div_ceil(8)) => name.to_owned(),
        _ => String::new(),
    }
}

pub fn people(model: &Model<'_>, out: &mut dyn Write) -> io::Result<()> {
    for (id, title, column, groups) in [
        ("authors", "Posts by author", "Author", &model.authors),
        ("sections", "Posts by section", "Folder", &model.sections),
    ] {
        if !tells(groups) {
            continue;
        }
        writeln!(out, "<section id=\"{id}\"><h2>{title}</h2>")?;
        legend(&FIT, out)?;
        table(column, &groups[..groups.len().min(ROWS)], out)?;
        if let Some(more) = groups.get(ROWS..).filter(|more| !more.is_empty()) {
            writeln!(out, "<details class=\"fold\"><summary>{} more</summary>", number(more.len()))?;
            let most = &more[..more.len().min(ROWS * 20)];
            table(column, most, out)?;
            match more.len() - most.len() {
                0 => {}
                rest => writeln!(out, "<p class=\"note\">and {} more</p>", number(rest))?,
            }
            writeln!(out, "</details>")?;
        }
        writeln!(out, "</section>")?;
    }
    Ok(())
}

/// Whether groups tell posts apart at all.
pub fn tells(groups: &[(String, Tally)]) -> bool {
    groups.len() > 1
}

fn table(first: &str, rows: &[(String, Tally)], out: &mut dyn Write) -> io::Result<()> {
    write!(out, "<table><thead><tr><th>{first}</th><th class=\"wide\"></th><th class=\"num\">posts</th>")?;
    writeln!(out, "<th class=\"num\">with an error</th><th class=\"num\">findings</th></tr></thead><tbody>")?;
    let most = rows.iter().map(|(_, tally)| tally.posts).max().unwrap_or_default();
    for (name, tally) in rows {
        let name = if name.is_empty() { "(top folder)" } else { name };
        let says = format!("{} of {} with an error", tally.unfit, count(tally.posts, "post"));
        write!(out, "<tr><td><bdi>{}</bdi></td><td class=\"wide\">", brief(name).replace('/', "/<wbr>"))?;
        write!(out, "{}</td><td class=\"num\">{}</td>", bar(&fitness(tally), most, &says), number(tally.posts))?;
        let share = if tally.unfit > 0 { format!(" ({})", percent(tally.unfit, tally.posts)) } else { String::new() };
        write!(out, "<td class=\"num\">{}{share}</td>", number(tally.unfit))?;
        writeln!(out, "<td class=\"num\">{}</td></tr>", number(tally.findings()))?;
    }
    writeln!(out, "</tbody></table>")
}

pub fn families(families: &[Repeated], out: &mut dyn Write) -> io::Result<()> {
    if families.is_empty() {
        return Ok(());
    }
    let (wanted, frame): (Vec<&Repeated>, Vec<&Repeated>) =
        families.iter().partition(|family| matches!(family.kind, Kind::Promotional | Kind::Leak | Kind::Unknown));
    writeln!(out, "<section id=\"families\"><h2>Blocks that stand in many posts</h2>")?;
    writeln!(
        out,
        "<p class=\"note\">Each with its text as one post has it. Adverts are findings of their own; what is not \
         recognised is for you to judge.</p>"
    )?;
    list(&wanted, out)?;
    if !frame.is_empty() {
        let many = number(frame.len());
        writeln!(
            out,
            "<details class=\"fold\"><summary>{many} of the usual kind: licences, credits, headings</summary>"
        )?;
        list(&frame, out)?;
        writeln!(out, "</details>")?;
    }
    writeln!(out, "</section>")
}

fn list(families: &[&Repeated], out: &mut dyn Write) -> io::Result<()> {
    for family in families.iter().take(FAMILIES) {
        let (posts, share) = (count(family.posts, "post"), (family.share * 1000.0).round() / 10.0);
        write!(out, "<div class=\"family\"><h3>{} <small>in {posts}, {share} % of all; ", kind(family.kind))?;
        writeln!(out, "first in <bdi class=\"path\">{}</bdi></small></h3>", path(&family.path))?;
        writeln!(out, "<blockquote><bdi>{}</bdi></blockquote></div>", lines(&family.text, BLOCK))?;
    }
    match families.len().saturating_sub(FAMILIES) {
        0 => Ok(()),
        more => writeln!(out, "<p class=\"note\">{} rarer ones are in the JSON beside this page.</p>", number(more)),
    }
}

const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Promotional => "Advert",
        Kind::Leak => "What a model was told",
        Kind::Licence => "Licence",
        Kind::Legal => "Legal notice",
        Kind::Disclosure => "Notice of paid links",
        Kind::Credit => "Credit",
        Kind::Contribution => "Call for contributions",
        Kind::Navigation => "Navigation",
        Kind::Structural => "Heading or component",
        Kind::Duplicate => "Part of an article that stands there twice",
        Kind::Data => "Data",
        Kind::Unknown => "Repeated block",
    }
}

pub fn hosts(hosts: &[Host], online: bool, out: &mut dyn Write) -> io::Result<()> {
    if hosts.is_empty() {
        return Ok(());
    }
    let addresses: usize = hosts.iter().map(|host| host.addresses).sum();
    writeln!(out, "<section id=\"hosts\"><h2>Where remote images live</h2>")?;
    let asked = if online { "" } else { " The network was not asked, so none of them is verified." };
    let (images, places) = (count(addresses, "remote image"), count(hosts.len(), "host"));
    writeln!(out, "<p class=\"note\">{images} on {places}.{asked}</p>")?;
    if online {
        let parts = [
            ("error", "nothing there, no image, or not shown elsewhere"),
            ("info", "nobody can say"),
            ("fine", "an image came back"),
        ];
        legend(&parts, out)?;
    }
    let shown = &hosts[..hosts.len().min(HOSTS)];
    host_table(shown, online, out)?;
    if let Some(more) = hosts.get(HOSTS..).filter(|more| !more.is_empty()) {
        writeln!(out, "<details class=\"fold\"><summary>{} more</summary>", number(more.len()))?;
        host_table(&more[..more.len().min(HOSTS * 20)], online, out)?;
        writeln!(out, "</details>")?;
    }
    writeln!(out, "</section>")
}

fn host_table(hosts: &[Host], online: bool, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "<table><thead><tr><th>Host</th><th class=\"wide\"></th><th class=\"num\">addresses</th>")?;
    if online {
        write!(out, "<th class=\"num\">alive</th><th class=\"num\">broken</th><th>unverified</th>")?;
    }
    writeln!(out, "</tr></thead><tbody>")?;
    let most = hosts.iter().map(|host| host.addresses).max().unwrap_or_default();
    for host in hosts {
        let name = if host.host.is_empty() { "(no host)" } else { &host.host };
        let counts = host.counts;
        let gone = counts.dead + counts.not_an_image + counts.hotlink;
        let says = format!("{} alive, {gone} broken, {} unverified", counts.alive, counts.unverified);
        let parts = [(gone, "error"), (counts.unverified, "info"), (counts.alive, "fine")];
        write!(out, "<tr><td><bdi>{}</bdi></td><td class=\"wide\">{}</td>", brief(name), bar(&parts, most, &says))?;
        write!(out, "<td class=\"num\">{}</td>", number(host.addresses))?;
        if online {
            let mut reasons: Vec<(&String, &usize)> = host.reasons.iter().collect();
            reasons.sort_by_key(|(_, many)| std::cmp::Reverse(**many));
            let reasons: Vec<String> =
                reasons.iter().take(3).map(|(why, many)| format!("{} {}", number(**many), brief(why))).collect();
            write!(out, "<td class=\"num\">{}</td><td class=\"num\">{}</td>", number(counts.alive), number(gone))?;
            write!(out, "<td>{}</td>", reasons.join("; "))?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody></table>")
}

/// Whether a site has enough posts for a histogram.
pub fn is_drawn(lengths: &Lengths) -> bool {
    lengths.classes.iter().map(|class| class.posts).sum::<usize>() >= FEWEST
}

pub fn lengths(sites: &[Lengths], out: &mut dyn Write) -> io::Result<()> {
    let drawn: Vec<&Lengths> = sites.iter().filter(|site| is_drawn(site)).collect();
    if drawn.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section id=\"lengths\"><h2>Lengths, and where texts break off</h2>")?;
    writeln!(
        out,
        "<p class=\"note\">Articles by their length in characters, without what was appended. A limit of tokens cuts at \
         much the same length: where it does, columns of that length break off far more often than their neighbours.</p>"
    )?;
    for site in &drawn {
        histogram(site, drawn.len() > 1, out)?;
    }
    legend(&[("error", "break off or end without a mark"), ("fine", "end as texts do")], out)?;
    writeln!(out, "</section>")
}

fn histogram(site: &Lengths, named: bool, out: &mut dyn Write) -> io::Result<()> {
    let width = site.classes.windows(2).map(|pair| pair[1].from - pair[0].from).min().unwrap_or(1).max(1);
    let last = (CLASSES - 1) * width;
    let longest = site.classes.last().map_or(0, |class| class.from);
    let mut drawn: Vec<Column> = Vec::new();
    for at in 0..=longest.min(last) / width {
        let from = at * width;
        let open = from == last && longest > last;
        let here = site.classes.iter().filter(|class| class.from == from || open && class.from > from);
        let (posts, broken, wall) = here.fold((0, 0, false), |(posts, broken, wall), class| {
            (posts + class.posts, broken + class.broken, wall || class.wall)
        });
        let until = if open { "and longer".to_owned() } else { format!("to {}", number(from + width - 1)) };
        drawn.push(Column {
            tick: if at.is_multiple_of(5) { number(from) } else { String::new() },
            says: format!("{} {until} characters: {}, {broken} break off", number(from), count(posts, "post")),
            parts: vec![(broken, "error"), (posts - broken, "fine")],
            marked: wall,
        });
    }
    let name = if site.site.is_empty() { "." } else { &site.site };
    writeln!(out, "<figure>{}", columns(&drawn, "Posts by length in characters"))?;
    if named {
        writeln!(out, "<figcaption><bdi>{}</bdi></figcaption>", brief(name))?;
    }
    // A limit cuts a little before or behind the edge of a column: marked neighbours are one wall.
    for wall in site.classes.chunk_by(|a, b| a.wall && b.wall && b.from == a.from + width) {
        let Some((first, last)) = wall.first().zip(wall.last()).filter(|(first, _)| first.wall) else { continue };
        let sum = |of: fn(&Length) -> usize| wall.iter().map(of).sum::<usize>();
        writeln!(
            out,
            "<p><strong>A wall at {} to {} characters:</strong> {} of {} of that length break off.</p>",
            number(first.from),
            number(last.from + width - 1),
            number(sum(|class| class.broken)),
            count(sum(|class| class.posts), "post")
        )?;
    }
    writeln!(out, "</figure>")
}
