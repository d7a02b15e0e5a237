# `make demo` and `make test` do all their own set-up; the rest is for those who work on remit.
# VENV names another environment than .venv; PYTHON another interpreter; ARGS is passed on; JOBS is how
# many tests run side by side, a processor each where left out.

SHELL := /bin/sh
VENV ?= .venv
ARGS ?=
JOBS ?= auto
export VENV
# What Python makes of sources is kept beside the environment, also where it may not lie in the tree:
# without it each of the hundred processes of the tests compiles all libraries anew, Prefect's for seconds.
KEPT = env -u PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX="$(abspath $(VENV))/bytecode"

.DEFAULT_GOAL := help
.PHONY: help demo test test-long setup lint format bench bench-figures bench-tables bench-rivals bench-response lock clean

help: ## say what can be made
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/make \1	\2/p' Makefile | expand -t 20

setup: ## build the environment in .venv; nothing to do where it is current
	@tools/setup

demo: setup ## run one incident from a public alert to its close
	@"$(VENV)/bin/remit" demo $(ARGS)

test: setup ## run the tests
	@$(KEPT) "$(VENV)/bin/python" -m pytest -n $(JOBS) --dist loadfile -m "not long" $(ARGS)

test-long: setup ## run the tests that start whole fleets of servers, one after the other
	@$(KEPT) "$(VENV)/bin/python" -m pytest -m long $(ARGS)

lint: setup ## style, types, import contracts, hygiene of commits and documents
	@tools/lint

format: setup ## rewrite the code in the one layout
	@"$(VENV)/bin/ruff" check --fix --quiet . || true
	@"$(VENV)/bin/ruff" format .

bench: setup ## measure loading, compiling, resolving and checking
	@"$(VENV)/bin/python" benchmarks/run.py $(ARGS)

bench-figures: setup ## measure the figures that remit must reach, beside their goals
	@"$(VENV)/bin/python" benchmarks/figures.py $(ARGS)

bench-tables: setup ## measure decision tables of the published sizes, beside the published sweep
	@"$(VENV)/bin/python" benchmarks/decision_tables.py $(ARGS)

bench-rivals: setup ## measure remit beside its rivals, in an environment of their own
	@"$(VENV)/bin/python" benchmarks/rivals/run.py $(ARGS)

bench-response: setup ## measure acknowledgements at a pace while many incidents are open
	@"$(VENV)/bin/python" benchmarks/response.py $(ARGS)

lock: setup ## write requirements.lock anew; ARGS=--upgrade takes newer versions
	@tools/lock $(ARGS)

clean: ## remove the environment, caches and what was built
	@rm -rf "$(VENV)" .venv-rivals build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find remit tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
