# Each target does its own set-up: Python >= 3.11, make and git are all it needs.
PYTHON ?= python3
VENV   := .venv
UV     := $(or $(shell command -v uv 2>/dev/null),$(VENV)/bin/uv)
READY  := $(VENV)/.ready
BIN    := $(VENV)/bin

export DAGSTER_DISABLE_TELEMETRY := 1

# What is shipped, with every extra, as locked; and the tools of the group `supply` in an environment of their own.
LOCKED := $(UV) export --locked --quiet --no-emit-project --all-extras --no-default-groups
SUPPLY := $(UV) run --isolated --locked --quiet --only-group supply

.PHONY: run test faults dev lint format audit sbom clean help

help:            ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/'

run: $(READY)    ## build the benchmark, print the ranking, make Bình Dương's evidence pack
	@$(BIN)/smart21 run
	@$(BIN)/smart21 evidence --community binh_duong --framework icf --edition 2019 --force

test: $(READY)   ## run the tests, the faults in their short form and the deployment's processes among them
	@$(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder

faults: $(READY) ## meet the faults in their long form, which takes more than an hour
	@$(BIN)/python tests/faults/run.py --long

dev: $(READY)    ## open the Dagster UI on localhost:3000
	@$(BIN)/smart21 dev

lint: $(READY)   ## format check, lint, types, import contracts
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports

format: $(READY) ## format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

audit: $(READY)  ## ask whether a locked package has a known hole; needs internet
	@$(LOCKED) | $(SUPPLY) python .ci/audit.py

sbom: $(READY)   ## write the list of what is shipped, CycloneDX, to dist/
	@mkdir -p dist
	@$(LOCKED) | $(SUPPLY) python -W ignore -m cyclonedx_py requirements --pyproject pyproject.toml --output-reproducible \
		--output-file dist/smart21-benchmark.cdx.json -
	@echo "dist/smart21-benchmark.cdx.json"

clean:           ## remove the environment, never the data
	rm -rf $(VENV)

$(READY): pyproject.toml uv.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x "$(UV)" || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	@UV_PROJECT_ENVIRONMENT=$(VENV) $(UV) sync --locked --quiet --compile-bytecode --python $(BIN)/python --inexact
	@touch $(READY)
