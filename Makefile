# One word per job. Every target makes the environments it needs, so a fresh clone needs only Python 3.11 (and Java 17
# for the engines). Variables: SPEED, PORT, LISTEN, LIMIT, DATA, STAGE, TESTS, SEEDS, SEED, PLANS, WRITE, ROWS,
# PLANTED, EXAMPLES, MODULES, SAMPLE, WORKERS.
.DEFAULT_GOAL := help
.PHONY: help environments run test check package deploy reindex campaign mutation security reconcile-check replay benchmark openapi format clean

SYSTEM_PYTHON ?= python3
PYTHON := .venv/bin/python
# What make was given by name travels to the programs as it was typed, and not at all when it was not.
export SPEED PORT LISTEN LIMIT DATA STAGE SEEDS SEED PLANS WRITE ROWS PLANTED EXAMPLES MODULES SAMPLE WORKERS

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 17

environments:
	@$(SYSTEM_PYTHON) -m local.environments

run: environments  ## the whole system on this machine (SPEED=N: days pass as seconds; PORT=N: the cloud's; LISTEN=N: webhooks may go there)
	@$(PYTHON) -m local

test: environments  ## every test, the quick ones first (TESTS=path for some of them)
	@$(PYTHON) -m local.checks test $(TESTS)

check: environments  ## exactly what CI runs: linters, types, contracts, template, tests, replay
	@$(PYTHON) -m local.checks

package: environments  ## the deployable package: build/package/template.json and deployment.zip
	@$(PYTHON) -m local.packaging

deploy: environments  ## both stacks of STAGE to the AWS account of your credentials (needs infra/parameters/STAGE.json)
	@$(PYTHON) -m local.deployment "$(STAGE)"

reindex: environments  ## makes the search index anew from the table (STAGE=prod; without it the stack of `make run`)
	@$(PYTHON) -m operations --stage "$(or $(STAGE),local)" reindex

campaign: environments  ## faults at every call, seeded simulations (SEEDS=N, SEED=n, PLANS=all, WORKERS=n, WRITE=1)
	@$(PYTHON) -m tests.campaign

mutation: environments  ## money and doors made wrong on purpose (MODULES="money adapters/tokens", SAMPLE=n, WORKERS=n, WRITE=1)
	@$(PYTHON) -m tests.mutation

security: environments  ## hostile tokens, webhooks, targets, uploads, the table of rights, the contract's fuzzer (EXAMPLES=N)
	@$(PYTHON) -m tests.security

reconcile-check: environments  ## a day's bill with planted differences: all found, none made up (ROWS=N, PLANTED=N, SEED=n)
	@$(PYTHON) -m tests.reconciliation

replay: environments  ## a real retailer's cancellations as refunds, or as returns with parcels (MODE=returns; LIMIT=N, DATA=folder)
	@$(PYTHON) -m local.replay

benchmark: environments  ## what it costs: CPU, round trips, dollars per million cases, size, cold start, throughput
	@$(PYTHON) -m benchmarks

openapi: environments  ## writes docs/openapi.json anew from the schemas
	@$(PYTHON) -m local.openapi

format: environments  ## formats and repairs what ruff can
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format --quiet .

clean:  ## removes what was made, but not the environments
	rm -rf build .chalice/deployments .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
