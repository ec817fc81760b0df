# Marquee's commands; `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
BIN := .venv/bin

.PHONY: help install run demo test verify screenshots lint format bench lock

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

install: .venv/.installed ## make .venv and install the locked dependencies

run: install ## set everything up and serve it until Ctrl-C
	@exec $(BIN)/python -m config.run

# Of a developer's .env, what names another database, broker, mail server or key does not count.
demo: export ENVIRONMENT := demo
demo: export VAR_DIR := $(or $(VAR_DIR),var/demo)
demo: export DATABASE_URL :=
demo: export DATABASE_URL_FILE :=
demo: export REDIS_URL :=
demo: export REDIS_URL_FILE :=
demo: export EMAIL_URL :=
demo: export EMAIL_URL_FILE :=
demo: export OMDB_API_KEY ?=
demo: export OMDB_API_KEY_FILE ?=
demo: install ## the same in var/demo, with 90 days of invented searches
	@exec $(BIN)/python -m config.run

test: .venv/.tested ## run the whole suite on SQLite and PostgreSQL
	@BIN=$(BIN) sh config/tests/run.sh

verify: .venv/.tested ## run the long forms of tests: kill workers, load it, do what the documents say, ask every page nonsense
	@BIN=$(BIN) sh config/tests/verify.sh

screenshots: .venv/.tested ## take the pictures of the documents anew
	@$(BIN)/python -m config.tests.screenshots

lint: .venv/.tested ## check style, types, arrows, migrations, templates, locks and known vulnerabilities
	@BIN=$(BIN) sh config/tests/lint.sh

format: .venv/.tested ## rewrite code and templates in the one style
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .
	$(BIN)/djade --target-version 5.2 $$(git ls-files 'templates/*.html') || true
	$(BIN)/djhtml --tabwidth 2 templates

bench: .venv-bench/.installed ## measure side by side with peers; see docs/performance.md
	@.venv-bench/bin/python -m bench

lock: .venv/.tested ## write the lock files anew from requirements*.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.12 --generate-hashes requirements.txt -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.12 --generate-hashes requirements-dev.txt -c requirements.lock -o requirements-dev.lock

.venv/bin/python:
	@sh config/python.sh

.venv/.installed: requirements.lock | .venv/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/.tested: requirements-dev.lock .venv/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

.venv-bench/.installed: requirements.lock bench/requirements.txt | .venv/bin/python
	@$(BIN)/python -m venv .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check -r bench/requirements.txt
	@touch $@
