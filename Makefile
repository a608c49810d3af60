# Ringback: set up, run, test, measure, pack. `make help` lists what there is.
#
# Each thing that takes time leaves a stamp and is made again only when what it depends on is newer. Nothing
# is installed outside this folder, but for `make test`: as root on Debian it installs a missing Chromium and
# the tools of the network tests.

VENV := .venv
BIN := $(VENV)/bin
BUILD := $(VENV)/.build-stamp
RUNTIME := $(VENV)/.runtime-stamp
DEV := $(VENV)/.dev-stamp
BROWSER := $(VENV)/.chromium-path
NODE_MODULES := webclient/node_modules/.stamp
CLIENT := server/static/manifest.json
# Folders too: their time changes when a file in them is removed.
CLIENT_SOURCES := $(shell find webclient/src webclient/styles webclient/assets 2>/dev/null) $(wildcard signalling/*.json)
PREFIX ?= /opt/ringback
# Colours are for a terminal; some tools print them into a continuous integration's log as well.
ifndef MAKE_TERMOUT
export NO_COLOR := 1
endif

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run setup client test lint format check-types unit bench bench-call build install lock clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/\1\t\2/p' Makefile | while IFS="$$(printf '\t')" read -r name what; do printf 'make %-10s %s\n' "$$name" "$$what"; done

run: $(RUNTIME) $(CLIENT)  ## set up, then serve a demonstration on http://localhost:8080
	@exec $(BIN)/ringback demo

setup: $(DEV) $(NODE_MODULES) $(CLIENT)  ## everything that developing needs, browsers excepted

client: $(CLIENT)  ## build the client into server/static

test: unit $(BROWSER)  ## set up, then lint and run every test
	@scripts/setup-netlab
	CHROMIUM="$$(cat $(BROWSER))" $(BIN)/python -m pytest -m "browser or netlab"

# Two at a time; browsers and networks want the machine for themselves.
unit: lint  ## set up, then lint and run the tests that need no browser
	cd webclient && npm run --silent test
	$(BIN)/python -m pytest --numprocesses 2 -m "not browser and not netlab"

lint: setup  ## ruff, mypy, Biome, tsc, and hadolint where it runs
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	cd webclient && npm run --silent lint && npm run --silent check
	@if [ -x $(BIN)/hadolint ]; then set -x; $(BIN)/hadolint Dockerfile; else echo "no hadolint for this platform: Dockerfile not linted"; fi

format: setup  ## put Python and TypeScript into the one format
	$(BIN)/ruff check --fix-only --quiet
	$(BIN)/ruff format --quiet
	cd webclient && npm run --silent format

bench: setup $(BROWSER)  ## measure; prints figures beside their yardsticks
	CHROMIUM="$$(cat $(BROWSER))" $(BIN)/python -m bench

bench-call: setup $(BROWSER)  ## calls on bad lines, beside a browser's defaults (as root)
	@scripts/setup-netlab
	CHROMIUM="$$(cat $(BROWSER))" $(BIN)/python -m bench.call

build: $(BUILD) $(CLIENT)  ## the wheel, client included, into dist/
	rm -rf dist
	$(BIN)/python -m hatchling build --target wheel

install: build  ## the product into a virtual environment of its own, PREFIX=/opt/ringback
	scripts/setup-python $(PREFIX) requirements.txt
	$(PREFIX)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-index --force-reinstall dist/*.whl

lock: $(DEV)  ## resolve requirements*.txt anew from pyproject.toml
	scripts/lock $(BIN)/uv

clean:  ## remove what was installed and built; data stays
	rm -rf $(VENV) webclient/node_modules server/static dist .mypy_cache .pytest_cache .ruff_cache .hypothesis test-results
	find server signalling tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

$(BUILD): requirements-build.txt scripts/setup-python
	@scripts/setup-python $(VENV) requirements-build.txt
	@touch $@

$(RUNTIME): $(BUILD) requirements.txt pyproject.toml hatch_build.py
	@scripts/setup-python $(VENV) requirements.txt
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): $(RUNTIME) requirements-dev.txt
	@scripts/setup-python $(VENV) requirements-dev.txt
	@touch $@

$(BROWSER): $(DEV) scripts/setup-browser
	@scripts/setup-browser > $@
	@echo "browser: $$(cat $@)"

$(NODE_MODULES): webclient/package.json webclient/package-lock.json
	@scripts/setup-node
	@touch $@

$(CLIENT): $(NODE_MODULES) $(CLIENT_SOURCES) webclient/build.mjs webclient/tsconfig.json
	@cd webclient && node build.mjs
