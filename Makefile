# `make run` and `make test` start from nothing but Python 3.11 or newer and make.
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PY := .venv/bin/python
SOURCES := $(wildcard app.py pages core benchmarks tests)

.PHONY: help run test lint unit browser bench format clean
.NOTPARALLEL:
# The tests start a dozen interpreters: what one has compiled is kept for the next.
unexport PYTHONDONTWRITEBYTECODE

help:
	@echo "make run      open the dashboard"
	@echo "make test     linters, types, unit tests, browser tests"
	@echo "make lint     linters and types alone; make unit, make browser: those tests alone"
	@echo "make bench    the NumPy engine's speed against scikit-learn's"
	@echo "make format   rewrite the sources in the house format"
	@echo "make clean    remove the environment and all caches"

run: .venv/runtime
	$(PY) -m streamlit run app.py

test: lint unit browser

lint: .venv/development
	$(PY) -m ruff check $(SOURCES)
	$(PY) -m ruff format --check $(SOURCES)
	$(PY) -m mypy

# One BLAS thread: the two workers would otherwise fight over the cores.
unit: .venv/development
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(PY) -m pytest -n 2 --dist worksteal --ignore tests/browser tests

# On a machine that is busy with other things a browser misses a moment now and then: what fails is tried again, and said.
browser: .venv/development
	$(PY) -m tests.browser.chromium
	$(PY) -m pytest --reruns 2 -rR tests/browser

bench: .venv/runtime
	$(PY) -m benchmarks.training

format: .venv/development
	$(PY) -m ruff check --fix $(SOURCES)
	$(PY) -m ruff format $(SOURCES)

clean:
	rm -rf .venv .pytest_cache .hypothesis .mypy_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# The two stamps say what is installed; they make the second run instant. The dashboard does not need the second.
.venv/runtime: requirements.txt $(PY)
	@echo "Installing what requirements.txt names into .venv"
	@$(PY) -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@touch $@

.venv/development: requirements-dev.txt requirements.txt $(PY)
	@echo "Installing what requirements-dev.txt names into .venv"
	@$(PY) -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@touch .venv/runtime $@

# An environment that could not be completed is removed, so that the next attempt starts afresh.
$(PY):
	@test -n "$(PYTHON)" || { echo "Gradient Lab needs Python 3.11 or newer; none was found. Name one: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit(f"python must be 3.11 or newer; got {v[0]}.{v[1]}")'
	@echo "Creating .venv"
	@$(PYTHON) -m venv --clear .venv || { rm -rf .venv; exit 1; }
