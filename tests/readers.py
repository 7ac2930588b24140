#!/usr/bin/env python3
"""Readers that are not ours open the tables, and the examples in docs/big-runs.md run.

    python3 tests/readers.py [program]

Articles with emoji, combining marks and Windows line ends are extracted; Python's csv, sqlite, pandas, polars, DuckDB
and frictionless then read every table, and for every row of every table text[start:end] must be the row's words. What
needs a package that cannot be installed here (no registry, no R) is skipped, and said to be.
"""

import csv
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
PACKAGES = ["pandas==2.3.3", "pyarrow==21.0.0", "polars==1.33.1", "duckdb==1.4.0", "frictionless==5.18.1"]
TABLES = ["documents", "statements", "participants", "mentions", "entities"]
SPANS = {"statements": ["source", "cue", "addressee"], "mentions": [""], "participants": [""]}

PARAGRAPHS = [
    "Mara Ollin, who chairs the harbour board of Vessby, urged Pell Ltd on Monday to stop dredging 😀.",
    "“We will not wait for winter”, said Édouard Varga, a spokesman for the ministry, \"nor for 👩\u200d🚀s\".",
    "The company denied that its ships had struck the cafe\u0301 pier; \tits lawyers called the claim =absurd+false.",
    "Ines Korda warned reporters in Nor\u0301vik that “ice, wind; and 'bad luck'” could close the port.",
    "The Union of Lamplighters demanded that the council of Vessby pay the workers of both companies.",
]


def articles():
    """Records whose parts are joined by every kind of line end."""
    ends = ["\r\n", "\n\n", "\r\n\r\n", " "]
    for number in range(24):
        parts = [PARAGRAPHS[(number + step) % len(PARAGRAPHS)] for step in range(3 + number % 3)]
        title = f"No. {number}: Pell Ltd denies claims, “NA”, null 😀"
        yield {"id": f"a,{number}", "title": title, "text": ends[number % 4].join(parts), "date": "2031-05-06"}


def check(reader, tables, texts, totals):
    """Rows are all there, and each of their spans gives their words."""
    checked = 0
    parts = {row["statement_id"]: row["part"] for row in tables["statements"]}
    for table in TABLES:
        assert len(tables[table]) == totals[table], (reader, table, len(tables[table]), totals[table])
        for row in tables[table]:
            for name in SPANS.get(table, []):
                prefix = f"{name}_" if name else ""
                start, end, words = row[f"{prefix}start"], row[f"{prefix}end"], row[name or "surface"]
                if start is None:
                    assert words is None and end is None, (reader, table, row)
                    continue
                text = texts[row["doc_id"]][row.get("part") or parts[row["statement_id"]]]
                assert text[int(start):int(end)] == words, (reader, table, row)
                checked += 1
            if table == "statements" and row["content_spans"] is not None:
                text = texts[row["doc_id"]][row["part"]]
                spans = [span.split("-") for span in row["content_spans"].split(";")]
                assert " … ".join(text[int(a):int(b)] for a, b in spans) == row["content"], (reader, row)
                assert row["context"] in text, (reader, row)
                checked += len(spans)
    assert checked > 100, (reader, checked)
    print(f"  {reader:22} {sum(totals[table] for table in TABLES)} rows, {checked} spans")



def python_csv(out):
    read = lambda table: csv.DictReader(open(out / f"{table}.csv", encoding="utf-8", newline=""))
    return {table: [{k: v or None for k, v in row.items()} for row in read(table)] for table in TABLES}


def sqlite(out):
    """Into tables of a database, and out again."""
    base = sqlite3.connect(":memory:")
    base.row_factory = sqlite3.Row
    tables = {}
    for table in TABLES:
        rows = list(csv.reader(open(out / f"{table}.csv", encoding="utf-8", newline="")))
        columns = ", ".join(f'"{name}"' for name in rows[0])
        base.execute(f"CREATE TABLE {table} ({columns})")
        marks = ", ".join("?" * len(rows[0]))
        base.executemany(f"INSERT INTO {table} VALUES ({marks})", [[cell or None for cell in row] for row in rows[1:]])
        tables[table] = [dict(row) for row in base.execute(f"SELECT * FROM {table}")]
    return tables


def pandas(out, ending):
    import pandas as pd

    def read(table):
        path = out / f"{table}.{ending}"
        frame = pd.read_parquet(path) if ending == "parquet" else pd.read_csv(path, keep_default_na=False, na_values=[""])
        rows = frame.to_dict("records")
        return [{k: None if pd.isna(v) else v for k, v in row.items()} for row in rows]

    return {table: read(table) for table in TABLES}


def polars(out, ending):
    import polars as pl

    read = pl.read_parquet if ending == "parquet" else lambda path: pl.read_csv(path, infer_schema_length=None)
    return {table: read(out / f"{table}.{ending}").to_dicts() for table in TABLES}


def duckdb(out, ending):
    import duckdb

    def read(table):
        found = duckdb.sql(f"SELECT * FROM '{out}/{table}.{ending}'")
        return [dict(zip(found.columns, row)) for row in found.fetchall()]

    return {table: read(table) for table in TABLES}


