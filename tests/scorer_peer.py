#!/usr/bin/env python3
"""Checks the mention scores of `sayso evaluate` against nervaluate, a second implementation, on random names.

    python3 tests/scorer_peer.py [PROGRAM]      (PROGRAM: target/release/sayso, else target/debug/sayso)

nervaluate is taken from where it is installed, else into a virtual environment in target/scorer-peer.
Exit code 0: both agree on precision, recall and F1 of all types together and of each; 1: they do not.
"""

import csv
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PEER = "nervaluate==1.2.1"
TYPES = ["PER", "ORG", "LOC", "MISC"]
DOCUMENTS = 60
TOLERANCE = 1e-3  # per cent; the program writes four decimals

DOCUMENT_COLUMNS = (
    "doc_id,path,record,title,published,url,publisher,language,characters,sentences,pieces,"
    "mentions,statements,status,reason,remark,text_sha256"
).split(",")
MENTION_COLUMNS = "mention_id,doc_id,part,sentence,start,end,surface,type,score,entity_id".split(",")


def evaluator():
    """nervaluate's class; installs it and starts again where it is missing."""
    try:
        from nervaluate import Evaluator

        return Evaluator
    except ImportError:
        folder = ROOT / "target" / "scorer-peer"
        python = folder / "bin" / "python"
        if Path(sys.prefix) == folder:
            sys.exit(f"{PEER} is in {folder}, but cannot be imported; remove the folder and try again")
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", PEER], check=True)
        os.execv(python, [str(python), *sys.argv])


def program():
    if len(sys.argv) > 1:
        return sys.argv[1]
    for profile in ("release", "debug"):
        if (path := ROOT / "target" / profile / "sayso").exists():
            return str(path)
    sys.exit("no program in target/; run `cargo build` first, or name it")


def random_document(rng, number):
    """A text of 40 words, gold names in it, and what a careless reader finds of them."""
    words = ["".join(rng.choices("abcdeéüß", k=rng.randint(1, 8))) for _ in range(40)]
    starts = [sum(len(word) + 1 for word in words[:at]) for at in range(len(words))]
    span = lambda first, last: (starts[first], starts[last] + len(words[last]))
    gold, found, at = [], [], 0
    while at < 36:
        at += rng.randint(1, 4)
        first, last = at, min(at + rng.randint(0, 2), 39)
        at = last + 1
        if first > 39:
            break
        kind = rng.choice(TYPES)
        event = rng.random()
        if event < 0.9:
            gold.append((*span(first, last), kind))
        if event < 0.5:  # right
            found.append((*span(first, last), kind))
        elif event < 0.65:  # another type
            found.append((*span(first, last), rng.choice(TYPES)))
        elif event < 0.8:  # another end
            found.append((*span(first, first), kind))
        elif event >= 0.9:  # a false alarm
            found.append((*span(first, last), kind))
    return {"id": f"d{number}", "text": " ".join(words), "gold": gold, "found": found}


def write_tables(folder, documents):
    with open(folder / "documents.csv", "w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, DOCUMENT_COLUMNS)
        table.writeheader()
        for d in documents:
            counts = dict.fromkeys(["record", "characters", "sentences", "pieces", "mentions", "statements"], 0)
            sha = hashlib.sha256(d["text"].encode()).hexdigest()
            table.writerow({"doc_id": d["id"], "status": "ok", "text_sha256": sha, **counts})
    with open(folder / "mentions.csv", "w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, MENTION_COLUMNS)
        table.writeheader()
        for d in documents:
            for start, end, kind in d["found"]:
                row = {"doc_id": d["id"], "part": "text", "sentence": 0, "start": start, "end": end}
                table.writerow({**row, "type": kind, "score": 0.5})


def ours(documents):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_tables(folder, documents)
        with open(folder / "gold.jsonl", "w", encoding="utf-8") as file:
            for d in documents:
                mentions = [{"start": s, "end": e, "type": kind} for s, e, kind in d["gold"]]
                file.write(json.dumps({"id": d["id"], "text": d["text"], "mentions": mentions}) + "\n")
        command = [program(), "evaluate", "--gold", folder / "gold.jsonl", "--json", folder / "scores.json", folder]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return json.loads((folder / "scores.json").read_text())["figures"]


def theirs(evaluator, documents, types):
    sides = [
        [[{"start": s, "end": e, "label": kind} for s, e, kind in d[side] if kind in types] for d in documents]
        for side in ("gold", "found")
    ]
    strict = evaluator(*sides, tags=TYPES, loader="dict").evaluate()["overall"]["strict"]
    return {"value": strict.f1, "precision": strict.precision, "recall": strict.recall}


def main():
    peer = evaluator()
    apart = 0
    for seed in range(5):
        rng = random.Random(seed)
        documents = [random_document(rng, number) for number in range(DOCUMENTS)]
        figures = ours(documents)
        for key, types in [("mention", TYPES)] + [(f"mention.{kind}", [kind]) for kind in TYPES]:
            for measure, value in theirs(peer, documents, types).items():
                if abs(figures[key][measure] - 100 * value) > TOLERANCE:
                    apart += 1
                    print(f"seed {seed}, {key}, {measure}: sayso {figures[key][measure]}, nervaluate {100 * value}")
    print("sayso and nervaluate differ" if apart else "sayso and nervaluate agree on 75 figures")
    return 1 if apart else 0


if __name__ == "__main__":
    sys.exit(main())
