# The few commands there are. Each builds .venv by itself when it is missing or a lock has changed.
PORT ?= 8000
FRESH ?=
LIVE ?=
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo test check bench fmt install setup lock

help:
	@echo "make demo   start the four towns on http://127.0.0.1:$(PORT)  (PORT=8123, FRESH=1 fresh data, LIVE=0 no simulated day)"
	@echo "make test   run every test, the real browser and both databases included  (ARGS='tests/queue -x')"
	@echo "make check  format, lint and types, as CI does"
	@echo "make bench  measure the figures of the design, each beside its bare baseline"
	@echo "make fmt    format and repair what can be repaired by itself"
	@echo "make setup  everything for developing into .venv, tests and checks included; starts nothing"
	@echo "make lock   newest versions into both locks; wants pip-tools outside .venv"

demo: .venv/run.stamp
	$(BIN)/aufruf demo --port $(PORT) $(if $(filter 1,$(FRESH)),--fresh) $(if $(LIVE),$(if $(filter 0,$(LIVE)),--no-live,--live))

test: .venv/dev.stamp
	tools/setup machine
	$(BIN)/python -m pytest $(or $(ARGS),-n 3 --dist loadfile --no-loadscope-reorder --max-worker-restart 0)

check: .venv/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/basedpyright

bench: .venv/dev.stamp
	tools/setup machine
	$(BIN)/python -m tests.bench $(ARGS)

fmt: .venv/dev.stamp
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

# For a server: what running needs. For an editor: everything. Nothing is started.
install: .venv/run.stamp
setup: .venv/dev.stamp

.venv/run.stamp: requirements.lock pyproject.toml tools/setup
	PYTHON=$(PYTHON) tools/setup venv requirements.lock
	touch $@

.venv/dev.stamp: requirements-dev.lock pyproject.toml tools/setup
	PYTHON=$(PYTHON) tools/setup venv requirements-dev.lock
	touch .venv/run.stamp $@

# Newest versions into both locks. Wants pip-tools beside the other commands, not in .venv.
LOCK := pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --no-strip-extras --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links
lock:
	$(LOCK) -o requirements.lock requirements.in
	$(LOCK) -o requirements-dev.lock requirements-dev.in
