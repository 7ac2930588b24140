#!/usr/bin/env python3
"""Writes tests/reference.json anew for the model in models/sayso-en, by an implementation that shares nothing with
the program's: numpy, from the description of the network. Needs numpy alone.

    python3 tests/reference.py            # after the model has changed
    python3 tests/reference.py --check    # compares instead; exit 1 if any figure is off by more than 1e-4

Texts, cues, pieces and offsets stay as they are in the file."""
import json, math, os, struct, sys
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
MODEL = os.path.join(HERE, "..", "models", "sayso-en")
ROLES = ["O", "B-SRC", "I-SRC", "B-CON", "I-CON", "B-ADR", "I-ADR"]
MENTIONS = ["O"] + [f"{b}-{t}" for t in ("PER", "ORG", "LOC", "MISC") for b in "BI"]


def weights(path):
    with open(path, "rb") as file:
        size = struct.unpack("<Q", file.read(8))[0]
        header, data = json.loads(file.read(size)), file.read()
    kinds = {"F16": np.float16, "F32": np.float32}
    return {
        name: np.frombuffer(data[t["data_offsets"][0] : t["data_offsets"][1]], kinds[t["dtype"]]).reshape(t["shape"]).astype(np.float64)
        for name, t in header.items()
        if name != "__metadata__"
    }


W = weights(os.path.join(MODEL, "model.safetensors"))
CONFIG = json.load(open(os.path.join(MODEL, "config.json")))
gelu = np.vectorize(lambda x: 0.5 * x * (1 + math.erf(x / math.sqrt(2))))


def linear(x, name):
    y = x @ W[name + ".weight"].T
    return y + W[name + ".bias"] if name + ".bias" in W else y


def norm(x, name):
    x = x - x.mean(-1, keepdims=True)
    return x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-12) * W[name + ".weight"] + W[name + ".bias"]


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def encode(ids, shapes):
    e = "bert.embeddings."
    h = W[e + "word_embeddings.weight"][ids] + W[e + "position_embeddings.weight"][: len(ids)] + W[e + "token_type_embeddings.weight"][shapes]
    h = norm(h, e + "LayerNorm")
    heads = CONFIG["num_attention_heads"]
    split = lambda x: x.reshape(len(ids), heads, -1).transpose(1, 0, 2)
    for layer in range(CONFIG["num_hidden_layers"]):
        p = f"bert.encoder.layer.{layer}."
        q, k, v = (split(linear(h, p + "attention.self." + name)) for name in ("query", "key", "value"))
        context = softmax(q @ k.transpose(0, 2, 1) / math.sqrt(q.shape[-1])) @ v
        h = norm(linear(context.transpose(1, 0, 2).reshape(len(ids), -1), p + "attention.output.dense") + h, p + "attention.output.LayerNorm")
        h = norm(linear(gelu(linear(h, p + "intermediate.dense")), p + "output.dense") + h, p + "output.LayerNorm")
    return h


def bucket(d):
    return int(np.clip(np.round(np.sign(d) * math.log2(abs(d) + 1) * 3.2), -32, 32)) + 32


def read(case):
    h = encode(case["ids"], case["word_shapes"])
    first, end = case["cue_pieces"]
    q = h[first:end].mean(0)
    distance = linear(W["dist.weight"], "role_dist")[[bucket(t - first) for t in range(len(h))]]
    roles = linear(gelu(linear(h, "role_tok") + linear(q, "role_cue") + linear(h * q, "role_mul") + distance), "role_out")
    labels = [ROLES[i] for i in roles.argmax(-1)]
    mean = lambda role: h[at].mean(0) if (at := [i for i, l in enumerate(labels) if l.endswith(role)]) else np.zeros(h.shape[1])
    z = gelu(linear(np.concatenate([q, mean("CON"), mean("SRC")]), "st_hid"))
    mentions, stance = linear(h, "ner"), linear(z, "st_out")
    figures = lambda x: np.round(x, 5).tolist()
    return {
        **case,
        "hidden_first_piece_first_8": figures(h[1, :8]),
        "mention_logits": figures(mentions),
        "cue_logits": figures(linear(h, "cue")),
        "role_logits": figures(roles),
        "role_labels": labels,
        "mention_labels": [MENTIONS[i] for i in mentions.argmax(-1)],
        "stance_logits": figures(stance),
        "stance": CONFIG["sayso"]["stances"][int(stance.argmax())],
        "flag_logits": figures(linear(z, "fl_out")),
    }


path = os.path.join(HERE, "reference.json")
old = json.load(open(path))
new = [read(case) for case in old]
if "--check" in sys.argv:
    off = max(np.abs(np.array(a[k]) - np.array(b[k])).max() for a, b in zip(old, new) for k in a if k.endswith("_logits"))
    print(f"largest difference {off:.1e}")
    sys.exit(off > 1e-4)
json.dump(new, open(path, "w"), ensure_ascii=False)
