# The project's commands. Each one sets up what it needs; a second run is quick and changes nothing.
.DEFAULT_GOAL := help
.PHONY: help run demo test check bench assets lock format clean

# The first Python of 3.11 or newer that the machine has; `make PYTHON=/path/to/python3.12 run` chooses another.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do command -v $$p && break; done)
PY := .venv/bin/python
SETUP := $(PYTHON) scripts/bootstrap.py

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile

run:  ## set everything up and serve http://127.0.0.1:8000 (PORT=9000 changes it)
	@$(SETUP) run
	@$(PY) scripts/serve.py

demo:  ## one convenience store from the first question to a licence that verifies, without a server
	@$(SETUP) run
	@$(PY) scripts/prepare.py
	@$(PY) manage.py demo

test:  ## all tests, on SQLite and on a throw-away PostgreSQL (ARGS= goes to pytest)
	@$(SETUP) test
	@$(PY) scripts/prepare.py assets
	@$(PY) scripts/test.py $(ARGS)

check:  ## linters, types, import contracts, missing migrations, Django's deploy check
	@$(SETUP) test
	@$(PY) scripts/prepare.py assets
	@$(PY) scripts/check.py

bench:  ## the benchmarks beside their peers, as a table and as var/bench.json
	@$(SETUP) test
	@$(PY) scripts/prepare.py assets
	@$(PY) -m bench.run $(ARGS)

assets:  ## build styles, scripts and fonts into static/dist
	@$(SETUP) run
	@$(PY) scripts/prepare.py assets

format:  ## put the code into the house's form
	@$(SETUP) test
	@$(PY) -m ruff check --fix-only --quiet . && $(PY) -m ruff format --quiet .

lock:  ## pin the newest versions that requirements*.in allow
	@$(SETUP) test
	@$(PY) scripts/lock.py

clean:  ## forget the demo's data and everything that was built (keeps .venv)
	rm -rf var static/dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
