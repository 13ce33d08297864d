//! The schemas that posts follow without anybody having written them down. What nearly all posts of one kind do is the
//! rule; the few that do otherwise are for a person to look at.

mod field;
mod habit;
mod kinds;
mod mirror;
mod print;
mod shape;

use serde_json::{Value, json};

use self::field::{Fields, observe, schema};
pub use self::{habit::Keys, print::quoted};
use super::habits::Habits;
use crate::{
    document::Document,
    site::{Sites, scope},
};

/// So many posts are the least that a rule is taken from.
const FEWEST: usize = 20;
/// The collection of the pages that show other posts.
const LANDING: &str = "landing";

/// What the posts have in common.
#[derive(Debug, Default)]
pub struct Inferred {
    posts: usize,
    kinds: Vec<Kind>,
    /// Files that show other posts or a part of them rather than being one, as globs or paths.
    landing: Vec<String>,
    /// Posts that are too few, among others that are not like them, for a schema of their own.
    alone: Vec<String>,
}

/// Posts below one folder that have the same keys.
#[derive(Debug, Default)]
struct Kind {
    name: String,
    glob: String,
    posts: usize,
    fields: Fields,
    /// Whether all of its sites take a key in any letter case.
    folds: bool,
}

/// The posts of a collection.
#[derive(Debug)]
pub struct Collected<'a> {
    pub name: String,
    /// Globs.
    pub files: Vec<String>,
    /// Whether they are one kind of post; else they are landing pages, each of its own.
    pub is_kind: bool,
    pub documents: Vec<&'a Document>,
}

impl Inferred {
    /// Reads every post that has keys and values, in the places where the site looks for posts.
    pub fn read<'a>(documents: impl IntoIterator<Item = &'a Document>, sites: &Sites, habits: &Habits) -> Self {
        let posts: Vec<&Document> = documents
            .into_iter()
            .filter(|document| document.front_matter.tree.as_ref().is_some_and(|tree| !tree.entries().is_empty()))
            .filter(|document| habits.concerns(document.path(), sites.of(document.path())))
            .collect();
        let found = kinds::find(&posts, sites);
        let kinds = found.kinds.into_iter().map(|(name, glob, members)| {
            let mut kind = Kind { name, glob, posts: members.len(), fields: Fields::new(), folds: true };
            for document in members {
                let generator = sites.of(document.path()).generator;
                kind.folds &= generator.folds_keys();
                if let Some(tree) = &document.front_matter.tree {
                    observe(&mut kind.fields, tree, generator, 0);
                }
            }
            kind
        });
        Self { posts: posts.len(), kinds: kinds.collect(), landing: found.landing, alone: found.alone }
    }

    /// All posts with keys and values.
    pub fn posts(&self) -> usize {
        self.posts
    }

    /// Globs with their schema in its short form, the first that takes a file first; keys in the order in which posts
    /// write them.
    pub fn collections(&self) -> Value {
        let landing = (!self.landing.is_empty()).then(|| json!({ "files": self.landing }));
        let kinds = self.kinds.iter().map(|kind| json!({ "files": kind.glob, "schema": kind.schema() }));
        landing.into_iter().chain(kinds).collect()
    }

    /// Every one of `documents` in the collection that takes it, front matter or none; the first that takes one keeps it.
    pub fn collected<'a>(&self, documents: &[&'a Document]) -> Vec<Collected<'a>> {
        let kinds = self.kinds.iter().map(|kind| (kind.name.as_str(), std::slice::from_ref(&kind.glob), true));
        let landing = (!self.landing.is_empty()).then_some((LANDING, self.landing.as_slice(), false));
        let mut left: Vec<&Document> = documents.to_vec();
        let collected = landing.into_iter().chain(kinds).map(|(name, files, is_kind)| {
            let takes = scope::globs(files);
            let (documents, others) = left.iter().partition(|document| takes.is_match(document.path()));
            left = others;
            Collected { name: name.to_owned(), files: files.to_vec(), is_kind, documents }
        });
        collected.collect()
    }

    /// The part of `copydesk.yaml` that asks for what the posts do, with the evidence as comments.
    pub fn to_yaml(&self) -> String {
        print::print(self)
    }
}

