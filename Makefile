# `make run` on a fresh clone is all it takes; the environment is made once, in .venv.

PYTHON := .venv/bin/python
WORKERS ?= 2

.PHONY: run test check lint bench screenshots clean setup

run: setup
	@bash .ci/start.sh

test: setup
	QT_QPA_PLATFORM=offscreen $(PYTHON) -m pytest -n $(WORKERS) $(ARGS)

check: lint
	QT_QPA_PLATFORM=offscreen $(PYTHON) -m pytest tests/rules

lint: setup
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports

bench: setup
	$(PYTHON) -m benchmarks

screenshots: setup
	$(PYTHON) -m tests.support.gallery

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

setup:
	@bash .ci/setup.sh
