//! `copydesk audit`: the whole site on one page that needs nothing but itself. No script runs in it and nothing is loaded;
//! what is folded opens by itself where a link leads into it.

mod chart;
mod finding;
mod markup;
mod model;
mod overview;

use std::io::{self, Write};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Page;
use crate::{check::Severity, examine::Survey};
use markup::{brief, count, number, percent, prose, text};
use model::{Group, Model, OF_POST, POSTS, Tally};

/// The page's style; its SHA-256 in base64 is all that the page's own policy lets in.
const STYLE: &str = include_str!("style.css");
const STYLE_HASH: &str = "vqCNdy+nnuIYpQYEONDs5fFes0CjmRCO9AGgS+HQWHM=";

/// What is not escaped in the name of a file in an address.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// Posts that are listed and not folded.
const OPEN_POSTS: usize = 20;

/// What the page is made of.
#[derive(Clone, Copy)]
pub struct Audit<'a> {
    /// Its report is the survey's.
    pub page: &'a Page<'a>,
    /// The posts' paths are relative to the working directory, as the page shows them.
    pub survey: &'a Survey,
    /// What the site is called.
    pub name: &'a str,
    /// The name of the JSON file beside the page.
    pub json: &'a str,
}

/// Writes the page.
///
/// # Errors
/// Only those of the writer.
pub fn render(audit: &Audit<'_>, out: &mut dyn Write) -> io::Result<()> {
    let page = audit.page;
    let model = Model::new(page.report, &audit.survey.overview.posts, |path| page.location.show(path));
    let sheet = Sheet { audit: *audit, model: &model };
    sheet.head(out)?;
    sheet.problems(out)?;
    sheet.figures(out)?;
    sheet.contents(out)?;
    writeln!(out, "</header>\n<main>")?;
    sheet.rules(out)?;
    overview::times(&model, out)?;
    overview::people(&model, out)?;
    sheet.posts(out)?;
    overview::families(&audit.survey.overview.families, out)?;
    overview::hosts(&audit.survey.overview.hosts, page.online, out)?;
    overview::lengths(&audit.survey.overview.lengths, out)?;
    sheet.schema(out)?;
    sheet.foot(out)
}

struct Sheet<'a> {
    audit: Audit<'a>,
    model: &'a Model<'a>,
}

