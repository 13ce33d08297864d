#!/usr/bin/env python3
"""How many adverts are told from what looks like one: blocks.py COPYDESK [FILE.tsv]

Each block of blocks.tsv (all invented) is put behind an article of its language, and copydesk is asked about that post
alone, then about a site of thirty posts of which twelve end in the block (no paragraph of an article or of news does, so these
are left out there). Prints, for each way and for each language, how many of the adverts `footer-promotional` found and how
many of the others it took for one; `-v` lists the slips. Needs Python 3.8.
"""
import collections, json, os, subprocess, sys, tempfile

ARTICLE = {
    "zh": "蜜蜂在夜里睡觉，有的睡在蜂巢里，有的睡在花朵里。{}", "ja": "蜂は夜に眠る。花の中で眠るものもいる。{}",
    "ko": "벌은 밤에 잠을 잔다. 꽃 속에서 자는 벌도 있다. {}", "es": "Las abejas duermen de noche, y algunas en una flor. {}",
    "pt": "As abelhas dormem à noite, e algumas numa flor. {}", "fr": "Les abeilles dorment la nuit, parfois dans une fleur. {}",
    "de": "Bienen schlafen nachts, manche in einer Blüte. {}", "ru": "Пчёлы спят ночью, некоторые в цветке. {}",
}
KINDS = ("wax", "honey", "wings", "nests", "clover", "thyme", "lavender", "smoke", "frames", "queens", "drones", "pollen")
OTHERS = 18


def blocks(path):
    for line in open(path, encoding="utf-8"):
        if line.strip() and not line.startswith("#"):
            language, kind, text = line.rstrip("\n").split("\t")
            yield language, kind, text.replace("\\n", "\n")


def post(language, word, text):
    article = ARTICLE.get(language.split("-")[0], "Bees sleep at night, and some of them sleep in a flower. {}")
    return f"---\ntitle: {word}\n---\n\n{article.format(word)}\n\n{article.format(word + ' ' + word)}\n\n{text}\n"


def promotional(binary, root, *paths):
    run = subprocess.run([binary, "check", *paths, "--format", "json", "--select", "footer-promotional"], cwd=root, capture_output=True)
    if run.returncode not in (0, 1):
        sys.exit(run.stderr.decode())
    return [(finding["path"], finding) for finding in json.loads(run.stdout)["findings"]]


def main(binary, path, verbose):
    all_blocks = list(blocks(path))
    with tempfile.TemporaryDirectory() as folder:
        alone, site = set(), set()
        for number, (language, _, text) in enumerate(all_blocks):
            os.makedirs(f"{folder}/{number}/alone"), os.makedirs(f"{folder}/{number}/site")
            open(f"{folder}/{number}/alone/post.md", "w", encoding="utf-8").write(post(language, "wax", text))
            for word in KINDS:
                open(f"{folder}/{number}/site/{word}.md", "w", encoding="utf-8").write(post(language, word, text))
            for other in range(OTHERS):
                open(f"{folder}/{number}/site/other{other}.md", "w", encoding="utf-8").write(post(language, "x" * (other + 1), ""))
            if promotional(binary, f"{folder}/{number}/alone", "post.md"):
                alone.add(number)
            if len(promotional(binary, f"{folder}/{number}/site", ".")) == len(KINDS):
                site.add(number)
        for name, found, left_out in (("one post", alone, ()), ("a site", site, ("article", "news"))):
            asked = [(number, block) for number, block in enumerate(all_blocks) if block[1] not in left_out]
            table = collections.Counter((language, kind == "promotional", number in found) for number, (language, kind, _) in asked)
            hit, miss = (sum(n for (_, promo, got), n in table.items() if promo and got == want) for want in (True, False))
            wrong, right = (sum(n for (_, promo, got), n in table.items() if not promo and got == want) for want in (True, False))
            print(f"{name}: adverts found {hit}, missed {miss}; others taken for one {wrong}, left alone {right}")
            for language in sorted({language for language, _, _ in all_blocks}):
                cells = [table[(language, promo, got)] for promo in (True, False) for got in (True, False)]
                print(f"    {language:8} adverts {cells[0]}/{cells[0] + cells[1]}   others {cells[2]}/{cells[2] + cells[3]}")
            if verbose:
                for number, (language, kind, text) in asked:
                    if (kind == "promotional") != (number in found):
                        print(f"    {'missed' if kind == 'promotional' else 'WRONG '} {language:8} {kind:13} {text}")


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "-v"]
    here = os.path.dirname(os.path.abspath(__file__))
    main(os.path.abspath(arguments[0]), arguments[1] if len(arguments) > 1 else f"{here}/blocks.tsv", "-v" in sys.argv)
