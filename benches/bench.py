"""Speed and memory of sayso, engine by engine, and of what a user would run instead, in one table.

    python3 benches/bench.py [--articles FILE] [--words N] [--threads N] [--rounds N] [--peers PYTHON] [--plot FILE]

FILE is JSON lines with a field "text" (default: data/gold/demo.jsonl), repeated until N words are reached. PYTHON is
an interpreter that has the peers' packages (benches/peers.py says which); without it sayso runs alone. Everything
runs N rounds in turn, so that all meet the same machine, and the best of each counts. For sayso the seconds are those
of the whole process, start-up and writing included; for its peers loading is left out. The second table, and the plot
if one is wanted, show how time grows with the length of an article.
"""

import argparse, gzip, json, os, pathlib, shutil, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release/sayso"
PEERS = ["spacy", "spacy2", "hf", "hf-bf16", "ort-int8"]


def texts_of(path, words):
    """Texts of a file, from the start again until there are enough words."""
    with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines if line.strip()]
    taken, count = [], 0
    while count < words:
        taken.append(texts[len(taken) % len(texts)])
        count += len(taken[-1].split())
    return taken


def write(folder, texts):
    """The texts as JSON lines."""
    path = pathlib.Path(folder) / "articles.jsonl"
    with open(path, "w", encoding="utf-8") as out:
        for number, text in enumerate(texts):
            out.write(json.dumps({"id": str(number), "text": text}) + "\n")
    return path


def run(command):
    """Wall seconds, processor seconds, peak memory in MB and output of a command."""
    with tempfile.TemporaryFile("w+") as printed:
        start = time.time()
        process = subprocess.Popen([str(part) for part in command], stdout=printed)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.time() - start
        if status:
            sys.exit(f"{command[0]} failed; its message is above")
        printed.seek(0)
        return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, printed.read()


def sayso(path, folder, engine, threads):
    out = pathlib.Path(folder) / "out"
    shutil.rmtree(out, ignore_errors=True)
    return run([PROGRAM, "extract", path, "-o", out, "-q", "--any-language", "--engine", engine, "--threads", threads])


def peer(python, name, path, threads):
    wall, processor, memory, printed = run([python, ROOT / "benches/peers.py", name, path, threads])
    return float(printed.split("seconds ")[-1]), processor, memory, ""


def compare(args, path, words, folder):
    runs = {f"sayso {e}": lambda e=e: sayso(path, folder, e, args.threads) for e in args.engines.split(",")}
    if args.peers:
        runs |= {name: lambda n=name: peer(args.peers, n, path, args.threads) for name in PEERS}
    best = {}
    for _ in range(args.rounds):
        for name, one in runs.items():
            seconds, processor, memory, _ = one()
            known = best.get(name, (seconds, processor, memory))
            best[name] = (min(seconds, known[0]), min(processor, known[1]), max(memory, known[2]))
    ours = [name for name in best if name.startswith("sayso")]
    print(f"{'':20}{'words/s':>9}{'processor s':>13}{'peak MB':>9}" + "".join(f"{name + ' is':>20}" for name in ours))
    for name, (seconds, processor, memory) in best.items():
        ratios = "".join(f"{seconds / best[own][0]:19.2f}×" for own in ours)
        print(f"{name:20}{words / seconds:9.0f}{processor:13.1f}{memory:9.0f}{ratios}", flush=True)


def growth(texts, folder, plot):
    print("\nwords in the article   processor seconds beyond start-up   per 1,000 words")
    start = sayso(write(folder, ["No more was said."]), folder, "auto", 1)[1]
    all_words, points = " ".join(texts).split(" "), []
    for length in (100, 300, 1_000, 3_000, 10_000, 30_000, 50_000):
        own = (all_words * (length // len(all_words) + 1))[:length]
        copies = max(1, 20_000 // length)
        spent = max(0.0, sayso(write(folder, [" ".join(own)] * copies), folder, "auto", 1)[1] - start) / copies
        points.append((length, spent))
        print(f"{length:20}{spent:36.2f}{spent / length * 1000:18.3f}", flush=True)
    if plot:
        pathlib.Path(plot).write_text(svg(points), encoding="utf-8")


def svg(points):
    """Seconds over words, both axes from 0."""
    most_words, most_seconds = points[-1][0], max(seconds for _, seconds in points)
    x = lambda words: 60 + 520 * words / most_words
    y = lambda seconds: 300 - 270 * seconds / most_seconds
    dots = "".join(f'<circle cx="{x(w):.1f}" cy="{y(s):.1f}" r="4"/>' for w, s in points)
    line = f'<path d="M{x(0):.1f} {y(0):.1f}L{x(most_words):.1f} {y(points[-1][1]):.1f}" stroke="#999" fill="none"/>'
    labels = "".join(
        [f'<text x="{x(w):.0f}" y="318" text-anchor="middle">{w:,}</text>' for w in range(0, most_words + 1, 10_000)]
        + [f'<text x="52" y="{y(most_seconds * k / 4) + 4:.0f}" text-anchor="end">{most_seconds * k / 4:.1f}</text>' for k in range(5)]
    )
    axes = '<path d="M60 30V300H580" stroke="black" fill="none"/>'
    names = '<text x="320" y="338" text-anchor="middle">words in the article</text><text x="60" y="18">processor seconds</text>'
    style = 'font-family="sans-serif" font-size="12"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 350" {style}>{axes}{line}{dots}{labels}{names}</svg>\n'


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--articles", default=str(ROOT / "data/gold/demo.jsonl"))
    options.add_argument("--words", type=int, default=50_000)
    options.add_argument("--threads", type=int, default=os.cpu_count())
    options.add_argument("--rounds", type=int, default=2)
    options.add_argument("--peers", metavar="PYTHON")
    options.add_argument("--engines", default="reference,bf16,int8")
    options.add_argument("--plot", metavar="FILE")
    args = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        texts = texts_of(args.articles, args.words)
        words, path = sum(len(text.split()) for text in texts), write(folder, texts)
        print(f"{words} words in {len(texts)} articles, {args.threads} threads, the best of {args.rounds} rounds")
        compare(args, path, words, folder)
        growth(texts, folder, args.plot)


if __name__ == "__main__":
    main()
