//! Which posts a generator's compiler reads, and who may define tags in them, on whole sites.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod project;

use project::{Project, run};

const POST: &str = "---\ntitle: A\n---\n\nWords and {% youtoube abc %} more.\n";
const JEKYLL: [(&str, &str); 2] = [("_config.yml", "title: a\n"), ("_posts/2024-01-02-a.md", POST)];
const HEXO: [(&str, &str); 3] =
    [("_config.yml", "title: a\n"), ("scaffolds/post.md", "{{ title }}\n"), ("source/_posts/a.md", POST)];

/// How often the rule finds something in a site of these files.
fn found(files: &[(&str, &str)], more: &[(&str, &str)]) -> usize {
    let project = Project::new(&[files, more].concat());
    let ran = run(project.path(), &["check", ".", "--select", "markup-broken", "--format", "concise"]);
    ran.out.matches("[markup-broken]").count()
}

#[test]
fn an_unknown_tag_is_an_error_where_no_plugin_can_define_it() {
    assert_eq!(found(&JEKYLL, &[]), 1);
    assert_eq!(found(&JEKYLL, &[("Gemfile", "gem \"github-pages\", group: :jekyll_plugins\n")]), 1);
    assert_eq!(found(&JEKYLL, &[("Gemfile", "gem 'jekyll-youtube'\n")]), 0);
    assert_eq!(found(&JEKYLL, &[("_plugins/tags.rb", "\n")]), 0);
    assert_eq!(found(&HEXO, &[]), 1);
    assert_eq!(found(&HEXO, &[("package.json", "{\"dependencies\": {\"hexo\": \"8\", \"hexo-server\": \"5\"}}")]), 1);
    assert_eq!(found(&HEXO, &[("package.json", "{\"dependencies\": {\"hexo\": \"8\", \"hexo-tag-x\": \"1\"}}")]), 0);
    assert_eq!(found(&HEXO, &[("scripts/tags.js", "\n")]), 0);
}

#[test]
fn the_configuration_names_tags_of_ones_own() {
    let own = "rules:\n  markup-broken:\n    check: { markup: { tags: [youtoube] } }\n";
    assert_eq!(found(&JEKYLL, &[("copydesk.yaml", own)]), 0);
    assert_eq!(found(&HEXO, &[("copydesk.yaml", own)]), 0);
}

#[test]
fn markdown_is_mdx_where_docusaurus_says_so() {
    let site = |version: &str, config: &str, path: &str| {
        let package = format!("{{\"dependencies\": {{\"@docusaurus/core\": \"{version}\"}}}}");
        found(&[("package.json", &package), ("docusaurus.config.js", config), (path, "Smaller than <3 words.\n")], &[])
    };
    assert_eq!(site("^3.5.0", "export default {}\n", "docs/a.md"), 1);
    assert_eq!(site("^3.5.0", "export default {markdown: {format: 'detect'}}\n", "docs/a.md"), 0);
    assert_eq!(site("^3.5.0", "export default {markdown: {format: 'detect'}}\n", "docs/a.mdx"), 1);
    assert_eq!(site("^2.4.0", "export default {}\n", "docs/a.mdx"), 0);
}
