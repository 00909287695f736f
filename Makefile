# Everything below sets up what it needs, on a machine that has Python 3.11 and make.
# `uv` is taken from the PATH, or put into .uv/ where it is missing.

UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
RUN := $(UV) run --frozen --quiet
export DO_NOT_TRACK := 1

.PHONY: help demo up test test-slow check format docs bench clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: .venv/ready ## Simulated customers write, webhooks come in, Prefect runs categorize the tickets
	@$(RUN) tieline demo

up: .venv/ready ## Start a Prefect server, the sandbox, the gateway and a worker, and stay up
	@$(RUN) tieline up

test: .venv/ready ## Run the tests
	$(RUN) pytest -m "not slow" -n 3 --dist loadfile

test-slow: .venv/ready ## Run the suites that take long
	$(RUN) pytest -m slow

check: .venv/ready ## Lint, types, layers, generated documents
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) lint-imports
	$(RUN) python -m tieline.docs --check

format: .venv/ready ## Put the code into shape
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

docs: .venv/ready ## Write the generated documents
	$(RUN) python -m tieline.docs

bench: .venv/ready ## Measure, and write JSON to benchmarks/results/
	$(RUN) python -m benchmarks

clean: ## Remove what the targets made
	rm -rf .venv .uv dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

.venv/ready: pyproject.toml uv.lock | $(UV)
	$(UV) sync --frozen --quiet
	@touch $@

.uv/bin/uv:
	python3 scripts/get_uv.py .uv
