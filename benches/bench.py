"""Speed and memory of sayso, engine by engine, and of what a user would run instead, in one table.

    python3 benches/bench.py [--articles FILE] [--words N] [--threads N] [--peers PYTHON]

FILE is JSON lines with a field "text" (default: data/gold/demo.jsonl), repeated until N words are reached.
PYTHON is an interpreter that has the peers' packages (benches/peers.py says which); without it sayso
runs alone. Processor time is that of the whole process, start-up and writing included; it is what to
compare where other programs run at the same time. The second table shows how time grows with the length
of an article.
"""

import argparse, gzip, json, os, pathlib, shutil, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release/sayso"


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
    """The texts as JSON lines, no two alike to a program that looks for copies."""
    path = pathlib.Path(folder) / "articles.jsonl"
    with open(path, "w", encoding="utf-8") as out:
        for number, text in enumerate(texts):
            out.write(json.dumps({"id": str(number), "text": text}) + "\n")
    return path


def run(command):
    """Wall seconds, processor seconds and peak memory in MB of a command."""
    start = time.time()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{command[0]} failed; its message is above")
    return time.time() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def sayso(path, folder, engine, threads):
    out = pathlib.Path(folder) / "out"
    shutil.rmtree(out, ignore_errors=True)
    command = [PROGRAM, "extract", path, "-o", out, "-q", "--any-language", "--engine", engine]
    return run([str(part) for part in command + ["--threads", threads]])


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--articles", default=str(ROOT / "data/gold/demo.jsonl"))
    options.add_argument("--words", type=int, default=50_000)
    options.add_argument("--threads", type=int, default=os.cpu_count())
    options.add_argument("--peers", metavar="PYTHON")
    options.add_argument("--engines", default="reference,bf16,int8")
    args = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        texts = texts_of(args.articles, args.words)
        words, path = sum(len(text.split()) for text in texts), write(folder, texts)
        print(f"{words} words in {len(texts)} articles, {args.threads} threads")
        print(f"{'':24}{'words/s':>10}{'words/s of processor time':>28}{'peak MB':>10}{'ratio':>8}")
        first = None
        runs = [(f"sayso {e}", lambda e=e: sayso(path, folder, e, args.threads)) for e in args.engines.split(",")]
        if args.peers:
            peers = str(ROOT / "benches/peers.py")
            for peer in ("spacy", "transformers"):
                runs.append((peer, lambda p=peer: run([args.peers, peers, p, str(path), str(args.threads)])))
        for name, one in runs:
            wall, processor, memory = one()
            first = first or processor
            line = f"{name:24}{words / wall:10.0f}{words / processor:28.0f}{memory:10.0f}{first / processor:8.2f}"
            print(line, flush=True)
        print("\nwords in the article    processor seconds beyond start-up    per 1,000 words")
        start = sayso(write(folder, ["No more was said."]), folder, "auto", 1)[1]
        all_words = " ".join(texts).split(" ")
        for length in (100, 1_000, 10_000, 50_000):
            own = (all_words * (length // len(all_words) + 1))[:length]
            copies = max(1, 5_000 // length)
            spent = max(0.0, sayso(write(folder, [" ".join(own)] * copies), folder, "auto", 1)[1] - start) / copies
            print(f"{length:20}{spent:37.2f}{spent / length * 1000:19.3f}", flush=True)


if __name__ == "__main__":
    main()