impl Kind {
    fn schema(&self) -> Value {
        schema(&self.fields, self.posts, self.folds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    fn read(posts: impl Iterator<Item = (String, String)>) -> Inferred {
        let documents: Vec<Document> = posts
            .map(|(path, text)| {
                Document::parse(Source::from_text(path, format!("---\n{text}---\nText.\n")), &Sites::default())
            })
            .collect();
        Inferred::read(&documents, &Sites::default(), &Habits::default())
    }

    fn numbered(posts: impl Iterator<Item = String>) -> impl Iterator<Item = (String, String)> {
        posts.enumerate().map(|(at, text)| (format!("posts/{at}.md"), text))
    }

    /// The schema of the only kind.
    fn only(inferred: &Inferred) -> Value {
        let collections = inferred.collections();
        assert_eq!(collections.as_array().map(Vec::len), Some(1), "{collections}");
        collections[0]["schema"].clone()
    }

    #[test]
    fn what_nearly_all_posts_do_is_the_schema() {
        let post = |at: usize| {
            let status = if at == 7 { "finl" } else { ["draft", "final"][at % 2] };
            let title = if at == 9 { "titel" } else { "title" };
            let link = if at == 11 { "example.test/a" } else { "https://example.test/a" };
            format!(
                "{title}: Walk number {at}\ndate: 2024-01-{:02}\nstatus: {status}\ntags: [a, b]\nlink: {link}{at}\nslug: a-{at}\n",
                at % 28 + 1
            )
        };
        let schema = only(&read(numbered((0..200).map(post))));
        assert_eq!(schema["title"], json!({ "type": "string", "required": true, "max": 20 }));
        assert_eq!(schema["date"]["type"], "date");
        assert_eq!(schema["status"]["choices"], json!(["draft", "final"]));
        assert_eq!(schema["tags"]["items"]["choices"], json!(["a", "b"]));
        assert_eq!(schema["link"]["pattern"], "^https?://\\S+$");
        assert_eq!(schema["slug"]["pattern"], "^[a-z0-9]+([-_.][a-z0-9]+)*$");
        assert_eq!(schema["titel"], json!({ "forbidden": true }));
        let keys: Vec<&String> = schema.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["title", "date", "status", "tags", "link", "slug", "titel"]);
    }

    #[test]
    fn a_word_that_comes_back_is_a_choice_and_one_that_is_written_otherwise_is_none() {
        let status = |at: usize| match at {
            0 | 1 => "archived",
            3 | 4 => "Final",
            5 => "drft",
            _ => ["draft", "final"][at % 2],
        };
        let schema = only(&read(numbered((0..200).map(|at| format!("status: {}\n", status(at))))));
        assert_eq!(schema["status"]["choices"], json!(["draft", "final", "archived"]));
    }

    #[test]
    fn posts_of_another_kind_have_another_schema_and_single_pages_none() {
        let posts = (0..100).map(|at| (format!("content/posts/{at}.md"), format!("title: A {at}\ndate: 2024-01-01\n")));
        let notes = (0..30).map(|at| (format!("content/notes/{at}.md"), format!("title: A {at}\nmood: good\n")));
        let years = (0..30).map(|at| (format!("content/posts/2019/{at}.md"), format!("title: A {at}\n")));
        let pages = [("content/about.md", "title: A\n"), ("content/posts/_index.md", "title: B\n")];
        let pages = pages.map(|(path, text)| (path.to_owned(), text.to_owned()));
        let inferred = read(posts.chain(notes).chain(years).chain(pages));
        let collections = inferred.collections();
        let globs: Vec<&Value> = collections.as_array().unwrap().iter().map(|one| &one["files"]).collect();
        assert_eq!(globs, [&json!(["**/_index.md"]), &json!("content/notes/**"), &json!("content/posts/**")]);
        assert_eq!(collections[1]["schema"]["mood"]["required"], true);
        assert_eq!(inferred.alone, ["content/about.md"]);
    }

    #[test]
    fn languages_are_of_one_kind_however_far_they_are_translated() {
        let page = |(language, at): (&str, usize)| {
            let keys = if language == "en" { format!("title: A {at}\n") } else { "untranslated: true\n".to_owned() };
            (format!("content/{language}/docs/page-{at}.md"), format!("slug: a-{at}\n{keys}"))
        };
        let pages = ["en", "fr", "ja"].into_iter().flat_map(|language| (0..30).map(move |at| (language, at))).map(page);
        let news = (0..30).map(|at| (format!("content/en/news/{at}.md"), format!("title: A {at}\nauthor: B\n")));
        let inferred = read(pages.chain(news));
        let collections = inferred.collections();
        let globs: Vec<&Value> = collections.as_array().unwrap().iter().map(|one| &one["files"]).collect();
        assert_eq!(globs, [&json!("content/*/docs/**"), &json!("content/*/news/**")]);
        assert_eq!(collections[0]["schema"]["untranslated"], json!({ "type": "boolean" }));
    }

    #[test]
    fn a_part_of_a_page_is_no_post_and_one_with_keys_in_another_language_is() {
        let posts = (0..100)
            .map(|at| (format!("posts/{at}.md"), format!("title: A {at}\ndate: 2024-01-01\ntags: [a]\nauthor: B\n")));
        let others = [
            ("posts/part.md", "headless: true\n"),
            ("posts/slip.md", "Titel: A\n"),
            ("posts/translated.md", "标题: A\n日期: 2024-01-01\n标签: [a]\n"),
        ];
        let others = others.map(|(path, text)| (path.to_owned(), text.to_owned()));
        let collections = read(posts.chain(others)).collections();
        assert_eq!(collections[0]["files"], json!(["posts/part.md"]));
        assert_eq!(collections[1]["schema"]["title"]["required"], true);
    }

    #[test]
    fn the_yaml_is_the_schema() {
        let inferred = read(numbered((0..50).map(|at| {
            format!(
                "title: \"A: {at}\"\n\"odd \\u202ekey\": {at}\nempty:\nboth: {}\nseo:\n  image: a{at}.png\n  wide: true\n",
                ["a", "[a]"][at % 2]
            )
        })));
        let yaml = inferred.to_yaml();
        let read: Value = crate::data::typed::read_yaml("copydesk.yaml", &yaml).unwrap();
        assert_eq!(read["collections"]["posts"], inferred.collections()[0], "{yaml}");
        assert_eq!(read["collections"]["posts"]["schema"]["both"]["type"], json!(["string", "list"]));
        assert!(yaml.contains("# in all") && !yaml.contains('\u{202e}'), "{yaml}");
    }

    #[test]
    fn few_posts_and_free_texts_give_no_choices() {
        let schema = only(&read(numbered((0..10).map(|_| "status: draft\n".to_owned()))));
        assert!(schema["status"].get("choices").is_none() && schema["status"].get("required").is_none());
        let schema = only(&read(numbered((0..100).map(|at| format!("title: Walk {at}\n")))));
        assert!(schema["title"].get("choices").is_none());
    }
}
