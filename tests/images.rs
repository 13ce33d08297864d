//! Small sites on a real disk: where each image address leads under each generator, and what is really there.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::{
    collections::BTreeMap,
    fs,
    io::{Seek, SeekFrom, Write},
    path::Path,
    process::Command,
};

use copydesk::{
    document::Document,
    facts::{
        Files, World,
        files::{Finder, Verdict, Vocabulary},
    },
    site::{Generator, Site, Sites, detect::detect},
    source::Source,
};
use tempfile::TempDir;

/// What one post points to.
fn gather(post: &str, text: &str, sites: &Sites, world: &World) -> Files {
    let document = Document::parse(Source::from_text(post, text), sites);
    let verdicts = Finder::new(&Vocabulary::default(), world).find(&document, sites.of(post));
    Files::gather(std::iter::once((post, verdicts)), world)
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\0IEND\xaeB`\x82";

/// A project in a temporary folder; a path that ends like a picture's gets one.
struct Project(TempDir);

impl Project {
    fn new(files: &[&str]) -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        for path in files {
            match path.split_once('=') {
                Some((path, text)) => project.write(path, text.as_bytes()),
                None => project.write(path, PNG),
            }
        }
        project
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// What becomes of every image of a post, in order.
    fn verdicts(&self, post: &str, text: &str) -> Vec<Verdict> {
        let world = World::new(self.path(), None);
        let folder = post.rsplit_once('/').map_or("", |(folder, _)| folder);
        let sites = detect(std::iter::once(folder), world.disk());
        gather(post, text, &sites, &world).of(post).to_vec()
    }

    /// The same as short words: `file PATH`, `missing PATH`, `not there but PATH`, `case PATH`, or the verdict's name.
    fn say(&self, post: &str, text: &str) -> Vec<String> {
        self.verdicts(post, text).iter().map(say).collect()
    }

    fn content(&self, address: &str) -> String {
        match &self.verdicts("a.md", &format!("![](<{address}>)"))[..] {
            [Verdict::Present { content, .. }] => format!("{content:?}"),
            other => format!("{other:?}"),
        }
    }
}

fn say(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Present { path, .. } => format!("file {path}"),
        Verdict::Case { actual, .. } => format!("case {actual}"),
        Verdict::Missing(missing) => match &missing.elsewhere {
            Some(path) => format!("not there but {path}"),
            None => format!("missing {}", missing.wanted),
        },
        Verdict::Remote(url) => format!("remote {url}"),
        other => format!("{other:?}").to_lowercase(),
    }
}

#[test]
fn hugo_resolves_against_the_published_page() {
    let project = Project::new(&[
        "hugo.toml=baseURL = 'https://me.test/'",
        "static/s.png",
        "content/posts/beside.png",
        "content/posts/bundle/own.png",
        "readme.png",
    ]);
    let flat = "![](beside.png) ![](../beside.png) ![](/s.png) ![](/static/s.png) <img src=\"../beside.png\">";
    assert_eq!(
        project.say("content/posts/flat.md", flat),
        [
            "not there but content/posts/beside.png",
            "file content/posts/beside.png",
            "file static/s.png",
            "not there but static/s.png",
            "file content/posts/beside.png",
        ]
    );
    let bundle = "![](own.png) ![](none.png) ![](https://me.test/s.png) ![](//www.me.test/posts/gone.png)";
    assert_eq!(
        project.say("content/posts/bundle/index.md", bundle),
        [
            "file content/posts/bundle/own.png",
            "missing content/posts/bundle/none.png",
            "file static/s.png",
            "missing content/posts/gone.png",
        ]
    );
}

#[test]
fn what_a_generator_does_not_publish_is_read_as_the_repository_shows_it() {
    let hugo = Project::new(&["hugo.toml=", "content/a.md=a", "static/s.png", "layouts/x.html="]);
    assert_eq!(hugo.say("README.md", "![](static/s.png) ![](none.png)"), ["file static/s.png", "missing none.png"]);
    assert_eq!(hugo.say("archetypes/default.md", "![](/images/cover.png)"), ["unknown"]);
    assert_eq!(hugo.say("themes/t/layouts/a.md", "![](x.png)"), ["unknown"]);
}

#[test]
fn a_page_with_an_address_of_its_own_is_judged_with_care() {
    let zola = Project::new(&["config.toml=base_url = 'https://me.test'", "content/a/index.md=", "content/a/x.png"]);
    let post = "+++\npath = \"2024/05/a\"\n+++\n![](x.png) ![](y.png) ![](../../../2023/b/z.png) ![](../../a/z.png)";
    assert_eq!(
        zola.say("content/a/index.md", post),
        ["file content/a/x.png", "missing content/a/y.png", "unknown", "missing content/a/z.png"]
    );
}

#[test]
fn jekyll_copies_nothing_from_its_posts() {
    let project = Project::new(&[
        "_config.yml=url: https://me.test\nbaseurl: /blog",
        "_posts/2024-01-01-a.md=",
        "_posts/beside.png",
        "assets/x.png",
    ]);
    let text = "![](beside.png) ![]({{ site.baseurl }}/assets/x.png) ![]({{ '/assets/y.png' | relative_url }}) \
                ![](/blog/assets/x.png) ![](https://me.test/blog/assets/z.png) ![](https://me.test/blog/other/z.png) \
                ![](https://me.test/elsewhere/z.png) {% include figure.html src=\"/assets/x.png\" %}";
    assert_eq!(
        project.say("_posts/2024-01-01-a.md", text),
        [
            "not there but _posts/beside.png",
            "file assets/x.png",
            "missing assets/y.png",
            "file assets/x.png",
            "missing assets/z.png",
            "remote https://me.test/blog/other/z.png",
            "remote https://me.test/elsewhere/z.png",
            "file assets/x.png",
        ]
    );
}

#[test]
fn hexo_has_folders_of_assets_only_where_it_is_told_so() {
    let files = ["package.json={\"hexo\": {}}", "source/_posts/a.md=", "source/_posts/a/own.png", "source/s.png"];
    let post = "![](own.png) ![](s.png) {% asset_img own.png %} {% asset_img none.png %} ![](/own.png)";
    let plain = Project::new(&[&files[..], &["_config.yml=root: /"]].concat());
    assert_eq!(
        plain.say("source/_posts/a.md", post),
        [
            "not there but source/_posts/a/own.png",
            "file source/s.png",
            "file source/_posts/a/own.png",
            "missing source/_posts/a/none.png",
            "not there but source/_posts/a/own.png",
        ]
    );
    let assets = Project::new(&[&files[..], &["_config.yml=post_asset_folder: true"]].concat());
    assert_eq!(assets.say("source/_posts/a.md", post)[0], "file source/_posts/a/own.png");
}

/// Hexo's own folders of assets are named only where the address does not name one that is there.
#[test]
fn what_hexo_lacks_is_wanted_where_the_address_leads() {
    let project = Project::new(&[
        "package.json={\"hexo\": {}}",
        "_config.yml=post_asset_folder: true\npermalink: article/:title.html",
        "source/_posts/a.md=",
        "source/images/there.png",
    ]);
    let wanted = project.say("source/_posts/a.md", "![](../images/gone.png) ![](gone.png)");
    assert_eq!(wanted, ["missing source/images/gone.png", "missing source/_posts/a/gone.png"]);
}

#[test]
fn vuepress_looks_beside_the_file_and_in_its_public_folder() {
    let files =
        ["docs/.vuepress/config.js=module.exports = { base: '/b/' }", "docs/.vuepress/public/p.png", "docs/a/x.png"];
    let post = "![](./x.png) ![](x.png) ![](/p.png) ![](/b/p.png)";
    let first = Project::new(&[&files[..], &["package.json={\"dependencies\": {\"vuepress\": \"^1.9.0\"}}"]].concat());
    let wanted = [
        "file docs/a/x.png",
        "not there but docs/a/x.png",
        "not there but docs/.vuepress/public/p.png",
        "file docs/.vuepress/public/p.png",
    ];
    assert_eq!(first.say("docs/a/b.md", post), wanted);
    let vite = "package.json={\"d\": {\"vuepress\": \"2.0.0-rc.26\", \"@vuepress/bundler-vite\": \"2.0.0-rc.26\"}}";
    let second = Project::new(&[&files[..], &[vite]].concat());
    let wanted = [
        "file docs/a/x.png",
        "file docs/a/x.png",
        "file docs/.vuepress/public/p.png",
        "not there but docs/.vuepress/public/p.png",
    ];
    assert_eq!(second.say("docs/a/b.md", post), wanted);
}

#[test]
fn vitepress_takes_relative_addresses_beside_the_file() {
    let project = Project::new(&[
        "docs/.vitepress/config.ts=export default { srcDir: 'src' }",
        "docs/src/public/p.png",
        "docs/src/a/x.png",
    ]);
    let text = "![](x.png) ![](./x.png) ![](/p.png) ![](/a/x.png) ![](public/p.png) ![](../../../../x.png)";
    assert_eq!(
        project.say("docs/src/a/b.md", text),
        [
            "file docs/src/a/x.png",
            "file docs/src/a/x.png",
            "file docs/src/public/p.png",
            "file docs/src/a/x.png",
            "missing docs/src/a/public/p.png",
            "outside",
        ]
    );
}

#[test]
fn vitepress_needs_a_dot_before_relative_addresses_in_html() {
    let project = Project::new(&[
        ".vitepress/config.ts=",
        "posts/x.png",
        "posts/sub/x.png",
        "public/posts/page.png",
        "posts/a.md=",
    ]);
    let text = "<img src=\"x.png\"> <img src=\"./sub/x.png\"> <img src=\"sub/x.png\"> <div style=\"background: url(page.png)\">";
    assert_eq!(
        project.say("posts/a.md", text),
        [
            "not there but posts/x.png",
            "file posts/sub/x.png",
            "not there but posts/sub/x.png",
            "file public/posts/page.png"
        ]
    );
}

#[test]
fn astro_and_docusaurus_leave_html_to_the_browser() {
    let text =
        "![](x.png)\n\n<img src=\"./x.png\"> <img src=\"page.png\"> <img src=\"../s.png\"> <img src=\"img/none.png\">";
    for (marker, post, public) in [
        ("astro.config.mjs=", "src/content/posts/a.md", "public"),
        ("docusaurus.config.js=", "docs/posts/a.md", "static"),
    ] {
        let (beside, page) = (post.replace("a.md", "x.png"), format!("{public}/posts/a/page.png"));
        let (root, image) = (format!("{public}/s.png"), format!("{public}/img/i.png"));
        let project = Project::new(&[marker, &format!("{post}="), &beside, &page, &root, &image]);
        assert_eq!(
            project.say(post, text),
            [
                format!("file {beside}"),
                format!("not there but {beside}"),
                format!("file {page}"),
                format!("file {root}"),
                format!("missing {public}/img/none.png"),
            ]
        );
    }
}

#[test]
fn what_a_plugin_of_vite_answers_is_no_file() {
    let config = "astro.config.mjs=server.middlewares.use('/files', (req, res) => {});";
    let project = Project::new(&[config, "src/content/a.md=", "public/s.png"]);
    assert_eq!(
        project.say("src/content/a.md", "![](/files/x.png)\n![](/img/x.png)"),
        ["unknown", "missing public/img/x.png"]
    );
}

#[test]
fn mkdocs_rewrites_markdown_and_leaves_html_alone() {
    let project = Project::new(&["mkdocs.yml=site_name: a", "docs/a/x.png", "docs/a/b.md="]);
    let text = "![](x.png)\n\n<img src=\"x.png\"> <img src=\"../x.png\">";
    assert_eq!(
        project.say("docs/a/b.md", text),
        ["file docs/a/x.png", "not there but docs/a/x.png", "file docs/a/x.png"]
    );
}

#[test]
fn without_a_generator_every_usual_folder_counts() {
    let project = Project::new(&["notes/x.png", "notes/static/img/y.png", "public/z.png", "notes/2024/a.md="]);
    let text = "![](../x.png) ![](/img/y.png) ![](/z.png) ![](x.png) ![](/img/none.png) ![](../../../x.png)";
    assert_eq!(
        project.say("notes/2024/a.md", text),
        [
            "file notes/x.png",
            "file notes/static/img/y.png",
            "file public/z.png",
            "file notes/x.png",
            "missing notes/static/img/none.png",
            "file notes/x.png",
        ]
    );
}

#[test]
fn an_address_without_a_file_stays_one_of_a_host_that_publishes_more() {
    let project = Project::new(&["_config.yml=url: https://me.test", "_posts/a.md=", "i/x.png"]);
    let text = "![](https://me.test/i/y.png) ![](https://me.test/other-project/y.png) ![](https://you.test/i/x.png)";
    assert_eq!(
        project.say("_posts/a.md", text),
        ["missing i/y.png", "remote https://me.test/other-project/y.png", "remote https://you.test/i/x.png"]
    );
}

#[test]
fn letters_count_whatever_the_disk_thinks() {
    let project = Project::new(&["Photos/Summer.PNG", "caf\u{e9}.png", "re\u{301}sume\u{301}.png"]);
    assert_eq!(
        project.say(
            "a.md",
            "![](photos/summer.png) ![](Photos/Summer.PNG) ![](cafe\u{301}.png) ![](r\u{e9}sum\u{e9}.png) \
             ![](caf%C3%A9.png) ![](CAF\u{c9}.png)"
        ),
        [
            "case Photos/Summer.PNG",
            "file Photos/Summer.PNG",
            "file caf\u{e9}.png",
            "file re\u{301}sume\u{301}.png",
            "file caf\u{e9}.png",
            "case caf\u{e9}.png",
        ]
    );
}

#[test]
fn bytes_decide_what_a_file_is() {
    let project = Project::new(&["whole.png"]);
    let page = b"<!DOCTYPE html><title>404</title>";
    let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n";
    let jpeg = b"\xff\xd8\xff\xe0\0\x10JFIF\0 \xff\xd9";
    let cut = [PNG, &[7; 100_000]].concat().repeat(3);
    for (name, bytes) in [
        ("empty.png", &b""[..]),
        ("page.png", page),
        ("pointer.png", pointer),
        ("jpeg.png", jpeg),
        ("text.png", b"Not Found"),
        ("head.png", &PNG[..PNG.len() - 5]),
        ("long.png", &[&PNG[..16], &[7; 600_000]].concat()),
        ("behind.png", &cut),
    ] {
        project.write(name, bytes);
    }
    for (name, wanted) in [
        ("whole.png", "Picture(Png)"),
        ("empty.png", "Empty"),
        ("page.png", "Page"),
        ("pointer.png", "Pointer"),
        ("jpeg.png", "Picture(Jpeg)"),
        ("text.png", "Text"),
        ("head.png", "Cut(Png)"),
        ("long.png", "Cut(Png)"),
        ("behind.png", "Picture(Png)"),
    ] {
        assert_eq!(project.content(name), wanted, "{name}");
    }
}

#[test]
fn the_configuration_names_tags_that_show_images() {
    let site = Site {
        shortcodes: BTreeMap::from([("gallery".to_owned(), vec!["big".to_owned(), "1".to_owned(), "none".to_owned()])]),
        ..Site::new(Generator::Hugo, "")
    };
    let text = "At sea: {{< gallery 3 second small=\"s.png\" big=\"b\" >}} {{< other big=\"b\" >}} {{< gallery big=\"{{ x }}\" >}}";
    let post = Document::parse(Source::from_text("content/a.md", text), &Sites::new(vec![site]));
    let found: Vec<&str> = post.images.iter().map(|image| post.text(image.address_span)).collect();
    assert_eq!(found, ["second", "b"]);
}

#[test]
fn vue_scripts_import_pictures() {
    let project = Project::new(&[".vitepress/config.js=", "a/x.png", "public/p.png"]);
    let text = "<script setup>\n  import x from './x.png'\n  import y from \"./none.png\";\n  import { ref } from 'vue'\n\
                </script>\n\n<img :src=\"x\"> <img :src=\"'/p.png'\"> <img :src=\"withBase('/q.png')\">\n\n\
                ```js\nimport z from './z.png'\n```\n";
    assert_eq!(
        project.say("a/b.md", text),
        ["file a/x.png", "missing a/none.png", "file public/p.png", "missing public/q.png"]
    );
}

#[test]
fn git_says_what_it_leaves_out() {
    let project = Project::new(&[".gitignore=tmp/\n*.gif\n", "tmp/x.png", "a/forced.gif", "a/left 图.gif", "new.png"]);
    let ignored = || {
        let text = "![](tmp/x.png) ![](a/forced.gif) ![](<a/left 图.gif>) ![](new.png) ![](none.gif)";
        let world = World::new(project.path(), None);
        let files = gather("a.md", text, &Sites::default(), &world);
        let present = ["tmp/x.png", "a/forced.gif", "a/left 图.gif", "new.png", "none.gif"];
        present.into_iter().filter(|path| files.is_ignored(path)).collect::<Vec<_>>()
    };
    assert_eq!(ignored(), [""; 0], "no repository, nothing to say");
    let git = |arguments: &[&str]| {
        let output = Command::new("git").current_dir(project.path()).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    git(&["init", "--quiet"]);
    git(&["add", "--force", "a/forced.gif"]);
    assert_eq!(ignored(), ["tmp/x.png", "a/left 图.gif"]);
}

#[test]
fn a_folder_is_no_picture() {
    let project = Project::new(&["x.png/inside.txt"]);
    assert_eq!(project.say("a.md", "![](x.png) ![](x.png/)"), ["missing x.png", "missing x.png"]);
    let verdicts = project.verdicts("a.md", "![](x.png)");
    assert!(matches!(&verdicts[..], [Verdict::Missing(missing)] if missing.folder.as_deref() == Some("x.png")));
}

#[test]
fn long_and_odd_addresses_are_survived() {
    let project = Project::new(&["x.png"]);
    let long = format!("![]({}.png)", "a/".repeat(50_000));
    assert!(matches!(&project.verdicts("a.md", &long)[..], [Verdict::Missing(_)]));
    let odd = project.verdicts("a.md", "![](x.png%00) ![](http://xn--a/x.png) ![](%FF.png)");
    assert!(matches!(&odd[..], [Verdict::Empty, Verdict::Malformed(_), Verdict::Missing(_)]), "{odd:?}");
}

#[test]
fn of_a_huge_file_only_the_ends_are_read() {
    let project = Project::new(&[]);
    let huge = |name: &str, head: &[u8], tail: &[u8]| {
        project.write(name, head);
        let mut file = fs::OpenOptions::new().write(true).open(project.path().join(name)).unwrap();
        file.seek(SeekFrom::Start(200 << 20)).unwrap();
        file.write_all(tail).unwrap();
        file.set_len((200 << 20) + tail.len() as u64).unwrap();
    };
    huge("whole.png", &PNG[..16], &PNG[16..]);
    huge("cut.png", &PNG[..16], b"");
    huge("nothing.png", b"", b"");
    assert_eq!(project.content("whole.png"), "Picture(Png)");
    assert_eq!(project.content("cut.png"), "Cut(Png)");
    assert_eq!(project.content("nothing.png"), "Unknown");
    let sample = World::new(project.path(), None).disk().picture("cut.png").unwrap();
    assert!(sample.head.len() + sample.tail.len() < 300_000);
}

/// The addresses of all references in order, each as the bytes that its span covers.
fn addresses(generator: Generator, path: &str, text: &str) -> Vec<String> {
    let post = Document::parse(Source::from_text(path, text), &Sites::new(vec![Site::new(generator, "")]));
    post.images.iter().map(|image| post.text(image.address_span).to_owned()).collect()
}

#[test]
fn pelican_reads_images_from_lines() {
    let addresses = |text| addresses(Generator::Pelican, "content/a.md", text);
    assert_eq!(addresses("Title: A\nImage: x.png\n\nWords."), ["x.png"]);
    assert_eq!(addresses("---\ncover: /x.png\nhead:\n    <b>: </b>\n---\nWords."), ["/x.png"]);
}

#[test]
fn tags_in_comments_show_nothing() {
    use Generator::*;
    for (generator, path, text) in [
        (Hugo, "content/a.md", "<!-- {{< figure src=\"x.png\" >}} -->\n\na <!-- {{< figure src=\"x.png\" >}} --> b"),
        (Hugo, "content/a.md", "<!--\n\n{{< figure src=\"x.png\" >}}\n\n-->\n"),
        (Jekyll, "_posts/a.md", "a\n<!-- {% include figure.html src=\"x.png\" %} -->\nb"),
        (Hexo, "source/_posts/a.md", "<!-- {% asset_img x.png %} -->"),
    ] {
        assert_eq!(addresses(generator, path, text), [""; 0], "{generator:?} {text}");
    }
}

#[test]
fn every_kind_of_reference_is_seen_at_its_address() {
    use Generator::*;
    let everywhere = [
        ("![a](x.png)", "x.png"),
        ("![a](<x y.png> \"title\")", "x y.png"),
        ("![a][r]\n\n[r]: <x y.png> 'title'", "x y.png"),
        ("![r][]\n\n[r]: x.png", "x.png"),
        ("![r]\n\n[r]: x.png", "x.png"),
        ("[![a](x.png)](/page)", "x.png"),
        ("> 1. a\n>    ![中文](图/x.png)", "图/x.png"),
        ("![a](data:image/gif;base64,R0lG)", "data:image/gif;base64,R0lG"),
        ("a <img alt='中' src='x.png'>", "x.png"),
        ("<img src=x.png>", "x.png"),
        ("<img data-src=\"x.png\">", "x.png"),
        ("<img srcset=\"x.png 1x, y.png 2x\">", "x.png y.png"),
        ("<picture><source srcset=\"x.png\"></picture>", "x.png"),
        ("<video poster=\"x.png\"></video>", "x.png"),
        ("<div><img src=\"dot.gif\"><noscript>\n<img src=\"x.png\">\n</noscript></div>", "dot.gif x.png"),
        ("<div style=\"color: red; background: url('x.png')\"></div>", "x.png"),
    ];
    let own: [(Generator, &str, &str, &str); 19] = [
        (Hugo, "content/a.md", "{{< figure src=\"x.png\" >}}", "x.png"),
        (Docusaurus, "docs/a.md", "a <img src={require('./x.png').default}/>", "./x.png"),
        (Next, "src/a.md", "<img src=\"/x.png\" style={{margin: '0 auto'}} />", "/x.png"),
        (Hugo, "content/a.md", "{{% figure caption=\"中\" src=x.png %}}", "x.png"),
        (Hugo, "content/a.md", "<p>\n{{< figure src=\"x.png\" >}}\n</p>", "x.png"),
        (Jekyll, "_posts/a.md", "{% include figure.html image_path=\"x.png\" %}", "x.png"),
        (Jekyll, "_posts/a.md", "![a]({{ '/x.png' | relative_url }})", "{{ '/x.png' | relative_url }}"),
        (Jekyll, "_posts/a.md", "<img src=\"{{ site.baseurl }}/x.png\">", "{{ site.baseurl }}/x.png"),
        (Hexo, "source/_posts/a.md", "{% asset_img wide x.png 300 \"title\" %}", "x.png"),
        (Hexo, "source/_posts/a.md", "{% img left /x.png 300 200 %}", "/x.png"),
        (Hexo, "source/_posts/a.md", "<img src=\"{% asset_path x.png %}\">", "{% asset_path x.png %}"),
        (Obsidian, "a.md", "![[x y.png|300]]", "x y.png"),
        (Plain, "a.md", "![[x y.png|300]]", "x y.png"),
        (Docusaurus, "docs/a.mdx", "import x from './x.png';", "./x.png"),
        (Docusaurus, "docs/a.mdx", "<img src={require('./x.png').default} />", "./x.png"),
        (Docusaurus, "docs/a.mdx", "<img src={\"/x.png\"} />", "/x.png"),
        (VitePress, "a.md", "<img :src=\"'/x.png'\">", "/x.png"),
        (VitePress, "a.md", "<img :src=\"withBase('/x.png')\">", "/x.png"),
        (MkDocs, "docs/a.md", "![a](x.png){ width=\"300\" loading=lazy }", "x.png"),
    ];
    let front = [
        ("---\nimage: x.png\n---\n", "x.png"),
        ("---\ncover:\n  image: \"/x.png\" # 中\n---\n", "/x.png"),
        ("---\nimages: [x.png, 'y.png']\n---\n", "x.png y.png"),
        ("---\nbanner: x.png\nthumbnail: y.png\n---\n", "x.png y.png"),
    ];
    for generator in Generator::ALL {
        let path = own.iter().find(|(known, ..)| *known == generator).map_or("content/a.md", |(_, path, ..)| path);
        // Pelican reads lines, and no YAML.
        let front = front.iter().filter(|_| generator != Pelican);
        for (text, wanted) in everywhere.iter().chain(front) {
            assert_eq!(addresses(generator, path, text).join(" "), *wanted, "{generator:?}: {text}");
        }
        for hidden in [
            "`![a](x.png)`",
            "```\n![a](x.png) <img src=\"x.png\">\n```",
            "<!-- ![a](x.png) <img src=\"x.png\"> -->",
            "\\![a](x.png)",
            "\\<img src=\"x.png\">",
            "&lt;img src=\"x.png\"&gt;",
            "text\n\n    ![a](x.png)",
        ] {
            assert_eq!(addresses(generator, path, hidden), [""; 0], "{generator:?}: {hidden}");
        }
    }
    for (generator, path, text, wanted) in own {
        // What begins with a brace is front matter for Hugo.
        assert_eq!(addresses(generator, path, &format!("Words.\n\n{text}")), [wanted], "{generator:?}: {text}");
        for hidden in [format!("```\n{text}\n```"), format!("<!-- {text} -->")] {
            // Shortcodes are run wherever they stand, so only those that Markdown or HTML makes are hidden in comments.
            let run = generator == Hugo || text.contains("{%") || text.contains("{{");
            if !run || hidden.starts_with('`') {
                assert_eq!(addresses(generator, path, &hidden), [""; 0], "{generator:?}: {hidden}");
            }
        }
    }
}

