# Bihuan: `make run` opens a county in the browser, `make test` proves it. Needs python (3.11 or newer) and make.
SHELL := /bin/bash
.DELETE_ON_ERROR:

VENV := .venv
PYTHON := $(VENV)/bin/python
STAMP := $(VENV)/.installed
TESTERS ?= auto
# The tests start many programs: each would compile all of ours anew.
unexport PYTHONDONTWRITEBYTECODE

POLICY ?= shawan
YEAR ?= 2021
PROJECTS ?= 150
SEED ?= 1
COUNTY := var/$(POLICY)-$(YEAR)-county.json
REPORT := var/$(POLICY)-$(YEAR)-report.json

.PHONY: help setup run year frontend frontend-check browser-test pictures test check lint bench bench-rival chaos soak fuzz stateful lock clean

help:
	@echo 'make run     open a made-up county in the middle of its year in the browser'
	@echo 'make year    generate a county and simulate its fiscal year (POLICY=$(POLICY) YEAR=$(YEAR) PROJECTS=$(PROJECTS) SEED=$(SEED))'
	@echo 'make test    everything: lint, types, imports, all tests'
	@echo 'make check   the same without the slow tests'
	@echo 'make lint    ruff, formatting, mypy, import contracts'
	@echo 'make frontend      rebuild host/static/dist (needs node)'
	@echo 'make browser-test  drive the pages with Chromium (needs chromium and a CJK font; npm for axe-core)'
	@echo 'make pictures      take the pictures of the manual anew (needs chromium and a CJK font)'
	@echo 'make bench   measure the hot paths'
	@echo 'make bench-rival  measure our FEEL beside bkflow-feel'
	@echo 'make chaos   kill workers, clients and the database while they work, then count (CHAOS_SEED=…)'
	@echo 'make soak    people at work while processes are killed, MINUTES=$(MINUTES): no wrong answer, memory flat (SOAK_SEED=…)'
	@echo 'make fuzz    spoiled expressions and files for every reader, FUZZ_SECONDS=$(FUZZ_SECONDS)'
	@echo 'make stateful  random diagrams and new versions of them against a plain model of BPMN for HOURS=$(HOURS) (STATEFUL_SEED=…)'
	@echo 'make lock    renew the lock files'

setup: $(STAMP)

# The newest python3 that is at least 3.11; the lock decides everything else.
$(STAMP): requirements-dev.lock
	@found=''; \
	for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	  if command -v $$candidate >/dev/null && \
	     $$candidate -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	  then found=$$candidate; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo 'Expected Python 3.11 or newer with its venv module (Debian: apt-get install python3-venv), found none.' >&2; exit 1; \
	fi; \
	echo "Setting up $(VENV) with $$($$found -V) …"; \
	$$found -m venv --clear $(VENV)
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: $(STAMP)
	$(VENV)/bin/bihuan serve --demo

year: $(STAMP)
	@mkdir -p var
	$(VENV)/bin/bihuan county generate --policy $(POLICY) --year $(YEAR) --projects $(PROJECTS) --seed $(SEED) --out $(COUNTY)
	$(VENV)/bin/bihuan simulate --policy $(POLICY) --ledger $(COUNTY) --report $(REPORT)
	@echo
	@echo "The county:     $(COUNTY)"
	@echo "The year report: $(REPORT) (the same for people: $(REPORT:.json=.md), $(REPORT:.json=.docx))"

# Needs node; what it builds is committed, so nobody else does.
frontend:
	cd host/frontend && npm ci --silent && node build.mjs

# What is committed is what the sources give.
frontend-check: frontend
	git diff --exit-code --stat host/static/dist

# Each process of tests has a county and a Chromium of its own, and whole files of tests.
BROWSERS ?= 2
# axe-core comes with the packages of host/frontend; without npm the tests that need it are skipped and say so.
browser-test: $(STAMP)
	@if [ ! -d host/frontend/node_modules ] && command -v npm >/dev/null; then cd host/frontend && npm ci --silent; fi
	$(PYTHON) -m pytest -n $(BROWSERS) --dist loadfile -m browser tests/browser

# What the manual shows, taken anew by the tests that hold it to the pages.
pictures: $(STAMP)
	$(PYTHON) -m pytest -n 0 -m browser tests/browser/test_manual.py -k words
	cp tests/browser/screenshots/manual/*.webp host/static/manual/

test: lint
	$(PYTHON) -m pytest -n $(TESTERS) --dist worksteal -m 'not bench and not browser'
	@if command -v chromium >/dev/null; then $(MAKE) --no-print-directory browser-test; else \
	  echo 'Not run: the browser tests. They need: apt-get install chromium fonts-noto-cjk npm; then: make browser-test'; fi

check: lint
	$(PYTHON) -m pytest -n $(TESTERS) --dist worksteal -m 'not slow and not bench and not browser'

lint: $(STAMP)
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(VENV)/bin/lint-imports

bench: $(STAMP)
	$(VENV)/bin/bihuan bench --json

# bkflow-feel needs older libraries than ours: it gets a folder of its own, and only the comparison uses it.
bench-rival: $(STAMP)
	$(PYTHON) -m venv --clear .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	$(VENV)/bin/bihuan bench --json --only feel_vs_bkflow

# Seven minutes. Without a seed it chooses one and prints it.
chaos: $(STAMP)
	nice -n 10 $(PYTHON) -m tests.chaos.run $(if $(CHAOS_SEED),--seed $(CHAOS_SEED))

# Mixed load on a county of its own, over loopback; one JSON with the verdict.
MINUTES ?= 30
soak: $(STAMP)
	$(PYTHON) -m tests.soak.run --minutes $(MINUTES) $(if $(SOAK_SEED),--seed $(SOAK_SEED))

# atheris has no wheel for every machine: without it hypothesis has all the time.
FUZZ_SECONDS ?= 600
fuzz: $(STAMP)
	-@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-fuzz.lock
	nice -n 10 $(PYTHON) -m tests.fuzz.run --seconds $(FUZZ_SECONDS)

# Every round prints its seed; STATEFUL_SEED=N HOURS=0.001 plays round N again.
HOURS ?= 1
stateful: $(STAMP)
	nice -n 19 $(PYTHON) -m tests.unit.bpmn.hours --hours $(HOURS) $(if $(STATEFUL_SEED),--seed $(STATEFUL_SEED))

COMPILE := $(PYTHON) -m piptools compile --quiet --generate-hashes --strip-extras --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links
lock: $(STAMP)
	$(COMPILE) --output-file requirements.lock pyproject.toml
	$(COMPILE) --extra dev --allow-unsafe --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(PYTHON) -m tests.architecture.third_party

clean:
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
