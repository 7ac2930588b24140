# Every target prints what it does; `make` alone lists them.
# LIBTORCH=<folder> uses a libtorch 2.4.0 of your own; else one is fetched, once (docs/install.md).

TARGET := $(or $(CARGO_TARGET_DIR),target)
PROGRAM := $(TARGET)/release/sayso
OUT ?= out

# Without a libtorch of one's own, .cargo/config.toml names ours; an empty or left-over variable would override it.
ifeq ($(strip $(LIBTORCH)),)
unexport LIBTORCH LIBTORCH_CXX11_ABI
endif

say = @printf '\n== %s\n'

.PHONY: help libtorch build run test fmt lint doc setup-test unit-test regression baseline readers bench base-model clean
.SECONDARY:
.DEFAULT_GOAL := help

help: ## lists these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1 | \2/p' Makefile | awk -F'|' '{ printf "%-20s%s\n", $$1, $$2 }'

libtorch: ## checks the tools and fetches libtorch into .libtorch/, once (0.8 GB; Linux on ARM and macOS: 0.1 GB)
	@scripts/libtorch.sh

build: libtorch ## builds the program: target/release/sayso
	$(say) 'Building $(PROGRAM) (the first time takes minutes)'
	cargo build --release --locked

run: build ## sets up what is missing, reads data/samples into out/ (OUT=folder) and shows the statements
	$(say) 'Reading data/samples into $(OUT)/'
	$(PROGRAM) extract data/samples -o '$(OUT)'
	$(say) 'The statements in $(OUT)/statements.csv'
	$(PROGRAM) show '$(OUT)'

test: setup-test fmt lint doc unit-test regression ## runs every check below
	$(say) 'Every check has passed'

fmt: ## checks the formatting
	$(say) 'Formatting (mend with: cargo fmt)'
	cargo fmt --check

lint: libtorch ## runs clippy; a warning is an error
	$(say) 'Clippy'
	cargo clippy --locked --all-targets -- -D warnings

doc: libtorch ## builds the library's documentation: target/doc/sayso/index.html
	$(say) 'Documentation'
	RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps

setup-test: ## tries the set-up with what may be missing on a machine
	$(say) 'Set-up'
	@scripts/libtorch.sh --python
	python3 tests/setup.py

# One thread for libtorch in each test: cargo already runs as many tests at once as there are cores.
unit-test: libtorch ## runs the Rust tests
	$(say) 'Tests'
	OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 cargo test --locked

regression: regression-demo regression-hard ## reads the labelled samples and holds the scores to the baselines

baseline: baseline-demo baseline-hard ## writes today's scores as the baselines, after a change for the better

# The samples read afresh by the program that the tests have built; within the target folder, so that it is nobody's own.
input_demo := data/samples
input_hard := data/hard
tables := $(TARGET)/regression
evaluate = $(TARGET)/debug/sayso evaluate

tables-%: libtorch
	$(say) 'Reading $(input_$*)'
	cargo build --quiet --locked
	rm -rf '$(tables)/$*'
	mkdir -p '$(tables)'
	$(TARGET)/debug/sayso extract $(input_$*) -o '$(tables)/$*' --engine reference

regression-%: tables-%
	$(say) 'Labels in data/gold/$*.jsonl, and scores against their baseline; the whole report is in $(tables)/$*.txt'
	$(evaluate) --check data/gold/$*.jsonl
	@$(evaluate) --gold data/gold/$*.jsonl '$(tables)/$*' --baseline data/gold/$*.baseline.json >'$(tables)/$*.txt'; \
	    ended=$$?; sed -n -e '/^No figure is worse/,$$p' -e '/^Worse than/,$$p' '$(tables)/$*.txt'; exit $$ended

baseline-%: tables-%
	$(say) 'Writing data/gold/$*.baseline.json; the whole report is in $(tables)/$*.txt'
	$(evaluate) --gold data/gold/$*.jsonl '$(tables)/$*' --write-baseline data/gold/$*.baseline.json >'$(tables)/$*.txt'

readers: build ## opens the tables with pandas, polars, DuckDB, sqlite and frictionless, and runs the examples of docs/big-runs.md
	$(say) 'Readers'
	python3 tests/readers.py $(PROGRAM)

bench: build ## speed and memory of every engine (PEERS=<python with their packages> adds spaCy and transformers)
	$(say) 'Speed and memory'
	python3 benches/bench.py $(if $(PEERS),--peers '$(PEERS)')

base-model: ## fetches the encoder that training starts from into models/base/, once (84 MB)
	@scripts/libtorch.sh --python
	@python3 scripts/base_model.py

clean: ## deletes what was built; .libtorch/, models/base/ and tables stay
	$(say) 'Deleting $(TARGET)/ and half-done downloads'
	cargo clean
	rm -rf .libtorch.part models/base.part