#[test]
fn a_base_path_is_part_of_the_address_where_nothing_adds_it() {
    let text =
        "![](/b/x.png) ![](/x.png) <img src=\"/x.png\"> ![](https://me.test/b/x.png) ![](https://me.test/b/y.png)";
    for (files, post, wanted) in [
        (
            &["hugo.toml=baseURL = 'https://me.test/b/'", "layouts/a.html=", "static/x.png"][..],
            "content/a.md",
            ["file static/x.png", "not there but static/x.png", "not there but static/x.png", "file static/x.png"],
        ),
        (
            &["_config.yml=url: https://me.test\nbaseurl: /b\n", "x.png"],
            "a.md",
            ["file x.png", "not there but x.png", "not there but x.png", "file x.png"],
        ),
        (
            &["mkdocs.yml=site_url: https://me.test/b/", "docs/x.png"],
            "docs/a.md",
            ["file docs/x.png", "not there but docs/x.png", "not there but docs/x.png", "file docs/x.png"],
        ),
        (
            &[
                "_config.yml=url: https://me.test/b\nroot: /b/\n",
                "package.json={\"hexo\": {}, \"dependencies\": {\"hexo-renderer-marked\": \"^7.0.0\"}}",
                "source/x.png",
            ],
            "source/_posts/a.md",
            ["not there but source/x.png", "file source/x.png", "not there but source/x.png", "file source/x.png"],
        ),
        (
            &[".vitepress/config.js=export default { base: '/b/' }", "public/x.png"],
            "a.md",
            ["not there but public/x.png", "file public/x.png", "file public/x.png", "remote https://me.test/b/x.png"],
        ),
    ] {
        assert_eq!(Project::new(files).say(post, text)[..4], wanted, "{files:?}");
    }
}

