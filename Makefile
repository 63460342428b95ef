# `make` alone lists the targets. Each step leaves a stamp, so that what is done is not done again.

PYTHON ?= python3
STAGE  ?= evaluation
TESTS  ?= tests
JOBS   ?= 0

VENV  := .venv
STAMP := $(VENV)/stamps
BIN   := $(VENV)/bin
UV    := $(BIN)/uv pip install --quiet --python $(BIN)/python

export CREATHON_TEST_POSTGRES ?= postgresql://postgres@127.0.0.1:5432/postgres
export CREATHON_TEST_REDIS    ?= redis://127.0.0.1:6379/0
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export UV_NO_PROGRESS := 1
# PORT and CREATHON_*, given as `make run PORT=9000` or in the environment, reach the program by themselves.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
.PHONY: help setup assets run test policy check fmt axe bench bench-rush bench-search bench-film worlds drill-kill demo migrate coverage lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# ---------------------------------------------------------------- use

setup: $(STAMP)/package assets/dist/.stamp ## Make the virtual environment, install what is locked, build the assets
	@:

assets: assets/dist/.stamp ## Build the front-end files
	@:

run: setup ## Serve the platform on http://127.0.0.1:8000 (PORT=, CREATHON_DATA=), with a demo edition if it is empty
	@exec $(BIN)/creathon run --migrate --demo-if-empty $(STAGE)

demo: setup ## Build a demo edition at a stage (STAGE=candidatures|creation|evaluation|deliberation|accompagnement|cloture)
	@exec $(BIN)/creathon demo --stage $(STAGE)

migrate: $(STAMP)/package ## Bring the database to the newest schema
	@$(BIN)/creathon migrate

# ---------------------------------------------------------------- work

test: $(STAMP)/dev setup ## Run the tests that the services of this machine allow (TESTS=tests/jury, JOBS=2)
	@echo "· services"
	@$(BIN)/python tools/services.py
	@echo "· tests"
	@$(BIN)/pytest -q $(if $(filter-out 0,$(JOBS)),-n $(JOBS) --dist worksteal) $(TESTS)

policy: $(STAMP)/dev setup ## Ask every cell of the policy file (tests/policy/matrix.toml) over HTTP (JOBS=2; minutes)
	@$(BIN)/python -m tests.policy --jobs $(or $(filter-out 0,$(JOBS)),$(shell nproc 2> /dev/null || echo 2))

check: $(STAMP)/dev setup ## Lint, format, types, import ladder, sizes and words, spelling of the route policy
	@echo "· lint";         $(BIN)/ruff check --quiet .
	@echo "· format";       $(BIN)/ruff format --check --quiet . || { echo "  run: make fmt"; exit 1; }
	@echo "· types";        $(BIN)/mypy --no-error-summary
	@echo "· ladder";       $(BIN)/lint-imports --no-cache --no-logo > $(STAMP)/ladder.log || { cat $(STAMP)/ladder.log; exit 1; }
	@echo "· architecture"; $(BIN)/pytest -q tests/architecture
	@echo "· routes";       $(BIN)/creathon routes --check

fmt: $(STAMP)/dev ## Format the code and fix what lint can fix
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

axe: $(STAMP)/dev setup ## Every page, person, stage, width and colour scheme in Chromium (TESTS is not read)
	@CREATHON_AXE=all $(BIN)/pytest -q tests/browser/test_every_page.py tests/browser/test_every_route.py

bench: $(STAMP)/dev setup ## Measure requests per second, p50 and p99 on this machine
	@$(BIN)/python -m tests.bench

bench-search: $(STAMP)/dev setup ## Measure 40 searches over SEARCH_PROJECTS=20000 projects on both databases (minutes)
	@$(BIN)/python -m tests.bench.searching

bench-film: $(STAMP)/dev setup ## Memory while a video of SIZE=500 MB arrives, is copied and scanned, on both databases
	@CREATHON_FILM_MB=$(or $(SIZE),500) $(BIN)/pytest -q tests/projects/test_video_memory.py