impl Sheet<'_> {
    fn json(&self) -> String {
        let address = utf8_percent_encode(self.audit.json, KEPT);
        format!("<a href=\"{address}\"><code>{}</code></a>", text(self.audit.json))
    }

    fn head(&self, out: &mut dyn Write) -> io::Result<()> {
        let (name, total) = (text(self.audit.name), &self.model.total);
        writeln!(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
        writeln!(
            out,
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; \
             base-uri 'none'; form-action 'none'\">"
        )?;
        writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
        writeln!(out, "<meta name=\"color-scheme\" content=\"light dark\">")?;
        writeln!(out, "<meta name=\"referrer\" content=\"no-referrer\">")?;
        writeln!(out, "<title>{name}: copydesk audit</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<header>")?;
        writeln!(out, "<p class=\"kicker\">copydesk audit</p>\n<h1><bdi>{name}</bdi></h1>")?;
        let posts = count(total.posts, "post");
        let read = match self.audit.page.report.summary.sites.as_slice() {
            [] => ", read without a site generator".to_owned(),
            [site] => format!(", read as {}", brief(site)),
            sites => format!(" on {} sites", number(sites.len())),
        };
        let fit = match total.unfit {
            0 if total.findings() == 0 => "Nothing was found.".to_owned(),
            0 => "None has an error.".to_owned(),
            1 if total.posts == 1 => "It has an error and is not fit to publish.".to_owned(),
            1 => "One of them has an error and is not fit to publish.".to_owned(),
            unfit => format!(
                "{} of them ({}) have an error and are not fit to publish.",
                number(unfit),
                percent(unfit, total.posts)
            ),
        };
        writeln!(out, "<p class=\"lede\">{posts}{read}. {fit}</p>")
    }

    /// What could not be checked, before anything else.
    fn problems(&self, out: &mut dyn Write) -> io::Result<()> {
        let problems = &self.audit.page.report.problems;
        if problems.is_empty() {
            return Ok(());
        }
        writeln!(
            out,
            "<div class=\"alarm\"><strong>{} could not be checked</strong><ul>",
            count(problems.len(), "file")
        )?;
        for problem in problems.iter().take(OF_POST) {
            let path = text(&self.audit.page.location.show(&problem.path));
            writeln!(out, "<li><bdi class=\"path\">{path}</bdi>: {}</li>", brief(&problem.message))?;
        }
        let more = problems.len().saturating_sub(OF_POST);
        if more > 0 {
            writeln!(out, "<li>and {} more, in {}</li>", number(more), self.json())?;
        }
        writeln!(out, "</ul></div>")
    }

    fn figures(&self, out: &mut dyn Write) -> io::Result<()> {
        let (total, overview) = (&self.model.total, &self.audit.survey.overview);
        let sum = |of: fn(&crate::facts::overview::Host) -> usize| overview.hosts.iter().map(of).sum::<usize>();
        let addresses = sum(|host| host.addresses);
        let mut figures = vec![
            ("posts", number(total.posts), false),
            ("with an error", number(total.unfit), total.unfit > 0),
            ("errors", number(total.errors), total.errors > 0),
            ("warnings", number(total.warnings), false),
        ];
        if total.infos > 0 {
            figures.push(("notes", number(total.infos), false));
        }
        if self.model.known > 0 {
            figures.push(("of them known", number(self.model.known), false));
        }
        if addresses > 0 {
            figures.push(("remote images", number(addresses), false));
            figures.push(("unverified", number(sum(|host| host.counts.unverified)), false));
        }
        writeln!(out, "<dl class=\"figures\">")?;
        for (name, value, hot) in figures {
            let class = if hot { " class=\"hot\"" } else { "" };
            writeln!(out, "<div{class}><dt>{name}</dt><dd>{value}</dd></div>")?;
        }
        writeln!(out, "</dl>")
    }

    fn contents(&self, out: &mut dyn Write) -> io::Result<()> {
        let (model, overview) = (self.model, &self.audit.survey.overview);
        let parts = [
            ("rules", "Rules", true),
            ("times", "Months", !model.times.is_empty()),
            ("authors", "Authors", overview::tells(&model.authors)),
            ("sections", "Sections", overview::tells(&model.sections)),
            ("posts", "Posts", !model.posts.is_empty()),
            ("families", "Repeated blocks", !overview.families.is_empty()),
            ("hosts", "Image hosts", !overview.hosts.is_empty()),
            ("lengths", "Lengths", overview.lengths.iter().any(overview::is_drawn)),
            ("schema", "Front matter", self.audit.survey.inferred.posts() >= FEWEST),
        ];
        write!(out, "<nav aria-label=\"Contents\">")?;
        for (id, name, _) in parts.into_iter().filter(|(_, _, there)| *there) {
            write!(out, "<a href=\"#{id}\">{name}</a>")?;
        }
        writeln!(out, "</nav>")
    }

    fn rules(&self, out: &mut dyn Write) -> io::Result<()> {
        let model = self.model;
        writeln!(out, "<section id=\"rules\"><h2>Findings by rule</h2>")?;
        let quiet = self.audit.page.rules.active().count().saturating_sub(model.rules.len());
        match model.rules.len() {
            0 => writeln!(out, "<p>None of {} found anything.</p>", count(quiet, "rule"))?,
            loud => writeln!(
                out,
                "<p class=\"note\">{} found something, {} nothing. A rule opens to its findings, a finding to the place \
                 in the text.</p>",
                count(loud, "rule"),
                number(quiet)
            )?,
        }
        overview::legend(&[("error", "errors"), ("warning", "warnings"), ("info", "notes")], out)?;
        writeln!(out, "<div class=\"rows\">")?;
        let most = model.rules.iter().map(|rule| rule.tally.findings()).max().unwrap_or_default();
        for rule in &model.rules {
            self.rule(rule, most, out)?;
        }
        writeln!(out, "</div></section>")
    }

    fn rule(&self, group: &Group, most: usize, out: &mut dyn Write) -> io::Result<()> {
        let (name, tally) = (text(&group.name), &group.tally);
        let known = self.audit.page.rules.get(&group.name);
        let summary = known.map_or_else(String::new, |rule| prose(&rule.summary));
        write!(out, "<details class=\"row rule\" id=\"rule-{name}\"><summary><span class=\"name\">{name}</span>")?;
        write!(out, "{}<span class=\"n\">{}</span>", findings_bar(tally, most), number(tally.findings()))?;
        writeln!(out, "<span class=\"what\">{summary}</span></summary><div class=\"inside\">")?;
        for paragraph in known.map_or("", |rule| rule.rationale.as_str()).split("\n\n").filter(|part| !part.is_empty())
        {
            writeln!(out, "<p class=\"why\">{}</p>", prose(&paragraph.replace('\n', " ")))?;
        }
        finding::list(&self.model.entries, &group.entries, 'f', |path| self.audit.page.location.show(path), out)?;
        self.rest(&self.model.entries, &group.entries, out)?;
        writeln!(out, "</div></details>")
    }

    /// How many findings have no room on the page.
    fn rest(&self, entries: &[model::Entry<'_>], of: &[usize], out: &mut dyn Write) -> io::Result<()> {
        match of.iter().filter(|index| !entries[**index].shown).count() {
            0 => Ok(()),
            more => writeln!(
                out,
                "<p class=\"note\">{} more have no room on this page; {} has every finding.</p>",
                number(more),
                self.json()
            ),
        }
    }

    fn posts(&self, out: &mut dyn Write) -> io::Result<()> {
        let posts = &self.model.posts;
        if posts.is_empty() {
            return Ok(());
        }
        writeln!(out, "<section id=\"posts\"><h2>The worst posts</h2>")?;
        writeln!(out, "<p class=\"note\">Something was found in {}.</p>", count(posts.len(), "post"))?;
        writeln!(out, "<div class=\"rows\">")?;
        let most = posts.iter().map(|post| post.tally.findings()).max().unwrap_or_default();
        for post in posts.iter().take(OPEN_POSTS) {
            self.post(post, most, out)?;
        }
        writeln!(out, "</div>")?;
        let more: Vec<&Group> = posts.iter().take(POSTS).skip(OPEN_POSTS).collect();
        if !more.is_empty() {
            writeln!(
                out,
                "<details class=\"fold\"><summary>The next {}</summary><div class=\"rows\">",
                number(more.len())
            )?;
            more.into_iter().try_for_each(|post| self.post(post, most, out))?;
            writeln!(out, "</div></details>")?;
        }
        match posts.len().saturating_sub(POSTS) {
            0 => {}
            rest => writeln!(out, "<p class=\"note\">{} further posts are in {}.</p>", number(rest), self.json())?,
        }
        writeln!(out, "</section>")
    }

    fn post(&self, group: &Group, most: usize, out: &mut dyn Write) -> io::Result<()> {
        let posts = &self.audit.survey.overview.posts;
        let title = posts.iter().find(|post| post.path == group.name).and_then(|post| post.title.as_deref());
        let path = markup::path(&group.name);
        write!(out, "<details class=\"row post\"><summary>")?;
        match title {
            Some(title) => write!(out, "<span class=\"name\"><bdi>{}</bdi></span>", brief(title))?,
            None => write!(out, "<span class=\"name path\"><bdi>{path}</bdi></span>")?,
        }
        write!(out, "{}<span class=\"n\">{}</span>", findings_bar(&group.tally, most), number(group.tally.findings()))?;
        if title.is_some() {
            write!(out, "<span class=\"what path\"><bdi>{path}</bdi></span>")?;
        }
        writeln!(out, "</summary><div class=\"inside\"><ul class=\"places\">")?;
        for index in group.entries.iter().take(OF_POST) {
            finding::place(&self.model.entries[*index], *index, out)?;
        }
        writeln!(out, "</ul>")?;
        match group.entries.len().saturating_sub(OF_POST) {
            0 => {}
            more => writeln!(out, "<p class=\"note\">{} more are in {}.</p>", number(more), self.json())?,
        }
        writeln!(out, "</div></details>")
    }

    /// What nearly all posts do in their front matter, and those that do not.
    fn schema(&self, out: &mut dyn Write) -> io::Result<()> {
        let survey = self.audit.survey;
        if survey.inferred.posts() < FEWEST {
            return Ok(());
        }
        writeln!(out, "<section id=\"schema\"><h2>Front matter: what nearly all posts do</h2>")?;
        let mut entries = model::entries(survey.outliers.iter(), &self.audit.page.report.sources);
        let groups = model::group(&entries, |finding| finding.message.clone());
        model::choose(&mut entries, &groups, OUTLIERS);
        match entries.len() {
            0 => writeln!(out, "<p>All {} posts with front matter agree.</p>", number(survey.inferred.posts()))?,
            many => writeln!(
                out,
                "<p class=\"note\">{} in {} with front matter where a post does otherwise. Nobody wrote this schema \
                 down: each is for a person to look at, and may be right.</p>",
                count(many, "place"),
                count(survey.inferred.posts(), "post")
            )?,
        }
        writeln!(out, "<div class=\"rows\">")?;
        let most = groups.iter().map(|group| group.entries.len()).max().unwrap_or_default();
        let mut groups: Vec<&Group> = groups.iter().collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.entries.len()));
        for group in groups.iter().take(MESSAGES) {
            let many = group.entries.len();
            write!(out, "<details class=\"row rule\"><summary><span>{}</span>", prose(&group.name))?;
            write!(out, "{}", chart::bar(&[(many, "warning")], most, &count(many, "place")))?;
            writeln!(out, "<span class=\"n\">{}</span></summary><div class=\"inside\">", number(many))?;
            finding::list(&entries, &group.entries, 's', |path| self.audit.page.location.show(path), out)?;
            self.rest(&entries, &group.entries, out)?;
            writeln!(out, "</div></details>")?;
        }
        writeln!(out, "</div>")?;
        match groups.len().saturating_sub(MESSAGES) {
            0 => {}
            more => writeln!(out, "<p class=\"note\">{} of other kinds are in {}.</p>", number(more), self.json())?,
        }
        let yaml = markup::lines(&survey.inferred.to_yaml(), SCHEMA);
        writeln!(out, "<details class=\"fold\"><summary>The schema</summary><pre>{yaml}</pre></details></section>")
    }

    fn foot(&self, out: &mut dyn Write) -> io::Result<()> {
        let asked = if self.audit.page.online {
            "Remote images were asked for once."
        } else {
            "The network was not asked: remote images are unverified."
        };
        let aside = |status, word: &str| {
            let findings = &self.audit.page.report.findings;
            match findings.iter().filter(|finding| finding.status == status).count() {
                0 => String::new(),
                many => format!(" {} {word} and not shown here.", count(many, "finding")),
            }
        };
        let known = aside(crate::finding::Status::Known, "in the baseline");
        let suppressed = aside(crate::finding::Status::Suppressed, "suppressed");
        writeln!(
            out,
            "</main>\n<footer>Made by copydesk {}. {asked}{known}{suppressed} Everything on this page, and what had no \
             room on it, is in {}.</footer>\n</body>\n</html>",
            env!("CARGO_PKG_VERSION"),
            self.json()
        )
    }
}

