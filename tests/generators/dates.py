#!/usr/bin/env python3
"""Build a tiny site for each way to write a date with the real Hugo, Eleventy and Jekyll, and compare with copydesk.

    python3 tests/generators/dates.py COPYDESK [hugo|eleventy|jekyll...]      (Jekyll takes some minutes)

Not run by `cargo test`. Needs on PATH: hugo, eleventy (@11ty/eleventy 3), jekyll; one that is not there is named and left
out. A line is printed for each value of which copydesk says otherwise than the generator does: `wrong` where it was
built, `missed` where it stops and nothing is said. Ends with 1 where anything is wrong.
"""
import os, re, shutil, subprocess, sys, tempfile

FORMS = """
2024-04-02|2024-4-2|2024-04-2|24-04-02|2024-04|2024|20240402|2024-W14|2024-093|2024/04/02|2024/4/2|2024.04.02|04/02/2024
13/02/2024|02-04-2024|02.04.2024|2024 04 02|2024-Apr-02|02-Apr-2024|2024–04–02|２０２４-04-02|2024-04-xx|2024-04-02,
2024-04-02 10:00|2024-04-02 10:00:00|2024-4-2 10:00:00|2024-04-02 9:05:00|2024-04-02 1:2:3|2024-04-02 10:00:00.123
2024-04-02 10:00:00,123|2024-04-02 25:00:00|2024-04-02 10:60:00|2024-04-02 10:00 PM|2024-04-02 10:00:00 PM|2024-04-02 10
2024-04-02 10.00|2024-04-02_10:00|2024-04-02 - 10:00|10:00 2024-04-02|2024-04-02 (Tue)|2024-04-02 上午 10:00
2024-04-02T|2024-04-02T10:00|2024-04-02T10:00Z|2024-04-02T10:00+09:00|2024-04-02T10:00:00|2024-04-02T10:00:00Z
2024-04-02t10:00:00z|2024-04-02T1:00:00Z|2024-04-02T24:00:00Z|2024-04-02T10:00:00.123Z|2024-04-02T10:00:00.1234567Z
2024-04-02T10:00:00+0100|2024-04-02T10:00:00+01:00|2024-04-02T10:00:00-05:00|2024-04-02T10:00:00+01
2024-04-02T10:00:00 +0100|2024-04-02T10:00:00+08:00[Asia/Shanghai]|2024-04-02T10:00:00.000000+00:00
2024-04-02 10:00:00 +0100|2024-04-02 10:00:00 +01:00|2024-04-02 10:00:00+01:00|2024-04-02 10:00:00+0100
2024-04-02 10:00:00+08|2024-04-02 10:00:00 +8|2024-04-02 10:00 +0800|2024-04-02 10:00:00Z|2024-04-02 10:00:00 Z
2024-04-02 10:00:00 +0100 CET|2024-04-02 10:00:00 -0300 -03|2024-04-02 10:00:00.123456 +0000 UTC|2024-04-02 UTC
2024-04-02 10:00:00 UTC|2024-04-02 10:00 UTC|2024-04-02 10:00:00 JST|2024-04-02 10:00:00 Asia/Tokyo
April 2, 2024|Apr 2, 2024|Apr 02 2024|02 Apr 2024|02 APR 2024|02 Sept 2024|2 Apr 2024|2 April 2024|02 April 2024
2nd April 2024|April 2nd, 2024|April 2024|Apr 2|2. April 2024|2 avril 2024|2 de abril de 2024|2024年4月2日|2024년 4월 2일
Tue, 02 Apr 2024 10:00:00 GMT|Tue, 2 Apr 2024 10:00:00 GMT|Tue, 02 Apr 2024 10:00:00 +0100|02 Apr 24 10:00 CEST
02 Apr 24 10:00 +0200|Tuesday, 02-Apr-24 10:00:00 CEST|Tue Apr  2 10:00:00 2024|Tue Apr 2 10:00:00 2024
Tue Apr 02 10:00:00 CEST 2024|Tue Apr 02 2024 10:00:00 GMT+0200|Apr  2 10:00:00|Last Modified|git Created
TBD|today|now|Tuesday|true|false|yes|None|null|~||1712052000|1712052000000|3pm|12|.5
"""
SITES = {
    "hugo": ("hugo.toml", 'baseURL = "https://me.test/"\n', "content/posts/{}.md"),
    "eleventy": ("eleventy.config.js", "module.exports = () => ({});\n", "posts/{}.md"),
    "jekyll": ("_config.yml", "title: x\nfuture: true\n", "_posts/2023-01-01-{}.md"),
}
COMMANDS = {
    "hugo": ["hugo", "--buildFuture", "-d", "out"],
    "eleventy": ["eleventy", "--quiet"],
    "jekyll": ["jekyll", "build", "--quiet"],
}
RULES = "front-matter-date-format,front-matter-date,front-matter-malformed"


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf8") as file:
        file.write(text)


def site(generator, values):
    """A folder with a post for each value, by the value's place."""
    folder = tempfile.mkdtemp()
    config, text, post = SITES[generator]
    write(f"{folder}/{config}", text)
    for place, value in enumerate(values):
        write(f"{folder}/{post.format(place)}", f"---\ntitle: Bees\ndate: {value}\n---\n\nThe bees came back.\n")
    if generator == "hugo":
        for layout in ("single", "list"):
            write(f"{folder}/layouts/_default/{layout}.html", "{{ .Date }}")
    return folder


def stops(generator, value):
    """Whether the build of a site with this one date ends with an error."""
    folder = site(generator, [value])
    built = subprocess.run(COMMANDS[generator], cwd=folder, capture_output=True).returncode == 0
    shutil.rmtree(folder)
    return not built


def told(copydesk, generator, values):
    """The places of the values of which copydesk says something."""
    folder = site(generator, values)
    command = [copydesk, "check", ".", "--format", "concise", "--select", RULES]
    out = subprocess.run(command, cwd=folder, capture_output=True, text=True).stdout
    shutil.rmtree(folder)
    post = re.escape(SITES[generator][2]).replace(r"\{\}", r"(\d+)")
    return {int(place) for place in re.findall(rf"(?m)^{post}:", out)}


def main():
    copydesk = os.path.abspath(sys.argv[1])
    plain = FORMS.strip().replace("\n", "|").split("|")
    values = plain + [f'"{value}"' for value in plain]
    wrong = 0
    for generator in sys.argv[2:] or SITES:
        if not shutil.which(COMMANDS[generator][0]):
            print(f"{generator}: not here, left out")
            continue
        said = told(copydesk, generator, values)
        missed = 0
        for place, value in enumerate(values):
            if stops(generator, value) != (place in said):
                print(f"{generator}: {'wrong' if place in said else 'missed'}: {value}")
                missed += place not in said
                wrong += place in said
        print(f"{generator}: {len(values)} values, {wrong} wrong in all so far, {missed} missed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