worlds: $(STAMP)/dev setup ## Random worlds against an independent model: WORLDS=240 of them, SEED=2027 (minutes)
	@CREATHON_WORLDS=$(or $(WORLDS),240) CREATHON_WORLDS_SEED=$(or $(SEED),2027) $(BIN)/pytest -q -s tests/policy/test_drawn.py

bench-rush: $(STAMP)/dev setup ## The last minute: 500 teams on SQLite, 3,000 on PostgreSQL, uploads, a checker of histories
	@$(BIN)/python -m tests.drills.rush --database sqlite --teams $(or $(TEAMS),500)
	@$(BIN)/python -m tests.drills.rush --database postgresql --teams $(or $(TEAMS),3000)

drill-kill: $(STAMP)/dev setup ## Kill -9 under load, ROUNDS=200 times on each database: what was acknowledged is there
	@$(BIN)/python -m tests.drills --rounds $(or $(ROUNDS),200)

coverage: $(STAMP)/dev setup ## Run the tests with branch coverage and its floor
	@$(BIN)/pytest -q --cov --cov-report=term $(if $(filter-out 0,$(JOBS)),-n $(JOBS) --dist worksteal) $(TESTS)

lock: $(STAMP)/tools ## Lock requirements/*.in again, exact and hashed
	@for name in dev app build node; do \
	    echo "· $$name"; \
	    $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	        --no-annotate --no-header $$([ $$name = dev ] || echo "-c requirements/dev.txt") \
	        requirements/$$name.in -o requirements/$$name.txt || exit 1; \
	done

clean: ## Remove what make made (never the data)
	@rm -rf $(VENV) assets/dist assets/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage .coverage.*
	@find src tests tools migrations -name __pycache__ -type d -prune -exec rm -rf {} +

# ---------------------------------------------------------------- steps

$(STAMP)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || { \
	    echo "Python 3.11 or newer is needed; '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12"; exit 1; }
	@echo "· virtual environment"
	@$(PYTHON) -m venv $(VENV) || { \
	    echo "Python cannot make a virtual environment. On Debian: apt-get install python3-venv"; exit 1; }
	@mkdir -p $(STAMP) && touch $@

$(STAMP)/tools: requirements/build.txt $(STAMP)/python
	@echo "· uv and the build tools"
	@$(BIN)/pip install --quiet --require-hashes -r requirements/build.txt
	@touch $@

$(STAMP)/app: requirements/app.txt $(STAMP)/tools
	@echo "· dependencies (exact, hashed)"
	@$(UV) --require-hashes -r requirements/app.txt
	@touch $@

$(STAMP)/package: pyproject.toml $(STAMP)/app
	@echo "· creathon"
	@$(UV) --no-build-isolation --no-deps --editable .
	@touch $@

$(STAMP)/dev: requirements/dev.txt $(STAMP)/package
	@echo "· tools for tests and checks"
	@$(UV) --require-hashes -r requirements/dev.txt
	@touch $@

# npm of the machine, or the one that a hashed package of requirements/node.txt carries.
$(STAMP)/npm: requirements/node.txt tools/npm.py $(STAMP)/app
	@$(BIN)/python tools/npm.py --is-here || { \
	    echo "· Node (none on this machine)"; $(UV) --require-hashes -r requirements/node.txt; }
	@touch $@

$(STAMP)/modules: assets/package.json assets/package-lock.json assets/.npmrc $(STAMP)/npm
	@echo "· front-end packages"
	@cd assets && ../$(BIN)/python ../tools/npm.py ci --ignore-scripts --silent
	@touch $@

ASSET_SOURCES := $(shell find assets -path assets/node_modules -prune -o -path assets/dist -prune -o -type f -print 2> /dev/null)

assets/dist/.stamp: $(ASSET_SOURCES) $(STAMP)/modules
	@echo "· front-end files"
	@$(BIN)/python assets/build.py
	@touch $@
