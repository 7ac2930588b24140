#!/bin/sh
# Measures what a run needs of memory, and how fast it is, at 1,000, 10,000 and 50,000 articles with a tiny random
# network and at 1,000 with the real one. The articles are mixed words, so nothing but their number differs; a random
# network takes random words for names, so that it finds new entities in every article, which have to be remembered.
#
#     scripts/memory.sh                            all of it (the real network takes most of the time)
#     SIZES='1000 10000' REAL=100 scripts/memory.sh
#
# Needs Python 3.
set -eu

sizes=${SIZES-'1000 10000 50000'}
real=${REAL-1000}
program=${SAYSO:-${CARGO_TARGET_DIR:-target}/release/sayso}
threads=${THREADS:-2}
[ -x "$program" ] || { echo "memory.sh: no $program; run make build, or name the program in SAYSO" >&2; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
SAYSO_TEST_MODEL=$work/tiny cargo test --quiet --locked --test dump a_tiny_model_for_scripts >/dev/null 2>&1

measure() { # number of articles, model
    python3 - "$1" >"$work/dump.jsonl" <<'PY'
import json, random, sys
dice = random.Random(1)
names = ["Mara Ollin", "Pell Ltd", "Édouard Varga", "the Union of Lamplighters", "Vessby", "Ines Korda", "the ministry"]
verbs = ["said", "warned", "denied", "urged", "told reporters", "announced", "argued", "accused"]
nouns = "harbour ferry plan council strike budget bridge winter school report market road water night price law team".split()
more = "that would not be ready before two new large old of in for with again soon because and but after many".split()
def clause():
    return " ".join(dice.choice(nouns + more) for _ in range(dice.randint(6, 18)))
def sentence():
    name = dice.choice(names) if dice.random() < 0.7 else dice.choice(nouns).title() + " " + dice.choice(nouns).title()
    quote = dice.random() < 0.4
    return f"“The {clause()},” {name} {dice.choice(verbs)}." if quote else f"{name} {dice.choice(verbs)} that the {clause()}."
for number in range(int(sys.argv[1])):
    text = "\n\n".join(" ".join(sentence() for _ in range(3)) for _ in range(dice.randint(3, 8)))
    print(json.dumps({"id": f"a{number}", "title": f"The {clause()}", "text": text}))
PY
    rm -rf "$work/out"
    python3 - "$work" "$program" "$2" "$threads" "$1" <<'PY'
import os, subprocess, sys, time
work, program, model, threads, articles = sys.argv[1:]
started = time.time()
run = subprocess.Popen([program, "extract", f"{work}/dump.jsonl", "-o", f"{work}/out", "--model", model,
                        "--threads", threads, "--quiet"])
_, status, usage = os.wait4(run.pid, 0)
seconds = time.time() - started
assert os.waitstatus_to_exitcode(status) == 0, status
peak = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
with open(f"{work}/out/entities.csv", encoding="utf-8") as table:
    entities = sum(1 for _ in table) - 1
print(f"{os.path.basename(model):10} {int(articles):7} articles {entities:8} entities   {peak:6.0f} MB at most   "
      f"{int(articles) / seconds:7.1f} articles/s")
PY
}

for size in $sizes; do
    measure "$size" "$work/tiny"
done
if [ "$real" -gt 0 ]; then
    measure "$real" sayso-en
fi