#[test]
fn jekyll_publishes_by_its_permalinks_and_collections() {
    let project = Project::new(&[
        "_config.yml=permalink: /:year/:title/\ncollections:\n  trips:\n    output: true\n  notes:\n    output: false\n",
        "_trips/own.png",
        "_notes/n.png",
        "2024/a/own.png",
        "2024/up.png",
        "top.png",
        "cat/b/own.png",
    ]);
    assert_eq!(
        project.say("_posts/2024-01-02-a.md", "![](own.png) ![](../up.png) ![](top.png) ![](../../top.png)"),
        ["file 2024/a/own.png", "file 2024/up.png", "not there but top.png", "file top.png"]
    );
    assert_eq!(
        project.say("_trips/t.md", "![](../own.png) ![](/trips/own.png) ![](/_trips/own.png) ![](/notes/n.png)"),
        ["file _trips/own.png", "file _trips/own.png", "not there but _trips/own.png", "missing notes/n.png"]
    );
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_link_leads_nowhere_outside() {
        let outside = Project::new(&["secret.png"]);
        let project = Project::new(&["real/x.png"]);
        symlink(outside.path().join("secret.png"), project.path().join("file.png")).unwrap();
        symlink(outside.path(), project.path().join("folder")).unwrap();
        symlink("real", project.path().join("inside")).unwrap();
        symlink("circle.png", project.path().join("circle.png")).unwrap();
        symlink(".", project.path().join("around")).unwrap();
        let text = "![](inside/x.png) ![](around/around/real/x.png) ![](folder/secret.png) ![](circle.png)";
        assert_eq!(
            project.say("a.md", text),
            ["file inside/x.png", "file around/around/real/x.png", "file folder/secret.png", "file circle.png"]
        );
        for address in ["file.png", "folder/secret.png", "folder/none.png"] {
            assert_eq!(project.content(address), "Unread(Outside)", "nobody looks there");
        }
        assert_eq!(project.content("circle.png"), "Unread(Nowhere)");
    }

    #[test]
    fn a_file_that_cannot_be_read_is_not_judged() {
        let project = Project::new(&["x.png", "closed/y.png"]);
        let close = |path: &str| {
            fs::set_permissions(project.path().join(path), fs::Permissions::from_mode(0o000)).unwrap();
        };
        close("x.png");
        close("closed");
        // Root reads everything.
        let content = if fs::read(project.path().join("x.png")).is_ok() { "Picture(Png)" } else { "Unread(Refused)" };
        assert_eq!([project.content("x.png"), project.content("closed/y.png")], [content; 2]);
        fs::set_permissions(project.path().join("closed"), fs::Permissions::from_mode(0o700)).unwrap();
    }
}

#[test]
fn a_tag_with_very_many_attributes_is_read_to_its_end() {
    let many: String = (0..20_000).map(|number| format!("data-a{number}=\"1\" ")).collect();
    let said = Project::new(&["a.png"]).say("a.md", &format!("<img {many}src=\"a.png\">\n"));
    assert_eq!(said, ["file a.png"]);
}
