//! Which posts a generator's compiler reads, and who may define tags in them, on whole sites.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod project;

use project::{Project, run};

const POST: &str = "---\ntitle: A\n---\n\nWords and {% youtoube abc %} more.\n";
const JEKYLL: [(&str, &str); 2] = [("_config.yml", "title: a\n"), ("_posts/2024-01-02-a.md", POST)];
const HEXO: [(&str, &str); 4] = [
    ("_config.yml", "title: a\n"),
    ("package.json", "{\"dependencies\": {\"hexo\": \"8\"}}"),
    ("scaffolds/post.md", "{{ title }}\n"),
    ("source/_posts/a.md", POST),
];

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
    // Without the list of packages or the configuration, nobody knows of the plugins and the theme.
    assert_eq!(found(&HEXO, &[("package.json", "")]), 0);
    assert_eq!(found(&HEXO, &[("_config.yml", "")]), 0);
    assert_eq!(found(&[HEXO[3]], &[]), 0);
}

#[test]
fn the_configuration_names_tags_of_ones_own() {
    let own = "rules:\n  markup-broken:\n    check: { markup: { tags: [youtoube] } }\n";
    assert_eq!(found(&JEKYLL, &[("copydesk.yaml", own)]), 0);
    assert_eq!(found(&HEXO, &[("copydesk.yaml", own)]), 0);
}

/// How often the rule finds something in one post of a site of Docusaurus.
fn found_by_docusaurus(version: &str, config: &str, path: &str, post: &str) -> usize {
    let package = format!("{{\"dependencies\": {{\"@docusaurus/core\": \"{version}\"}}}}");
    found(&[("package.json", &package), ("docusaurus.config.js", config), (path, post)], &[])
}

#[test]
fn markdown_is_mdx_where_docusaurus_says_so() {
    let site = |version: &str, config: &str, path: &str| {
        found_by_docusaurus(version, config, path, "Smaller than <3 words.\n")
    };
    assert_eq!(site("^3.5.0", "export default {}\n", "docs/a.md"), 1);
    assert_eq!(site("^3.5.0", "// For information.\nexport default {}\n", "docs/a.md"), 1);
    assert_eq!(site("^3.5.0", "export default {markdown: {format: 'detect'}}\n", "docs/a.md"), 0);
    assert_eq!(site("^3.5.0", "export default {markdown: {format: 'detect'}}\n", "docs/a.mdx"), 1);
    assert_eq!(site("^3.5.0", "export default {markdown: {format: 'md'}}\n", "docs/a.mdx"), 0);
    assert_eq!(site("^3.5.0", "export default {markdown: {format: a ? 'md' : 'mdx'}}\n", "docs/a.md"), 0);
    assert_eq!(site("^3.5.0", "export default {markdown: {preprocessor: a}}\n", "docs/a.md"), 0);
    assert_eq!(site("^2.4.0", "export default {}\n", "docs/a.mdx"), 0);
}

#[test]
fn docusaurus_compiles_what_is_in_its_folders() {
    let site = |path: &str, post: &str| found_by_docusaurus("3", "export default {}\n", path, post);
    for path in ["docs/a.md", "blog/a/index.mdx", "versioned_docs/version-1/a.md", "i18n/de/b/current/a.md"] {
        assert_eq!(site(path, "Smaller than <3 words.\n"), 1, "{path}");
    }
    for path in ["README.md", "docs/_part.md", "docs/_parts/a.mdx", "CHANGELOG.md"] {
        assert_eq!(site(path, "Smaller than <3 words.\n"), 0, "{path}");
    }
    assert_eq!(site("docs/a.md", "---\nmdx:\n  format: md\n---\n\nSmaller than <3 words.\n"), 0);
}

