# Every target sets up what it needs by itself; `make demo` and `make test` are all a newcomer needs.
.DEFAULT_GOAL := help
VENV ?= .venv
BIN := $(VENV)/bin
DURATION ?= 60
# One more than there are cores: a third of the tests' time is waiting for processes and devices.
JOBS ?= $(shell echo $$(( $$(nproc 2>/dev/null || echo 1) + 1 )))
export VENV

help:            ## this list
	@sed -n 's/^\([a-z0-9-]*\): .*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 26

demo: $(VENV)/ready-demo   ## the whole suite with simulators; without a screen DURATION seconds, then demo-output/
	@$(BIN)/area-console --demo --output demo-output --duration $(DURATION)

test: $(VENV)/ready-dev    ## the whole test suite
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal

soak: $(VENV)/ready-dev    ## the long proofs: thousands of faults, hours of load; figures in soak-output/
	@$(BIN)/python -m pytest -m soak --timeout 0

check: $(VENV)/ready-dev   ## lint, types, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

bench: $(VENV)/ready-dev   ## benchmarks, one JSON each under bench-output/
	@set -e; for bench in tests/benchmarks/bench_*.py; do $(BIN)/python $$bench --output bench-output; done

package: $(VENV)/ready-package   ## packages of edge, hub and console for this machine, in dist/; SIGN_KEY=FILE signs
	@$(BIN)/python -m installers.building $(if $(SIGN_KEY),--sign-key $(SIGN_KEY)) $(if $(TRUST_ROOT),--trust-root $(TRUST_ROOT))

package-services: $(VENV)/ready-package-services   ## packages of edge and hub only, where Qt has no wheel: arm64 with Debian 12
	@$(BIN)/python -m installers.building --product area-edge --product area-hub $(if $(SIGN_KEY),--sign-key $(SIGN_KEY)) $(if $(TRUST_ROOT),--trust-root $(TRUST_ROOT))

package-arm64:   ## the gateway's package for arm64, built under emulation (root, Debian)
	@installers/building/emulated.sh

package-test: $(VENV)/ready-dev $(VENV)/ready-package   ## install, upgrade, roll back, purge what `make package` built (root)
	@$(BIN)/python -m pytest tests/installers -m packages --timeout 0

docs: $(VENV)/ready-dev    ## regenerate the reference tables under docs/reference
	@$(BIN)/python scripts/reference_tables.py

clean:           ## remove everything that make made
	rm -rf $(VENV) demo-output bench-output soak-output .mypy_cache .ruff_cache .pytest_cache .import_linter_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/ready-%: pyproject.toml constraints.txt system-packages.txt scripts/setup.sh
	@scripts/setup.sh $*

.PHONY: help demo test soak check bench package package-services package-arm64 package-test docs clean