def types(out):
    """The Parquet files have Arrow's types."""
    import pyarrow.parquet as parquet

    schema = parquet.read_schema(out / "statements.parquet")
    expected = {"cue_start": "int64", "negated": "bool", "score": "double", "cue": "string", "stance": "string"}
    found = {name: str(schema.field(name).type) for name in expected}
    assert found == expected, found
    assert schema.field("cue_start").nullable and not schema.field("statement_id").nullable
    print("  Arrow types            int64, bool, double, string")


def frictionless(out, python):
    command = [python, "-m", "frictionless", "validate", "datapackage.json"]
    done = subprocess.run(command, cwd=out, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    print("  frictionless           the package is valid")


def environment():
    """A Python with the readers, once; None where they cannot be installed."""
    folder = TARGET / "readers"
    python = folder / "bin" / "python"
    wanted = "\n".join(PACKAGES)
    stamp = folder / "packages"
    if stamp.is_file() and stamp.read_text() == wanted:
        return python
    subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        print(f"  skipped: pandas, polars, DuckDB, frictionless (pip: {done.stderr.strip().splitlines()[-1:]})")
        return None
    stamp.write_text(wanted)
    return python


def snippets(page):
    """The fenced examples of a page: language, condition, code."""
    for block in re.finditer(r"^```(\w+) ?([^\n]*)\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S):
        yield block.groups()


def run_page(page, program, python, work):
    """Every example of the page, in order, in a folder with articles in dump/."""
    (work / "dump").mkdir()
    lines = [json.dumps(article, ensure_ascii=False) for article in articles()]
    (work / "dump" / "a.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    surroundings = {**os.environ, "PATH": path}
    for language, condition, code in snippets(page):
        first = code.strip().splitlines()[0]
        if condition.startswith("needs ") and not shutil.which(condition.split()[1]):
            print(f"  skipped: {condition.split()[1]} is not installed: {first}")
            continue
        if language == "r" and not shutil.which("Rscript"):
            print(f"  skipped: R is not installed: {first}")
            continue
        if language in ("python", "sql") and python is None:
            print(f"  skipped: no pandas or DuckDB: {first}")
            continue
        if language == "sql":
            code = f"import duckdb; duckdb.sql('''{code}''').show()"
        if condition == "slurm":
            code = "for SLURM_ARRAY_TASK_ID in 1 2 3 4; do\n" + code + "\ndone"
        command = {"sh": ["bash", "-euc"], "python": [python, "-c"], "sql": [python, "-c"], "r": ["Rscript", "-e"]}[language]
        done = subprocess.run([*command, code], cwd=work, env=surroundings, capture_output=True, text=True)
        assert done.returncode == 0, f"{first}\n{done.stdout}{done.stderr}"
        print(f"  ran: {first}")
    # What the page promises.
    for merged in ["merged", "slurm-merged"]:
        for table in TABLES:
            assert (work / merged / f"{table}.csv").read_bytes() == (work / "out" / f"{table}.csv").read_bytes()
    assert len((work / "first.jsonl").read_text(encoding="utf-8").splitlines()) == 2


def with_python(python, out, totals_and_texts):
    """The readers that need packages, in the Python that has them."""
    subprocess.run([python, __file__, "--packages", out, totals_and_texts], check=True)


def main():
    if sys.argv[1:2] == ["--packages"]:
        out, known = Path(sys.argv[2]), json.loads(Path(sys.argv[3]).read_text(encoding="utf-8"))
        for reader in (pandas, polars, duckdb):
            for ending in ("csv", "parquet"):
                check(f"{reader.__name__} ({ending})", reader(out, ending), known["texts"], known["totals"])
        types(out)
        frictionless(out, sys.executable)
        return
    built = [TARGET / kind / "sayso" for kind in ("release", "debug")]
    program = Path(sys.argv[1]) if sys.argv[1:] else next((path for path in built if path.is_file()), None)
    if program is None:
        sys.exit("readers.py: there is no program; run make build")
    program = program.resolve()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        dump, out = work / "dump.jsonl", work / "out"
        records = list(articles())
        dump.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        command = [program, "extract", dump, "-o", out, "--format", "csv,jsonl,parquet", "--quiet"]
        subprocess.run(command, check=True)
        texts = {record["id"]: {"title": record["title"], "text": record["text"]} for record in records}
        totals = json.loads((out / "datapackage.json").read_text(encoding="utf-8"))["sayso"]["totals"]
        known = work / "known.json"
        known.write_text(json.dumps({"texts": texts, "totals": totals}), encoding="utf-8")
        check("Python csv", python_csv(out), texts, totals)
        check("sqlite", sqlite(out), texts, totals)
        python = environment()
        if python is not None:
            with_python(python, out, known)
        print("  docs/big-runs.md:")
        page = work / "page"
        page.mkdir()
        run_page(ROOT / "docs" / "big-runs.md", program, python, page)


if __name__ == "__main__":
    main()
