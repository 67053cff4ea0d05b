# `make run` and `make test` need a Python from 3.11 on and a package index, nothing else.
# Another Python: make run PYTHON=/path/to/python (after `make clean`, if there is a .venv already).

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?=
ARGS ?=
CANDIDATES := $(or $(PYTHON),python3.13 python3.12 python3.11 python3)
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test lint types benchmark build clean find-python

help:
	@echo "make run        run the scenarios of scenarios/"
	@echo "make test       run the whole test suite"
	@echo "make lint       check style and format"
	@echo "make types      check types"
	@echo "make benchmark  measure, and compare with other tools"
	@echo "make build      build the wheel and the sdist into dist/"
	@echo "make clean      remove .venv and everything that was built"

run: $(VENV)/.installed
	$(BIN)/wptest run scenarios $(ARGS)

test: $(VENV)/.test
	$(BIN)/python -m pytest -n auto $(ARGS)

lint: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.lint
	$(BIN)/mypy

benchmark: $(VENV)/.benchmark
	$(BIN)/python -m benchmarks $(ARGS)

build: $(VENV)/.build
	rm -rf dist
	$(BIN)/python -m build --outdir dist .

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find engine wptest tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# Prints the first Python that is new enough and can make an environment: a name on PATH may be only a stub.
find-python:
	@for python in $(CANDIDATES); do \
	  if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    command -v "$$python"; exit 0; \
	  fi; \
	done; \
	echo "wptest needs Python 3.11 or later with its venv module; tried: $(CANDIDATES)" >&2; \
	echo "Install one, or name it: make run PYTHON=/path/to/python3.11" >&2; \
	exit 1

# The stamps make a second run quick; a changed pyproject.toml makes them old. The package is installed in place,
# so changed code needs no new installation.
$(VENV)/.installed: pyproject.toml
	@python=$$($(MAKE) --no-print-directory -s find-python) || exit 1; \
	if ! $(BIN)/python -c '' 2>/dev/null; then \
	  echo "making $(VENV) with $$python"; \
	  "$$python" -m venv --clear $(VENV) || exit 1; \
	fi
	@echo "installing wptest into $(VENV)"
	@$(INSTALL) --upgrade 'pip>=25.1'
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/.test $(VENV)/.lint $(VENV)/.benchmark $(VENV)/.build: $(VENV)/.%: $(VENV)/.installed
	@echo "installing what $* needs into $(VENV)"
	@$(INSTALL) --group $*
	@touch $@
