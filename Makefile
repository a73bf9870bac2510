# Partner Center. `make help` lists the targets.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

FUNCTIONS := $(notdir $(wildcard functions/*))
FONT      := pkg/foundation/document/pdf/assets/NotoSansSC_400Regular.ttf.gz
ASSETS    := pkg/system/docs/assets/swagger-ui-bundle.js.gz pkg/system/docs/assets/swagger-ui.css.gz $(FONT)
GO_FILES  := $(shell find pkg functions infra events -name '*.go' 2>/dev/null) go.mod go.sum
LINT      := go tool -modfile=.ci/lint.mod golangci-lint
PKG       ?= ./...
STAGE     ?= dev
BEGAN     := $(shell date +%s)

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: node_modules/.ready ## install what the project needs under its own folder

node_modules/.ready: package.json package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

pkg/system/docs/assets/%.gz: node_modules/.ready
	gzip -9nc node_modules/swagger-ui-dist/$* > $@

$(FONT): node_modules/.ready
	gzip -9nc node_modules/@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf > $@

openapi: ## write the OpenAPI document of the whole API, which is committed
	go run ./infra/openapi

build/local: node_modules/.ready $(ASSETS) $(GO_FILES)
	go build -o $@ ./infra/local

run: build/local ## the whole system on this machine, with the demo portfolio
	@./build/local -seed demo -ready-file build/ready.json -began $(BEGAN)

demo: build/local ## sixty days of the demo portfolio, as a table; then it stays up for a look
	@./build/local -seed demo -demo P60D -began $(BEGAN)

test: build/local ## everything a contributor needs to know
	@./build/local -exec go test -timeout 30m $(PKG)
	@$(MAKE) --no-print-directory conformance

lint: $(ASSETS) ## format, vet, staticcheck and what the design rules out
	$(LINT) run ./...

conformance: build/local ## the unmodified official SDK against the local cloud
	@./build/local -seed none -addr 127.0.0.1:0 -exec go test -C infra/conformance -count=1 ./...

bench: build/local ## capacity of every operation, and the ratios of the design
	@./build/local -exec go run ./infra/bench

invoke: build/local ## each function's binary with its sample event
	@./build/local -exec go run ./infra/invoke

functions: $(FUNCTIONS:%=build/functions/%/bootstrap)

build/functions/%/bootstrap: $(ASSETS) $(GO_FILES)
	CGO_ENABLED=0 GOOS=linux GOARCH=arm64 go build -tags lambda.norpc -trimpath -ldflags "-s -w" -o $@ ./functions/$*

synth: functions node_modules/.ready ## the CloudFormation templates, without AWS credentials
	@PATH="$(CURDIR)/node_modules/.bin:$$PATH" cdk synth --quiet -c stage=$(STAGE)

deploy: functions node_modules/.ready ## to AWS: make deploy STAGE=prod ADMIN=somebody@example.com
	@PATH="$(CURDIR)/node_modules/.bin:$$PATH" cdk deploy --all -c stage=$(STAGE) -c admin=$(ADMIN)

redrive: ## send a dead-letter queue's messages again: make redrive QUEUE=lifecycle
	@go run ./infra/redrive -queue $(QUEUE)

clean: ## remove what was built and installed
	rm -rf build cdk.out node_modules

verify-audit: ## check a file of an audit trail: make verify-audit FILE=trail.csv HEAD="<summary that the system shows>"
	@go run ./infra/verifyaudit "$(FILE)" "$(HEAD)"

.PHONY: help setup openapi run demo test lint conformance bench invoke functions synth deploy redrive verify-audit clean
