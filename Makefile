# Everything a newcomer needs: `make demo` and `make test`. Each makes .venv from the committed lock first.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test check soak bench ui lock clean
.DEFAULT_GOAL := help

help: ## List the commands
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/make \1\t\2/' | expand -t 14

$(READY): requirements.lock requirements-uv.lock pyproject.toml
	@echo "Preparing .venv from the lock file (a few minutes the first time) ..."
	@rm -f $@
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes --only-binary :all: --link-mode copy requirements.lock requirements-uv.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m compileall -q -j 0 $(VENV)/lib >/dev/null 2>&1 || true
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m compileall -q pipelines assets sources quality warehouse
	@touch $@

demo: $(READY) ## Run the main job on the example deliveries, with the embedded PostgreSQL
	@$(BIN)/kvinnofrid demo

test: $(READY) ## Run the tests
	@$(BIN)/python -m pytest -m "not soak" -n 2 --dist loadfile --no-loadscope-reorder

soak: $(READY) ## Run what takes long: kills at every boundary, a month of nights, many publications
	@$(BIN)/python -m pytest -m soak tests/soak/test_kills.py tests/soak/test_release_kills.py & kills=$$!; \
	$(BIN)/python -m pytest -m soak --ignore tests/soak/test_kills.py --ignore tests/soak/test_release_kills.py; rest=$$?; \
	wait $$kills && exit $$rest

check: $(READY) ## Format, lint, types, layers, the workspace, the lock
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pipelines.validate
	@$(BIN)/uv pip compile --quiet pyproject.toml --group dev --python-version 3.11 --universal --generate-hashes \
		--only-binary :all: --no-header --no-annotate --constraint requirements.lock -o $(VENV)/lock.check
	@diff -u requirements.lock $(VENV)/lock.check

bench: $(READY) ## Measure speed, as ratios in one run
	@$(BIN)/python -m bench

ui: $(READY) ## Open Dagster's page
	@$(BIN)/kvinnofrid ui

lock: $(READY) ## Resolve the lock file again
	@$(BIN)/uv pip compile --quiet --upgrade pyproject.toml --group dev --python-version 3.11 --universal --generate-hashes \
		--only-binary :all: --no-header --no-annotate -o requirements.lock

clean: ## Remove .venv
	@rm -rf $(VENV)
