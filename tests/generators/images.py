#!/usr/bin/env python3
"""Builds small sites with the real generators and compares, for every image, where copydesk says that its address
leads with the file that the built page really gets.

    python3 tests/generators/images.py target/release/copydesk [hugo|jekyll|mkdocs|hexo|vitepress ...]

It needs the generators on PATH (hexo, vitepress: the folder that npm installed them in, NODE_MODULES) and is no part of `cargo test`.
Exit code 1 where copydesk and a generator disagree.
"""

import json
import os
import re
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
    def __init__(self, build, output, base, files, posts):
        self.build, self.output, self.base, self.files, self.posts = build, output, base, files, posts


BODY = """\
![a](x.png) ![b](./x.png) ![c](../x.png) ![d](/s.png) ![e](/static/s.png) ![f](sub/x.png) ![g](/sub/none.png)
![h](X.png) ![i](old%20mill.png) ![j](<old mill.png>) ![k][ref] ![l](../../s.png) ![m](/old%20mill.png?v=1#a)

<img src="x.png"> <img src="../x.png"> <img src='/s.png'> <img src="none.png"> <img src="../posts/x.png">

[ref]: /sub/y.png "a title"
"""
HUGO = {"hugo.toml": "baseURL = 'https://me.test/'\n[markup.goldmark.renderer]\nunsafe = true\n",
        "layouts/single.html": "{{ .Content }}", "layouts/list.html": "{{ .Content }}", "layouts/home.html": "home"}
JEKYLL = {"_config.yml": "url: https://me.test\nbaseurl: /blog\n"}
LIQUID = """\

![n]({{ site.baseurl }}/s.png) ![o]({{ '/sub/y.png' | relative_url }}) ![p]({{ "/none.png" | absolute_url }})
"""
POST = "---\nlayout: null\ntitle: A\n---\n"


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
        "package.json": '{"name": "a", "hexo": {"version": "8.0.0"}, "dependencies": {"hexo": "*", "hexo-renderer-marked": "*"}}',
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
                   '[ref]: /sub/y.png "a title"\n')})


# What copydesk lets pass on purpose: it does not know how deep a permalink publishes the page.
LENIENT = {("hexo", "../x.png")}


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
    url = urlsplit(urljoin(f"https://me.test{site.base}{page.removesuffix('index.html')}", address))
    if url.netloc != "me.test" or not url.path.startswith(site.base):
        return None
    path = root / site.output / unquote(url.path[len(site.base):])
    # A disk that does not tell letter case apart would find what a web server does not.
    if not path.is_file() or path.name not in os.listdir(path.parent):
        return None
    return re.search(rb"from\0(.*?\.png)", path.read_bytes()).group(1).decode()


def main():
    copydesk = Path(sys.argv[1]).resolve()
    wanted = sys.argv[2:] or list(SITES)
    wrong = lenient = total = 0
    for name in (known for known in SITES if known.split("-")[0] in wanted or known in wanted):
        site = SITES[name]
        root = Path(tempfile.mkdtemp(prefix=f"copydesk-{name}-"))
        write(root, site.files)
        write(root, {post: text for post, (_, text) in site.posts.items()})
        if site.build[0].startswith("node_modules"):
            (root / "node_modules").symlink_to(os.environ["NODE_MODULES"])
        subprocess.run(site.build, cwd=root, check=True, capture_output=True)
        for post, (page, _) in site.posts.items():
            reader = Images()
            reader.feed((root / site.output / page).read_text())
            seen = subprocess.run([copydesk, "inspect", post, "--format", "json"], cwd=root, capture_output=True, text=True)
            images = json.loads(seen.stdout)["images"]
            if len(images) != len(reader.found):
                print(f"{name} {post}: {len(images)} images, {len(reader.found)} in the page: {reader.found}")
                wrong += 1
            for image, address in zip(images, reader.found):
                really = published(root, site, page, address)
                found = re.match(r"(.*) is there: ", image["verdict"])
                total += 1
                if (name, image["address"]) in LENIENT and found:
                    lenient += 1
                elif really != (found and found.group(1)):
                    wrong += 1
                    print(f"{name} {post}: {image['address']} became {unescape(address)}, which is {really}; "
                          f"copydesk: {image['verdict']}")
    print(f"{total} images, {wrong} judged otherwise than the generator builds them, {lenient} let pass on purpose")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
