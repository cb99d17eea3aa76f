# `make help` lists what there is. deploy/README.md explains the settings.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)
# Tools that deploy/bootstrap.sh built itself.
export PATH := $(CACHE)/dualcaster-tools/bin:$(PATH)

# Where cargo builds: in CI a folder of the user's that outlives the clone, else ./target.
ifndef CARGO_TARGET_DIR
ifdef DUALCASTER_TARGET
export CARGO_TARGET_DIR := $(DUALCASTER_TARGET)
else ifdef CI
export CARGO_TARGET_DIR := $(CACHE)/dualcaster-target
endif
endif
TARGET := $(or $(CARGO_TARGET_DIR),target)
ifdef CI
export CARGO_INCREMENTAL := 0
endif

# What `make up` runs. The import of half a million lines of JSON is many times slower without
# optimisation than optimising takes once; `make up PROFILE=dev` is for working on the code.
PROFILE ?= release
BINARY := $(TARGET)/$(if $(filter dev,$(PROFILE)),debug,$(PROFILE))/dualcaster
DEBUG_BINARY := $(TARGET)/debug/dualcaster

# All of it is compiled with the features of the whole workspace: switching would build twice.
CARGO_TEST := cargo nextest run --workspace --locked
WEB_INPUTS := $(shell find web -type f -not -path '*/node_modules/*' -not -path 'web/dist/*' -not -path 'web/test/*' 2>/dev/null)

.PHONY: help up build test test-backend test-frontend bench lint lint-backend lint-frontend format generate-types clean

help: ## Show this list
	@grep -hE '^[a-z%-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{ printf "  make %-15s %s\n", $$1, $$2 }'

up: build ## Run everything here: make up [DATA=folder|scryfall|demo] [PORT=8080]
	@exec env $(if $(DATA),DATA="$(DATA)") $(if $(PORT),PORT="$(PORT)") $(BINARY) up

build: web/dist/index.html ## Build the server and the web app
	@deploy/bootstrap.sh stores
	cargo build --locked --profile $(PROFILE) -p dualcaster

test: test-backend test-frontend ## Run all tests

test-backend: ## Run the Rust tests
	@deploy/bootstrap.sh stores test
	$(CARGO_TEST)

test-frontend: web/dist/index.html ## Run the web app's tests, then those in a real browser against a real server
	@deploy/bootstrap.sh stores browser
	npm --prefix web test
	npm --prefix web run budget
	cargo build --locked --workspace --bins
	deploy/with-server.sh $(DEBUG_BINARY) npm --prefix web run test:browser
	@# Once more over real rows, which a file may change while the page is open.
	SERVER_DATA=tests/fixtures deploy/with-server.sh $(DEBUG_BINARY) npm --prefix web run test:browser -- live records

trigger-%: build ## Run what the clock runs, now: make trigger-retention
	@$(BINARY) trigger $* --wait

bench: ## Measure against raw Postgres: make bench [ONLY="queue import alerts list inventory chart fanout login sources similar"]
	@deploy/bootstrap.sh stores
	cargo build --locked --release --workspace --bins
	$(TARGET)/release/bench $(ONLY)

lint: lint-backend lint-frontend ## Check format, lints, licences, unused dependencies, generated files

lint-backend:
	@deploy/bootstrap.sh lint
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo fetch --quiet --locked
	cargo deny --offline check bans licenses sources
	cargo machete
	bash -n deploy/*.sh .ci/run
	cargo build --locked --workspace --bins
	diff -u schema.graphql <($(DEBUG_BINARY) schema) || { echo 'schema.graphql is old: make generate-types'; exit 1; }

lint-frontend: web/node_modules/.installed
	npm --prefix web run lint
	npm --prefix web run codegen:check

format: web/node_modules/.installed ## Format all sources
	cargo fmt --all
	npm --prefix web run format

generate-types: web/node_modules/.installed ## Write schema.graphql and the web app's types anew
	cargo build --locked --workspace --bins
	$(DEBUG_BINARY) schema > schema.graphql.new
	mv schema.graphql.new schema.graphql
	npm --prefix web run codegen

clean: ## Remove what was built; the data in .data stays
	cargo clean
	rm -rf web/dist web/node_modules

web/node_modules/.installed: web/package.json web/package-lock.json
	npm --prefix web ci --no-audit --no-fund --loglevel=error
	touch $@

web/dist/index.html: web/node_modules/.installed schema.graphql $(WEB_INPUTS)
	npm --prefix web run build
	touch $@
