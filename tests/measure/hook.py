"""How long a hook takes on one changed file of a large site that this script makes.

Needs git and Python, and a release build: `cargo build --release`, then
`python3 tests/measure/hook.py target/release/copydesk [POSTS] [RUNS]`.

Prints the median, the least and the most of RUNS runs (21) in milliseconds, as a clock and as the processors count them, for `check FILE` and for
`check --staged FILE`, with a lock file, on a site of POSTS posts (10,000) of which one is changed and staged.
"""

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

WORDS = "the hill was high and we went up slowly with bread cheese a map two dogs wind rain sun evening morning".split()


def post(number, random):
    paragraphs = []
    for _ in range(12):
        words = [random.choice(WORDS) for _ in range(60)]
        paragraphs.append(" ".join(words).capitalize() + ".")
    front = f"---\ntitle: Walk {number}\ndate: 2024-01-{number % 28 + 1:02}\ntags: [walk]\n---\n\n"
    return front + "\n\n".join(paragraphs) + f"\n\n![The hill](/hill-{number % 50}.svg)\n\nWe went home.\n"


def make(folder, posts):
    picture = '<svg xmlns="http://www.w3.org/2000/svg"></svg>\n'
    source = random.Random(1)
    os.makedirs(f"{folder}/static")
    open(f"{folder}/hugo.toml", "w").write("title = 'Walks'\n")
    for number in range(50):
        open(f"{folder}/static/hill-{number}.svg", "w").write(picture)
    for number in range(posts):
        below = f"{folder}/content/posts/{number // 500}"
        os.makedirs(below, exist_ok=True)
        open(f"{below}/walk-{number}.md", "w").write(post(number, source))


def main():
    binary = os.path.abspath(sys.argv[1])
    posts = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 21
    with tempfile.TemporaryDirectory() as folder:
        make(folder, posts)
        quiet = dict(cwd=folder, check=True, stdout=subprocess.DEVNULL)
        git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.test"]
        subprocess.run([*git, "init", "--quiet"], **quiet)
        subprocess.run([binary, "learn"], **quiet)
        subprocess.run([*git, "add", "--all"], **quiet)
        subprocess.run([*git, "commit", "--quiet", "--message", "first"], **quiet)
        changed = f"content/posts/{posts // 1000}/walk-{posts // 2}.md"
        open(f"{folder}/{changed}", "a").write("\nAnd up again.\n")
        subprocess.run([*git, "add", changed], **quiet)
        commands = {"check FILE": ["check", changed], "check --staged FILE": ["check", "--staged", changed]}
        times = {name: [] for name in commands}
        for _ in range(runs + 1):
            for name, arguments in commands.items():
                used = os.times()
                begin = time.perf_counter()
                ran = subprocess.run([binary, *arguments], cwd=folder, stdout=subprocess.PIPE, text=True)
                wall = (time.perf_counter() - begin) * 1000
                now = os.times()
                processor = now.children_user - used.children_user + now.children_system - used.children_system
                times[name].append((wall, processor * 1000))
                assert ran.returncode == 0, ran.stdout
        for name, all_times in times.items():
            for what, warm in zip(("passed", "of processor time"), zip(*all_times[1:])):
                told = f"{statistics.median(warm):6.1f} ms {what}, {min(warm):.1f} to {max(warm):.1f}"
                print(f"{name:20} {told}, {posts} posts")


main()
