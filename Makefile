# `make run` and `make test` need a Python from 3.11 on and a package index, nothing else.
# Another Python: make run PYTHON=/path/to/python (after `make clean`, if there is a .venv already).
# The versions are those of requirements/. NEWEST=1 takes the newest ones instead that pyproject.toml allows, as users
# get them, into an environment of its own.

NEWEST ?=
VENV := .venv$(if $(NEWEST),-newest)
BIN := $(VENV)/bin
PYTHON ?=
ARGS ?=
CANDIDATES := $(or $(PYTHON),python3.13 python3.12 python3.11 python3)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
PAGES := schema report_schema errors_page failures_page
.PHONY: help run test servers browser pictures quick lint fix generated types benchmark mutants build lock clean find-python always

help:
	@echo "make run        run the scenarios of scenarios/"
	@echo "make test       run the whole test suite"
	@echo "make servers    run the tests that ask real database servers, those that are here"
	@echo "make browser    run the tests that open reports in a real browser, the Chromium that is here"
	@echo "make quick      run the unit tests alone"
	@echo "make lint       check style, format and generated pages"
	@echo "make fix        mend style and format as far as a tool can, and write the generated pages"
	@echo "make generated  write the schema and the generated pages"
	@echo "make types      check types"
	@echo "make benchmark  measure, and compare with other tools"
	@echo "make mutants    change the engine at random, and see which tests notice"
	@echo "make build      build the wheel and the sdist into dist/"
	@echo "make lock       write requirements/ anew, with the newest versions"
	@echo "make clean      remove everything that was installed, built or left by runs"

run: $(VENV)/.run
	$(BIN)/wptest run scenarios $(ARGS)

test: $(VENV)/.test
	$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

servers: $(VENV)/.test $(VENV)/.servers $(VENV)/.chdb
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup --run-slow tests/agreement_servers $(ARGS)

browser: $(VENV)/.test $(VENV)/.browser
	$(BIN)/python -m pytest -q -rs tests/browser $(ARGS)

pictures: $(VENV)/.test $(VENV)/.browser
	$(BIN)/python tests/browser/docs_pictures.py

quick: $(VENV)/.test
	$(BIN)/python -m pytest -n auto --dist worksteal tests/unit $(ARGS)

lint: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	for page in $(PAGES); do $(BIN)/python -m wptest.pages.$$page --check || exit 1; done

fix: $(VENV)/.lint generated
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

generated: $(VENV)/.run
	for page in $(PAGES); do $(BIN)/python -m wptest.pages.$$page --write || exit 1; done

types: $(VENV)/.lint
	$(BIN)/mypy

benchmark: $(VENV)/.benchmark
	$(BIN)/python -m benchmarks $(ARGS)

mutants: $(VENV)/.mutants $(VENV)/.test
	$(BIN)/python -m mutants $(ARGS)

build: $(VENV)/.build
	rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist .

# Each file has what one target needs beside those of `run`, all of them the same versions.
GROUPS := test servers chdb browser lint benchmark mutants build lock
LOCK = $(BIN)/uv pip compile --quiet --system-certs --universal --python-version 3.11 --generate-hashes --no-annotate \
  --custom-compile-command 'make lock'

lock: $(VENV)/.lock
	$(LOCK) --upgrade pyproject.toml --group backend $(GROUPS:%=--group %) --output-file $(VENV)/all.txt
	$(LOCK) --constraint $(VENV)/all.txt pyproject.toml --group backend --output-file requirements/run.txt
	for group in $(GROUPS); do \
	  $(LOCK) --constraint $(VENV)/all.txt --group $$group --output-file requirements/$$group.txt || exit 1; \
	done

CACHES := .mutants __pycache__ .pytest_cache .mypy_cache .ruff_cache .hypothesis .wptest *.egg-info
clean:
	rm -rf .venv .venv-newest dist build
	find . -name .git -prune -o -type d \( -false $(CACHES:%=-o -name '%') \) -prune -exec rm -rf {} +

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

# Any pip can install what is locked. The package itself is installed in place, so changed code needs no new
# installation, by the locked build backend.
PIP := $(BIN)/python -m pip install --disable-pip-version-check
ifdef NEWEST
install-run = $(PIP) --upgrade pip && $(PIP) --upgrade --upgrade-strategy eager --editable .
install = $(PIP) --upgrade --upgrade-strategy eager --group $*
else
install-run = $(PIP) --require-hashes --requirement requirements/run.txt && \
  $(PIP) --no-deps --no-build-isolation --editable .
install = $(PIP) --require-hashes --requirement requirements/$*.txt
endif

# Between pip's silence and all it has to say: what it gets. What goes wrong it tells on standard error.
SHOW = while read -r word what rest; do \
  case $$word in Collecting) printf ' %s' "$${what%%[=<>~!;]*}";; Installing) printf ' ...';; esac; done; echo

# The stamps make a second run quick; each is there only if all that it stands for went well.
$(VENV)/.run: pyproject.toml requirements/run.txt $(if $(NEWEST),always)
	@python=$$($(MAKE) --no-print-directory -s find-python) || exit 1; \
	if ! $(BIN)/python -c '' 2>/dev/null; then \
	  echo "making $(VENV) with $$python"; \
	  "$$python" -m venv --clear $(VENV) || exit 1; \
	fi
	@rm -f $@; printf 'installing wptest into $(VENV):'; { $(install-run) && touch $@; } | { $(SHOW); }; test -e $@

$(VENV)/.test $(VENV)/.servers $(VENV)/.chdb $(VENV)/.browser $(VENV)/.lint $(VENV)/.benchmark $(VENV)/.mutants $(VENV)/.build $(VENV)/.lock: $(VENV)/.%: requirements/%.txt $(VENV)/.run
	@rm -f $@; printf 'installing what $* needs:'; { $(install) && touch $@; } | { $(SHOW); }; test -e $@
