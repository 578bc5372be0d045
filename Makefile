# Teladan. `make run` serves it, `make test` checks it; the rest is for those who work on it.
#
# Needs Python 3.11 or newer, make, and a package index that pip can reach.
#   make run PORT=8000 DATA=data     PY=python3.12 picks another Python

PY   ?= python3
PORT ?= 8000
DATA ?= data
BIN  := .venv/bin
PIP  := $(BIN)/python -m pip install -q --disable-pip-version-check
UV   := $(BIN)/uv pip install -q --python $(BIN)/python
# Every file that is installed is one whose hash we wrote down, and none of them is compiled here.
PINNED := --require-hashes --only-binary :all:

.PHONY: help run test lint bench bench-engine locks messages clean

help:
	@echo "make run       serve Teladan on http://127.0.0.1:$(PORT)/ with its data in $(DATA)/"
	@echo "make test      run every check and every test"
	@echo "make lint      run the quick checks only"
	@echo "make bench     run the benchmarks (make bench-engine: the engine's only)"
	@echo "make locks     resolve requirements/*.txt anew from pyproject.toml"
	@echo "make messages  collect and compile the Indonesian messages (needs gettext)"
	@echo "make clean     remove the environments and what tools left behind"

run: .venv/.ok
	@exec $(BIN)/teladan run --port $(PORT) --data $(DATA)

test: .venv/.ok-dev
	@$(BIN)/python tests/every.py

lint: .venv/.ok-dev
	@$(BIN)/python tests/every.py --lint

bench: .venv/.ok-dev bench-engine
	@$(BIN)/python -m bench

# The engine beside what else could be used; its peers live in an environment of their own.
bench-engine: .venv-bench/.ok
	@PYTHONPATH=src .venv-bench/bin/python -m bench.engine

.venv-bench/.ok: .venv/.tools requirements/bench.txt
	@$(PY) -m venv --clear .venv-bench
	@$(BIN)/uv pip install -q --python .venv-bench/bin/python $(PINNED) -r requirements/bench.txt \
	  || .venv-bench/bin/python -m pip install -q $(PINNED) -r requirements/bench.txt
	@touch $@

messages: .venv/.ok
	cd src/teladan && ../../$(BIN)/python -m django makemessages -l id --no-location --no-wrap
	cd src/teladan && ../../$(BIN)/python -m django compilemessages -l id

# --- the environment -------------------------------------------------------------------------

.venv/.tools: requirements/bootstrap.txt
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Teladan needs Python 3.11 or newer, and $(PY) is older or missing. Name one: make PY=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "1/3 making the environment (.venv)"
	@$(PY) -m venv --clear .venv
	@$(PIP) $(PINNED) -r requirements/bootstrap.txt
	@touch $@

# uv is quick; where it can't install (an unusual index or certificate), pip takes over, slower.
.venv/.ok: .venv/.tools requirements/base.txt
	@echo "2/3 installing what Teladan stands on (first time only; a minute or so)"
	@$(UV) $(PINNED) -r requirements/base.txt \
	  || { echo "    uv could not, trying pip (slower)"; $(PIP) --no-compile $(PINNED) -r requirements/base.txt; }
	@echo "3/3 installing Teladan itself"
	@$(UV) --no-deps --no-build-isolation -e . || $(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.ok-dev: .venv/.ok requirements/dev.txt
	@echo "adding what the tests need"
	@$(UV) $(PINNED) -r requirements/dev.txt \
	  || { echo "    uv could not, trying pip (slower)"; $(PIP) --no-compile $(PINNED) -r requirements/dev.txt; }
	@touch $@

# --- the locks -------------------------------------------------------------------------------
# uv.lock holds an address for every file, these files hold none, so these are what we keep.

EXPORT := $(BIN)/uv export -q --no-emit-project --no-annotate --no-header

locks: .venv/.tools
	$(BIN)/uv lock -q
	$(EXPORT) --no-dev -o requirements/base.txt > /dev/null
	$(EXPORT) --all-extras --group dev -o requirements/dev.txt > /dev/null
	$(EXPORT) --only-group engine -o requirements/engine.txt > /dev/null
	$(EXPORT) --only-group bench -o requirements/bench.txt > /dev/null
	printf 'uv==0.13.8\nhatchling==1.33.0\neditables\n' | $(BIN)/uv pip compile -q --universal \
	  --python-version 3.11 --generate-hashes --no-header --no-annotate - -o requirements/bootstrap.txt
	rm -f uv.lock
	@! grep -nE '://|index-url|find-links' requirements/*.txt || { echo "a lock holds an address"; exit 1; }

clean:
	rm -rf .venv .venv-engine .venv-bench build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache htmlcov
	rm -f .coverage .coverage.*
	find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