/// Fewer posts have nothing in common.
const FEWEST: usize = 10;
/// Excerpts of posts that do not follow the schema, kinds of them, and characters of the schema.
const OUTLIERS: usize = 300;
const MESSAGES: usize = 40;
const SCHEMA: usize = 20_000;

fn findings_bar(tally: &Tally, most: usize) -> String {
    let parts = [(tally.errors, Severity::Error), (tally.warnings, Severity::Warning), (tally.infos, Severity::Info)];
    let says: Vec<String> =
        parts.iter().filter(|(many, _)| *many > 0).map(|(many, severity)| count(*many, severity.name())).collect();
    chart::bar(&parts.map(|(many, severity)| (many, severity.name())), most, &says.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_lets_in_the_style_and_nothing_else() {
        let digest = ring::digest::digest(&ring::digest::SHA256, STYLE.as_bytes());
        assert_eq!(STYLE_HASH, base64(digest.as_ref()), "the style changed: put its new hash here");
    }

    fn base64(bytes: &[u8]) -> String {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = String::new();
        for three in bytes.chunks(3) {
            let bits = (0..3).fold(0, |bits, at| bits << 8 | u32::from(three.get(at).copied().unwrap_or_default()));
            for at in 0..4 {
                let digit = char::from(DIGITS[(bits >> (18 - 6 * at) & 63) as usize]);
                text.push(if at > three.len() { '=' } else { digit });
            }
        }
        text
    }
}