#[test]
fn what_docusaurus_adds_to_mdx_is_no_error() {
    let post = "\
# A page {#a-page}

<!-- Not <shown>, nor is {this one} -->

:::tip Why `<T>` is *there*

<div>

Words, and :kbd[Tab]{.key title=\"a {b}\"}.

</div>

:::

::::info[More]{#more .wide}
:::custom
- one
:::
::::

```mdx-code-block
<Tabs>
```

Between.

```mdx-code-block
</Tabs>
```
";
    let site = |post: &str| found_by_docusaurus("3", "export default {}\n", "docs/a.md", post);
    assert_eq!(site(post), 0);
    assert_eq!(site(&post.replace("</div>", "")), 1);
    assert_eq!(site(&post.replace("</Tabs>", "")), 1);
    assert_eq!(site(&post.replace("`<T>`", "<T>")), 1);
    assert_eq!(site(&post.replace("-->", "--")), 1);
    assert_eq!(site(&post.replace("Between.", "Between {#a-page}.")), 1);
}

#[test]
fn a_plugin_of_mdx_may_read_directives() {
    let post = ":::note[A]{.b c=\"d e\"}\n\n<div>\n\nSome :x[y]{a b} words.\n\n</div>\n\n:::\n";
    let site = |post: &str| found(&[("astro.config.mjs", "export default {}\n"), ("src/content/a.mdx", post)], &[]);
    assert_eq!(site(post), 0);
    assert_eq!(site(&post.replace("</div>", "")), 1);
    assert_eq!(site("Some <!-- words --> here.\n"), 1);
}

/// The files of a site in which the rule finds something, in order.
fn refused(files: &[(&str, &str)]) -> Vec<String> {
    let project = Project::new(files);
    let ran = run(project.path(), &["check", ".", "--select", "markup-broken", "--format", "concise"]);
    let mut paths: Vec<String> = ran
        .out
        .lines()
        .filter(|line| line.contains("[markup-broken]"))
        .map(|line| line.split(':').next().unwrap().to_owned())
        .collect();
    paths.dedup();
    paths
}

#[test]
fn what_is_never_built_stops_no_build() {
    let broken = "---\ntitle: A\n---\n\nA <b> and {{ a b }} here.\n";
    let mdx = "Smaller than <3 words.\n";
    for (config, left_out, built) in [
        (
            [("_config.yml", "title: a\nskip_render: 'raw/**'\n"), ("scaffolds/post.md", "")].as_slice(),
            ["README.md", "themes/a/README.md", "source/_data/a.md", "source/raw/a.md"].as_slice(),
            "source/_posts/a.md",
        ),
        (
            &[("_config.yml", "exclude: [README.md, templates/]\n"), ("_layouts/a.html", "")],
            &["README.md", "templates/a.md", "_data/a.md", "vendor/bundle/a.md"],
            "a.md",
        ),
        (&[("_config.yml", "source: src\n"), ("_layouts/a.html", "")], &["README.md"], "src/a.md"),
        (
            &[("site/.vitepress/config.ts", "export default { srcDir: 'src', srcExclude: ['**/parts/*.md'] }")],
            &["site/README.md", "site/src/b/parts/a.md"],
            "site/src/a.md",
        ),
    ] {
        let posts = left_out.iter().chain([&built]).map(|path| (*path, broken));
        let broken_tag = broken.replace("{{ a b }}", "{{ a b }} {% youtoube a %}");
        let files: Vec<_> = config.iter().copied().chain(posts.map(|(path, _)| (path, broken_tag.as_str()))).collect();
        assert_eq!(refused(&files), [built], "{config:?}");
    }
    let docusaurus = "export default {presets: [['classic', {docs: {exclude: ['drafts/**']}, blog: false}]]}";
    let files = [
        ("package.json", "{\"dependencies\": {\"@docusaurus/core\": \"3\"}}"),
        ("docusaurus.config.js", docusaurus),
        ("docs/drafts/a.md", mdx),
        ("blog/a.md", mdx),
        ("docs/a.md", mdx),
    ];
    assert_eq!(refused(&files), ["docs/a.md"]);
    let files = [
        ("astro.config.mjs", "export default {}\n"),
        ("README.mdx", mdx),
        ("templates/a.mdx", mdx),
        ("src/pages/_a.mdx", mdx),
        ("src/pages/a.mdx", mdx),
    ];
    assert_eq!(refused(&files), ["src/pages/a.mdx"]);
}

#[test]
fn tags_may_come_from_plugins_beside_the_posts_or_above() {
    let site = |more: &[(&str, &str)]| {
        found(
            &[
                ("docs/_config.yml", "title: a\nsource: src\n"),
                ("docs/_layouts/a.html", ""),
                ("docs/src/_posts/2024-01-02-a.md", POST),
            ],
            more,
        )
    };
    assert_eq!(site(&[]), 1);
    assert_eq!(site(&[("docs/src/_plugins/a.rb", "\n")]), 0);
    assert_eq!(site(&[("Gemfile", "gem 'jekyll-youtube'\n")]), 0);
    let themed = |file: &str| found(&HEXO, &[("_config.yml", "theme: next\n"), (file, "")]);
    assert_eq!(themed("themes/next/layout/a.njk"), 1);
    // A submodule that nobody fetched.
    assert_eq!(themed("themes/next/_config.yml"), 0);
}

#[test]
fn a_page_in_typescript_holds_expressions_in_typescript() {
    let page = "\
<script setup lang=\"ts\">
const a = 1
</script>

{{ (a as number).toFixed() }} and <b :title=\"a as any\" @click=\"(e: Event) => b(e!)\">words</b>.
";
    let site = |page: &str| found(&[(".vitepress/config.ts", "export default {}\n"), ("a.md", page)], &[]);
    assert_eq!(site(page), 0);
    assert_eq!(site(&page.replace(" lang=\"ts\"", "")), 3);
    assert_eq!(site(&page.replace("a as any", "a as")), 1);
}

#[test]
fn formulas_are_no_template() {
    let page = "Words $x<T>$ and $i<n>m$.\n\n$$\n{{ a b }}\n$$\n\nMore words.\n";
    let site = |config: &str| found(&[(".vitepress/config.ts", config), ("a.md", page)], &[]);
    assert_eq!(site("export default { markdown: { math: true } }\n"), 0);
    assert_ne!(site("export default {}\n"), 0);
}
