#!/usr/bin/env python3
"""Builds small sites with the real generators and compares, for every image, where copydesk says that its address
leads with the file that the built page really gets.

    python3 tests/generators/images.py target/release/copydesk [hugo|jekyll|mkdocs|hexo|vitepress|astro|docusaurus|eleventy ...]

It needs the generators on PATH, those from npm in the folder NODE_MODULES, and is no part of `cargo test`. Where a generator
stops at an image that is not there, copydesk must say that it is missing.
Exit code 1 where copydesk and a generator disagree.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zlib
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit


def png(name):
    """A picture that remembers where it came from."""
    def chunk(kind, data):
        crc = zlib.crc32(kind + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + kind + data + crc
    head = bytes([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])
    body = chunk(b"IHDR", head) + chunk(b"tEXt", b"from\0" + name.encode()) + chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


class Site:
    def __init__(self, build, output, base, files, posts, stops=()):
        self.build, self.output, self.base, self.files, self.posts = build, output, base, files, posts
        # Images that make the build fail.
        self.stops = stops


BODY = """\
![a](x.png) ![b](./x.png) ![c](../x.png) ![d](/s.png) ![e](/static/s.png) ![f](sub/x.png) ![g](/sub/none.png)
![h](X.png) ![i](old%20mill.png) ![j](<old mill.png>) ![k][ref] ![l](../../s.png) ![m](/old%20mill.png?v=1#a)

<img src="x.png"> <img src="../x.png"> <img src='/s.png'> <img src="none.png"> <img src="../posts/x.png">

[ref]: /sub/y.png "a title"
"""
HUGO = {"hugo.toml": "baseURL = 'https://me.test/'\n[markup.goldmark.renderer]\nunsafe = true\n",
        "layouts/single.html": "{{ .Content }}", "layouts/list.html": "{{ .Content }}", "layouts/home.html": "{{ .Content }}"}
JEKYLL = {"_config.yml": "url: https://me.test\nbaseurl: /blog\n"}
LIQUID = """\

![n]({{ site.baseurl }}/s.png) ![o]({{ '/sub/y.png' | relative_url }}) ![p]({{ "/none.png" | absolute_url }})
"""
POST = "---\nlayout: null\ntitle: A\n---\n"
HEXO = "---\ntitle: a\ndate: 2024-01-02\n---\n"


def pictures(root, *names):
    return {f"{root}{name}": png(f"{root}{name}") for name in names}


SITES = {
    "hugo": Site(["hugo", "--quiet"], "public", "/", {
        **HUGO,
        **pictures("static/", "s.png", "sub/y.png", "old mill.png", "posts/flat/sub/x.png"),
        **pictures("content/posts/", "x.png", "bundle/x.png", "bundle/old mill.png", "bundle/sub/x.png"),
    }, {
        "content/posts/flat.md": ("posts/flat/index.html", POST + BODY),
        "content/posts/bundle/index.md": ("posts/bundle/index.html", POST + BODY
                                          + '\n{{< figure src="x.png" >}} {{< figure src="/sub/none.png" >}}\n'),
        "content/top.md": ("top/index.html", POST + BODY),
    }),
    "hugo-ugly": Site(["hugo", "--quiet"], "public", "/", {
        **HUGO, "hugo.toml": "uglyURLs = true\n" + HUGO["hugo.toml"],
        **pictures("static/", "s.png", "sub/y.png"),
        **pictures("content/posts/", "x.png", "old mill.png"),
    }, {"content/posts/flat.md": ("posts/flat.html", POST + BODY)}),
    "jekyll": Site(["jekyll", "build", "--quiet"], "_site", "/", {
        "_config.yml": "url: https://me.test\n",
        **pictures("", "s.png", "sub/y.png", "x.png", "old mill.png", "pages/x.png", "pages/sub/x.png"),
        **pictures("_posts/", "x.png"),
    }, {
        "_posts/2024-01-02-a.md": ("2024/01/02/a.html", POST + BODY + LIQUID),
        "pages/b.md": ("pages/b.html", POST + BODY + LIQUID),
    }),
    "jekyll-base": Site(["jekyll", "build", "--quiet"], "_site", "/blog/", {
        **JEKYLL, **pictures("", "s.png", "sub/y.png", "x.png"),
    }, {"_posts/2024-01-02-a.md": ("2024/01/02/a.html", POST + LIQUID + "![](/blog/s.png) ![](/blog/none.png)\n")}),
    "mkdocs": Site(["mkdocs", "build", "--quiet"], "site", "/", {
        "mkdocs.yml": "site_name: a\n", "docs/index.md": "# home\n",
        **pictures("docs/", "s.png", "sub/y.png", "x.png", "posts/x.png", "posts/sub/x.png", "posts/old mill.png"),
    }, {"docs/posts/a.md": ("posts/a/index.html", BODY)}),
    "hexo": Site(["node_modules/.bin/hexo", "generate", "--silent"], "public", "/", {
        "_config.yml": "url: https://me.test\nroot: /\npermalink: :year/:title/\nskip_render: []\n",
        "package.json": '{"name": "a", "hexo": {"version": "8.0.0"}, "dependencies": {"hexo": "*", "hexo-renderer-marked": "^7.0.0"}}',
        "themes/t/layout/post.njk": "{{ page.content | safe }}", "themes/t/layout/index.njk": "home",
        **pictures("source/", "s.png", "sub/y.png", "x.png", "old mill.png", "sub/x.png"),
        **pictures("source/_posts/", "x.png", "a/x.png"),
    }, {"source/_posts/a.md": ("2024/a/index.html", "---\ntitle: a\ndate: 2024-01-02\n---\n" + BODY)}),
}
SITES["hexo"].files["_config.yml"] += "theme: t\n"
# VitePress stops at the first image that is not there, so its site has none of those.
SITES["vitepress"] = Site(["node_modules/.bin/vitepress", "build"], ".vitepress/dist", "/", {
    "package.json": '{"name": "a", "private": true, "type": "module"}',
    # Otherwise small pictures become part of the page.
    ".vitepress/config.js": "export default { vite: { build: { assetsInlineLimit: 0 } } }\n",
    "index.md": "# home\n",
    **pictures("public/", "s.png", "sub/y.png", "old mill.png"),
    **pictures("", "x.png", "root.png", "posts/x.png", "posts/sub/x.png", "posts/old mill.png"),
}, {"posts/a.md": ("posts/a.html", "# a\n\n![a](x.png) ![b](./x.png) ![c](../x.png) ![d](/s.png) ![e](sub/x.png) "
                   "![f](old%20mill.png) ![g](<old mill.png>) ![h][ref] ![i](/root.png) ![j](/old%20mill.png)\n\n"
                   '<img src="./x.png"> <img src="../x.png"> <img src="/s.png"> <img :src="\'/s.png\'">\n\n'
                   '[ref]: /sub/y.png "a title"\n')},
    # Without `./`, HTML names a module.
    ["![](none.png)", "![](/none.png)", '<img src="./none.png">', '<img src="x.png">', '<img src="sub/x.png">'])
SITES["astro"] = Site(["node_modules/.bin/astro", "build"], "dist", "/", {
    "package.json": '{"name": "a", "private": true, "type": "module"}',
    "astro.config.mjs": "import { defineConfig, passthroughImageService } from 'astro/config';\n"
    "export default defineConfig({ site: 'https://me.test', image: { service: passthroughImageService() } });\n",
    "src/content.config.js": "import { defineCollection } from 'astro:content';\nimport { glob } from 'astro/loaders';\n"
    "export const collections = { posts: defineCollection({ loader: glob({ pattern: '*.md', base: './src/content/posts' }) }) };\n",
    "src/pages/posts/[...slug].astro": "---\nimport { getCollection, render } from 'astro:content';\n"
    "export const getStaticPaths = async () => (await getCollection('posts')).map((post) => "
    "({ params: { slug: post.id }, props: { post } }));\nconst { Content } = await render(Astro.props.post);\n---\n<Content />\n",
    **pictures("public/", "s.png", "sub/y.png", "old mill.png", "posts/a/page.png", "posts/up.png"),
    **pictures("src/content/posts/", "x.png", "sub/x.png", "old mill.png", "桥.png"),
    **pictures("src/", "content/x.png", "assets/as.png", "pages/p.png"),
}, {"src/content/posts/a.md": ("posts/a/index.html", "# a\n\n![a](x.png) ![b](./x.png) ![c](../x.png) ![d](/s.png) ![e](sub/x.png) ![f](/none.png) "
                               "![g](old%20mill.png) ![h](<./old mill.png>) ![i][ref]\n![j](../../assets/as.png) ![k](/S.png) "
                               "![l](/old%20mill.png) ![m](/public/s.png) ![n](桥.png) ![o](./%E6%A1%A5.png)\n\n"
                               '<img src="./x.png"> <img src="../x.png"> <img src="/s.png"> <img src="page.png"> <img src="../up.png"> '
                               '<img src="none.png">\n\n[ref]: /sub/y.png "a title"\n'),
    "src/pages/b.md": ("b/index.html", '# b\n\n![a](p.png) ![b](./p.png) ![c](/s.png) <img src="./p.png"> <img src="../s.png">\n')},
    ["![](none.png)", "![](./none.png)", "![](X.png)"])
SITES["docusaurus"] = Site(["node_modules/.bin/docusaurus", "build"], "build", "/", {
    "package.json": '{"name": "a", "private": true, "dependencies": {"@docusaurus/core": "^3.9.0"}}',
    "docusaurus.config.js": "module.exports = { title: 'a', url: 'https://me.test', baseUrl: '/', onBrokenLinks: 'ignore', "
    "presets: [['classic', {}]] };\n",
    "src/pages/index.md": "# home\n",
    **pictures("static/", "s.png", "sub/y.png", "old mill.png", "docs/a/page.png"), **pictures("img/", "i.png"),
    **pictures("docs/", "x.png", "sub/x.png", "old mill.png", "桥.png"),
}, {"docs/a.md": ("docs/a/index.html", "# a\n\n![a](x.png) ![b](./x.png) ![c](/s.png) ![d](sub/x.png) ![e](old%20mill.png) ![f](<./old mill.png>) "
                  "![g][ref]\n![h](@site/img/i.png) ![i](/old%20mill.png) ![j](桥.png) ![k](../img/i.png) ![l](pathname:///sub/none.png)\n\n"
                  '<img src="./x.png"/> <img src="/s.png"/> <img src="page.png"/> <img src="none.png"/> '
                  "<img src={require('./x.png').default}/>\n\n[ref]: /sub/y.png \"a title\"\n")},
    ["![](none.png)"])


# The same addresses in a site that is served below a path of its own.
BASED = """\
![a](/s.png) ![b](/sub/path/s.png) ![c](/sub/none.png) ![d](s.png) ![e](https://me.test/sub/path/s.png)
![f](https://me.test/s.png) ![g](/sub/path/none.png)

<img src="/s.png"> <img src="/sub/path/s.png">
"""
# Names that are written in several ways.
NAMES = """\
![a](/caf%C3%A9.png) ![b](/café.png) ![c](/%E5%9B%BE/%E6%A1%A5.png) ![d](/图/桥.png) ![e](/图/桥.PNG) ![f](/s.png?a=1&b=2)
![g](/s.png#top) ![h](</old mill.png> "the old mill") ![i](/old+mill.png) ![j](/a&amp;b.png) ![k](/p%25q.png) ![l](//me.test/s.png)
![m](/100%.png) ![n](/./s.png) ![o](/sub/../s.png) ![p](/S.png)

<img src="/café.png"> <img src="/old mill.png"> <img src="/a&amp;b.png">
"""
BOXES = """\
# boxes

!!! note "one"

    ![a](x.png) ![b](../s.png)

        ![code](none.png)

    ![c](none.png) <img src="../x.png">

!!! tip
    ![d](./x.png)

    !!! warning
        ![e](x.png) ![f][ref]

1. first

    !!! note
        ![g](../s.png)

!!! note
![h](x.png)

    ![code](x.png)

[ref]: none.png
"""
# How far an address climbs.
PAGES = """\
![a](own.png) ![b](/about/own.png) ![c](../s.png) ![d](s.png)

<img src="own.png"> <img src="deep/own.png"> <img src="../s.png"> <img src="../own.png"> <img src="about/own.png"> <img src="/s.png">
"""
CLIMBS = "\n" + " ".join(f'<img src="{"../" * far}{name}">' for far in range(1, 6) for name in ["s.png", "up.png"]) + "\n"
NAMED = ["s.png", "café.png", "图/桥.png", "old mill.png", "a&b.png", "p%q.png"]
MORE = {
    "hugo-base": Site(["hugo", "--quiet"], "public", "/sub/path/", {
        **HUGO, "hugo.toml": HUGO["hugo.toml"].replace("me.test/", "me.test/sub/path/"),
        **pictures("static/", "s.png"),
    }, {"content/posts/a.md": ("posts/a/index.html", POST + BASED)}),
    "hugo-canonify": Site(["hugo", "--quiet"], "public", "/sub/path/", {
        **HUGO, "hugo.toml": "canonifyURLs = true\n" + HUGO["hugo.toml"].replace("me.test/", "me.test/sub/path/"),
        **pictures("static/", "s.png"),
    }, {"content/posts/a.md": ("posts/a/index.html", POST + BASED)}),
    "hugo-names": Site(["hugo", "--quiet"], "public", "/", {**HUGO, **pictures("static/", *NAMED)},
                       {"content/posts/a.md": ("posts/a/index.html", POST + NAMES)}),
    "hugo-bundles": Site(["hugo", "--quiet"], "public", "/", {
        **HUGO, **pictures("static/", "s.png"), **pictures("content/", "home.png"),
        **pictures("content/docs/", "x.png", "sub/x.png", "leaf/own.png", "leaf/deep/own.png", "Mixed Case/own.png"),
    }, {
        "content/_index.md": ("index.html", POST + "![](home.png) ![](/home.png) ![](docs/x.png)\n"),
        "content/docs/_index.md": ("docs/index.html", POST + "![](x.png) ![](sub/x.png) ![](../home.png) ![](leaf/own.png)\n"),
        "content/docs/leaf/index.md": ("docs/leaf/index.html", POST + "![](own.png) ![](deep/own.png) ![](../x.png) "
                                       "![](../leaf/own.png) ![](x.png) {{< figure src=\"own.png\" >}} {{< figure src=\"deep/own.png\" >}}\n"),
        "content/docs/Mixed Case/index.md": ("docs/mixed-case/index.html", POST + "![](own.png) ![](../x.png)\n"),
        "content/docs/Flat Post.md": ("docs/flat-post/index.html", POST + "![](x.png) ![](../x.png) ![](../leaf/own.png)\n"),
    }),
    "hugo-moved": Site(["hugo", "--quiet"], "public", "/", {
        **HUGO, **pictures("static/", "s.png", "posts/s.png"), **pictures("content/posts/", "x.png"),
    }, {
        "content/posts/a.md": ("elsewhere/a/index.html", POST.replace("title", "url: /elsewhere/a/\ntitle") + "![](/s.png) ![](/none.png)\n"),
        "content/posts/b.md": ("posts/other/index.html", POST.replace("title", "slug: other\ntitle") + "![](../x.png) ![](/posts/s.png) ![](/posts/none.png)\n"),
    }),
    "hugo-dirs": Site(["hugo", "--quiet"], "public", "/", {
        **HUGO, "hugo.toml": "contentDir = 'inhalt'\nstaticDir = ['fest', 'mehr']\n" + HUGO["hugo.toml"],
        **pictures("fest/", "s.png"), **pictures("mehr/", "m.png"), **pictures("static/", "none.png"),
        **pictures("inhalt/posts/", "x.png"), **pictures("themes/t/static/", "t.png"), **pictures("assets/", "as.png"),
    }, {"inhalt/posts/a.md": ("posts/a/index.html", POST + "![](/s.png) ![](/m.png) ![](/none.png) ![](../x.png) ![](/posts/x.png) ![](/as.png) "
                              "![](/t.png) {{< figure src=\"as.png\" >}}\n")}),
    "jekyll-base2": Site(["jekyll", "build", "--quiet"], "_site", "/sub/path/", {
        "_config.yml": "url: https://me.test\nbaseurl: /sub/path\n", **pictures("", "s.png"),
    }, {"_posts/2024-01-02-a.md": ("2024/01/02/a.html", POST + BASED + LIQUID),
        "b.md": ("b.html", POST + BASED)}),
    "jekyll-names": Site(["jekyll", "build", "--quiet"], "_site", "/", {
        "_config.yml": "url: https://me.test\n", **pictures("", *NAMED),
    }, {"_posts/2024-01-02-a.md": ("2024/01/02/a.html", POST + NAMES)}),
    "jekyll-titles": Site(["jekyll", "build", "--quiet"], "_site", "/", {
        "_config.yml": "url: https://me.test\n", **pictures("", "s.png", "old mill.png"),
    }, {"_posts/2024-01-02-a.md": ("2024/01/02/a.html", POST + '![a](/s.png "one") ![b](/s.png "a "mill" by me")\n![c](/s.png \'it was\')\n'
                                   '![d](/old mill.png "the "mill"") ![e](/none.png "a "mill"")\n')}),
    "jekyll-collections": Site(["jekyll", "build", "--quiet"], "_site", "/", {
        "_config.yml": "url: https://me.test\ncollections:\n  trips:\n    output: true\n  notes:\n    output: false\n",
        **pictures("", "x.png", "s.png", "trips/y.png"),
        **pictures("_trips/", "own.png", "sub/own.png"), **pictures("_notes/", "n.png"), **pictures("_hidden/", "h.png"),
        **pictures("pages/", "own.png"), **pictures("cat/_posts/", "c.png"),
    }, {
        "_trips/a.md": ("trips/a.html", POST + "![](own.png) ![](sub/own.png) ![](x.png) ![](../x.png) ![](y.png) ![](/trips/own.png) "
                        "![](/_trips/own.png) ![](/_notes/n.png) ![](/notes/n.png) ![](/_hidden/h.png)\n"),
        "pages/p.md": ("pages/p.html", POST + "![](own.png) ![](../x.png) ![](/_posts/none.png)\n"),
        "pages/q.md": ("elsewhere/q/index.html", POST.replace("title", "permalink: /elsewhere/q/\ntitle") + "![](/s.png) ![](../../x.png) ![](/pages/own.png)\n"),
        "cat/_posts/2024-01-02-c.md": ("cat/2024/01/02/c.html", POST + "![](c.png) ![](../../../../s.png) ![](/s.png)\n"),
    }),
    "jekyll-permalink": Site(["jekyll", "build", "--quiet"], "_site", "/", {
        "_config.yml": "url: https://me.test\npermalink: /:year/:title/\n", **pictures("", "x.png", "2024/a/own.png", "2024/up.png"),
    }, {"_posts/2024-01-02-a.md": ("2024/a/index.html", POST + "![](own.png) ![](x.png) ![](../up.png) ![](../../x.png) ![](/x.png)\n")}),
    "mkdocs-flat": Site(["mkdocs", "build", "--quiet"], "site", "/", {
        "mkdocs.yml": "site_name: a\nuse_directory_urls: false\n", "docs/index.md": "# home\n",
        **pictures("docs/", "s.png", "sub/y.png", "x.png", "posts/x.png", "posts/sub/x.png", "posts/old mill.png"),
    }, {"docs/posts/a.md": ("posts/a.html", BODY)}),
    "mkdocs-base": Site(["mkdocs", "build", "--quiet"], "site", "/sub/path/", {
        "mkdocs.yml": "site_name: a\nsite_url: https://me.test/sub/path/\n", "docs/index.md": "# home\n", **pictures("docs/", "s.png", "posts/s.png"),
    }, {"docs/posts/a.md": ("posts/a/index.html", BASED), "docs/b.md": ("b/index.html", BASED)}),
    "mkdocs-names": Site(["mkdocs", "build", "--quiet"], "site", "/", {
        "mkdocs.yml": "site_name: a\nsite_url: https://me.test/\nmarkdown_extensions: [attr_list]\n", "docs/index.md": "# home\n",
        **pictures("docs/", *NAMED, "posts/图.png", "posts/a b.png"),
    }, {"docs/posts/a.md": ("posts/a/index.html", NAMES + "\n![](图.png){ width=300 } ![](%E5%9B%BE.png) ![](a%20b.png) ![](a b.png) ![](../s.png)\n"),
        "docs/posts/index.md": ("posts/index.html", "![](图.png) <img src=\"a b.png\"> <img src=\"../s.png\">\n")}),
    "mkdocs-boxes": Site(["mkdocs", "build", "--quiet"], "site", "/", {
        "mkdocs.yml": "site_name: a\nmarkdown_extensions: [admonition, attr_list]\n", "docs/index.md": "# home\n",
        **pictures("docs/", "s.png", "posts/x.png"),
    }, {"docs/posts/a.md": ("posts/a/index.html", BOXES)}),
    "hexo-base": Site(["node_modules/.bin/hexo", "generate", "--silent"], "public", "/sub/path/", {
        **{name: text for name, text in SITES["hexo"].files.items() if not name.endswith(".png")},
        "_config.yml": "url: https://me.test/sub/path\nroot: /sub/path/\npermalink: :year/:title/\ntheme: t\n", **pictures("source/", "s.png"),
    }, {"source/_posts/a.md": ("2024/a/index.html", HEXO + BASED + "{% img /s.png %} {% img wide s.png/none.png %}\n")}),
    "hexo-names": Site(["node_modules/.bin/hexo", "generate", "--silent"], "public", "/", {
        **{name: text for name, text in SITES["hexo"].files.items() if not name.endswith(".png")}, **pictures("source/", *NAMED),
    }, {"source/_posts/a.md": ("2024/a/index.html", HEXO + NAMES)}),
    "hexo-assets": Site(["node_modules/.bin/hexo", "generate", "--silent"], "public", "/", {
        **{name: text for name, text in SITES["hexo"].files.items() if not name.endswith(".png")},
        "_config.yml": SITES["hexo"].files["_config.yml"] + "post_asset_folder: true\nmarked:\n  prependRoot: true\n  postAsset: true\n",
        **pictures("source/", "s.png"), **pictures("source/_posts/a/", "own.png", "deep/own.png"),
    }, {"source/_posts/a.md": ("2024/a/index.html", HEXO + "![](own.png) ![](deep/own.png) ![](none.png) ![](/s.png) {% asset_img own.png %} "
                               "{% asset_img wide own.png 30 %} <img src=\"own.png\"> <img src=\"none.png\">\n")}),
    "hexo-assets-unlinked": Site(["node_modules/.bin/hexo", "generate", "--silent"], "public", "/", {
        **{name: text for name, text in SITES["hexo"].files.items() if not name.endswith(".png")},
        "_config.yml": SITES["hexo"].files["_config.yml"] + "post_asset_folder: true\n",
        **pictures("source/", "s.png"), **pictures("source/_posts/a/", "own.png"),
    }, {"source/_posts/a.md": ("2024/a/index.html", HEXO + "![](own.png) ![](s.png) {% asset_img own.png %} <img src=\"own.png\">\n"),
        "source/about/index.md": ("about/index.html", "---\ntitle: b\nlayout: post\n---\n![](s.png) ![](../s.png) ![](/s.png) <img src=\"../s.png\">\n")}),
    "hexo-pages": Site(["node_modules/.bin/hexo", "generate", "--silent"], "public", "/", {
        **{name: text for name, text in SITES["hexo"].files.items() if not name.endswith(".png")},
        "_config.yml": "url: https://me.test\ntheme: t\n",
        **pictures("source/", "s.png", "about/own.png", "about/deep/own.png", "2024/01/up.png", "2024/01/02/a/own.png"),
    }, {"source/about/index.md": ("about/index.html", HEXO.replace("date", "layout: post\ndate") + PAGES),
        "source/about/me.md": ("about/me.html", HEXO.replace("date", "layout: post\ndate") + PAGES),
        "source/_posts/a.md": ("2024/01/02/a/index.html", HEXO + PAGES + CLIMBS),
        "source/_posts/sub/b.md": ("2024/01/02/sub/b/index.html", HEXO + PAGES + CLIMBS),
        "source/_posts/m.md": ("elsewhere/index.html", HEXO.replace("date", "permalink: elsewhere/\ndate") + CLIMBS)}),
    "hexo-flat": Site(["node_modules/.bin/hexo", "generate", "--silent"], "public", "/", {
        **{name: text for name, text in SITES["hexo"].files.items() if not name.endswith(".png")},
        "_config.yml": "url: https://me.test\ntheme: t\npermalink: notes/:title.html\n",
        **pictures("source/", "s.png", "notes/up.png"),
    }, {"source/_posts/a.md": ("notes/a.html", HEXO + PAGES + CLIMBS)}),
    "hexo-categories": Site(["node_modules/.bin/hexo", "generate", "--silent"], "public", "/", {
        **{name: text for name, text in SITES["hexo"].files.items() if not name.endswith(".png")},
        "_config.yml": "url: https://me.test\ntheme: t\npermalink: :category/:title/\n",
        **pictures("source/", "s.png"),
    }, {"source/_posts/a.md": ("life/a/index.html", HEXO.replace("date", "categories: life\ndate") + CLIMBS),
        "source/_posts/b.md": ("life/boats/b/index.html", HEXO.replace("date", "categories: [life, boats]\ndate") + CLIMBS)}),
    "eleventy": Site(["node_modules/.bin/eleventy", "--quiet"], "_site", "/", {
        "package.json": '{"name": "a", "private": true, "type": "module"}',
        "eleventy.config.js": "export default (config) => {\n  config.addPassthroughCopy('img');\n"
        "  config.addPassthroughCopy({ public: '/' });\n};\n", ".gitignore": "node_modules\n",
        "index.md": "home\n",
        **pictures("", "img/i.png", "public/s.png", "public/posts/up.png", "public/posts/a/own.png", "posts/x.png", "x.png"),
    }, {"posts/a.md": ("posts/a/index.html", "![a](/img/i.png) ![b](/s.png) ![c](/public/s.png) ![d](own.png) ![e](../up.png) ![f](x.png) "
                       "![g](/x.png) ![h](none.png) ![i](../../img/i.png) ![j](../x.png)\n\n<img src=\"/img/i.png\"> <img src=\"own.png\"> "
                       "<img src=\"x.png\"> <img src=\"../img/i.png\">\n")}),
    "vitepress-base": Site(["node_modules/.bin/vitepress", "build"], ".vitepress/dist", "/sub/path/", {
        **{name: text for name, text in SITES["vitepress"].files.items() if not name.endswith(".png")},
        ".vitepress/config.js": "export default { base: '/sub/path/', srcDir: './src', vite: { build: { assetsInlineLimit: 0 } } }\n",
        "src/index.md": "# home\n", **pictures("src/public/", *NAMED), **pictures("src/", "x.png", "posts/桥.png", "posts/100%.png"),
    }, {"src/posts/a.md": ("posts/a.html", "# a\n\n![](/s.png) ![](../x.png) ![](/x.png) ![](桥.png) ![](./%E6%A1%A5.png) ![](/图/桥.png) "
                           "![](/caf%C3%A9.png) ![](https://me.test/none.png) ![](</old mill.png>)\n\n<img src=\"/s.png\"> <img src=\"./桥.png\">\n")}),
}
SITES |= MORE


# What copydesk lets pass on purpose: which files Eleventy publishes, and where, a program of the site's own says.
LENIENT = {("eleventy", address) for address in ["x.png", "../x.png", "/x.png", "../img/i.png", "/public/s.png", "../../img/i.png"]}


# What Docusaurus keeps among its packages is of another site with the same packages.
ENVIRONMENT = os.environ | {"DOCUSAURUS_NO_PERSISTENT_CACHE": "true", "ASTRO_TELEMETRY_DISABLED": "1"}


class Images(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.found.append(dict(attributes).get("src") or "")


def write(root, files):
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def published(root, site, page, address):
    """The source of the file that a reader of the page gets; none where there is no file."""
    if address.startswith("data:"):
        return source(base64.b64decode(address.partition(",")[2]))
    url = urlsplit(urljoin(f"https://me.test{site.base}{page.removesuffix('index.html')}", address))
    if url.netloc != "me.test" or not url.path.startswith(site.base):
        return None
    path = root / site.output / unquote(url.path[len(site.base):])
    # A disk that does not tell letter case apart would find what a web server does not.
    if not path.is_file() or path.name not in os.listdir(path.parent):
        return None
    return source(path.read_bytes())


def source(picture):
    return re.search(rb"from\0(.*?\.png)", picture).group(1).decode()


def main():
    copydesk = Path(sys.argv[1]).resolve()
    wanted = sys.argv[2:] or list(SITES)
    wrong = lenient = total = 0
    for name in (known for known in SITES if known.split("-")[0] in wanted or known in wanted):
        site = SITES[name]
        root, before = Path(tempfile.mkdtemp(prefix=f"copydesk-{name}-")), wrong
        write(root, site.files)
        write(root, {post: text for post, (_, text) in site.posts.items()})
        if site.build[0].startswith("node_modules"):
            (root / "node_modules").symlink_to(os.environ["NODE_MODULES"])
        build = lambda: subprocess.run(site.build, cwd=root, capture_output=True, text=True, env=ENVIRONMENT)
        inspect = lambda post: json.loads(subprocess.run([copydesk, "inspect", post, "--format", "json"], cwd=root,
                                                         capture_output=True, text=True).stdout)["images"]
        built = build()
        if built.returncode:
            print(f"{name}: {site.build[0]} stopped: {built.stdout[-500:]}{built.stderr[-500:]}")
            wrong += 1
            continue
        for post, (page, _) in site.posts.items():
            reader = Images()
            reader.feed((root / site.output / page).read_text())
            images = inspect(post)
            if len(images) != len(reader.found):
                print(f"{name} {post}: {len(images)} images, {len(reader.found)} in the page: {reader.found}")
                wrong += 1
            for image, address in zip(images, reader.found):
                really = published(root, site, page, address)
                found = re.match(r"(.*) is there: ", image["verdict"])
                total += 1
                if (name, image["address"]) in LENIENT and found and not really:
                    lenient += 1
                elif really != (found and found.group(1)):
                    wrong += 1
                    print(f"{name} {post}: {image['address']} became {unescape(address)}, which is {really}; "
                          f"copydesk: {image['verdict']}")
        for image in site.stops:
            post = next(iter(site.posts))
            write(root, {post: f"# a\n\n{image}\n"})
            total += 1
            verdicts = [seen["verdict"] for seen in inspect(post)]
            if not build().returncode or len(verdicts) != 1 or not verdicts[0].startswith(("missing", "only the case")):
                wrong += 1
                print(f"{name} {post}: {image} stops the build, or was to; copydesk: {verdicts}")
        if wrong == before:
            shutil.rmtree(root)
    print(f"{total} images, {wrong} judged otherwise than the generator builds them, {lenient} let pass on purpose")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
