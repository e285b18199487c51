# The commands of the house. The two that matter: `make run` and `make test`.
#   run       install, build, migrate, fill with demo data, serve http://127.0.0.1:8000
#   test      every check and every test but the long ones; test-all takes those too and
#             measures the coverage
#   check     lint, types, imports, sizes, rules      format   put the code into shape
#   mutate    take safeguards out one by one: a test must notice each
#   dev       server and web app, both reloading
#   bench     load and budgets; ARGS="--parts prices,search" for some (see python -m bench --help)
#   lock      write the locks from pyproject.toml     words    bring the catalogues up to date
#   migration draft the next one: make migration NAME="account fax"
#   clean     remove all that was made
# Everything is safe to repeat; what is already there is not made again.

# The first Python of this machine that is new enough.
PYTHON ?= $(or $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; \
	done),python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix web
# What the longer suites leave out: `make test` runs all but these.
MARKS ?= not long
# Set, it measures how many lines the tests run.
COVERAGE ?=

.PHONY: run dev test test-all mutate test-python test-web parts check web node-modules \
	format bench lock words migration clean
.NOTPARALLEL:
.DEFAULT_GOAL := run

# --- what must be there ------------------------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) tools/check_python.py
	@$(PYTHON) -m venv .venv

.venv/.locked: requirements.lock requirements-build.lock | $(BIN)/python
	@echo "Installing the locked dependencies …"
	@$(PIP) -r requirements.lock -r requirements-build.lock
	@touch $@

.venv/.installed: .venv/.locked pyproject.toml
	@$(BIN)/python -m tools.install_package
	@touch $@

.venv/.installed-dev: requirements-dev.lock .venv/.locked | .venv/.installed
	@echo "Installing the locked tools of development …"
	@$(PIP) -r requirements-dev.lock
	@touch $@

web: .venv/.installed
	@$(BIN)/python -m tools.build_web

node-modules: .venv/.installed
	@$(BIN)/python -m tools.build_web --modules-only

# PostgreSQL, Chromium and fonts come from the machine.
parts:
	@tools/install_test_parts.sh

# --- use -----------------------------------------------------------------------------------------

run: .venv/.installed web
	@exec $(BIN)/fangxin run

dev: .venv/.installed-dev node-modules
	@exec $(BIN)/python -m tools.dev

bench: .venv/.installed-dev parts
	@$(BIN)/python -m bench $(ARGS)

# --- check and test ------------------------------------------------------------------------------

check: .venv/.installed-dev node-modules
	@$(BIN)/python -m tools.run_checks

format: .venv/.installed-dev node-modules
	@$(BIN)/ruff check --quiet --fix-only
	@git ls-files -z --cached --others --exclude-standard '*.py' | xargs -0 $(BIN)/python -m tools.wrap
	@$(BIN)/ruff format --quiet
	@if [ -f web/package.json ]; then $(NPM) run --silent format; fi

# The machine's parts come while Python's are installed and checked, the web app's parts while the
# tools of development are, and the app is built while the slowest checks have a core to spare.
test:
	@tools/install_test_parts.sh & parts=$$!; \
		$(MAKE) --no-print-directory .venv/.installed && \
		{ $(MAKE) --no-print-directory node-modules & modules=$$!; \
		$(MAKE) --no-print-directory .venv/.installed-dev && wait $$modules; } && \
		{ $(MAKE) --no-print-directory web & web=$$!; \
		$(MAKE) --no-print-directory check && wait $$web; } && wait $$parts
	@$(MAKE) --no-print-directory test-python test-web
	@echo "All tests passed."

test-all:
	@$(MAKE) --no-print-directory test MARKS="" COVERAGE=1
	@$(MAKE) --no-print-directory mutate

mutate: .venv/.installed-dev parts
	@$(BIN)/python -m tools.checks.mutate

test-python: .venv/.installed-dev parts web
	$(BIN)/python -m tools.run_tests -m "$(MARKS)" $(if $(COVERAGE),--coverage)

test-web: node-modules
	@if [ -f web/package.json ]; then $(NPM) run --silent test; fi

# --- made files ----------------------------------------------------------------------------------

lock: .venv/.installed-dev
	@$(BIN)/python -m tools.lock

migration: .venv/.installed-dev
	@$(BIN)/python -m tools.draft_migration $(NAME)

words: .venv/.installed-dev
	@$(BIN)/python -m tools.words

clean:
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.* \
		web/node_modules fangxin/web_dist build dist fangxin.egg-info
