# Everything is done by launch/ (any Python from 3.9 on); this file only gives it short names.
# `make run PORT=8090 DATA_DIR=./var2`: what stands behind the command reaches it as a setting.

PYTHON = $(shell for name in python3 python3.13 python3.12 python3.11 python3.10 python3.9 /usr/bin/python3; do \
  "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null && echo "$$name" && break; done)
LAUNCH = $(or $(PYTHON),$(error Install Python 3.9 or newer: no python3 here runs)) -m launch

.DEFAULT_GOAL := help
.PHONY: help run stop setup train test check content preview month bench soak evaluate transcripts safety-model clinician labels console-pictures lock clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1#\2/p' Makefile | while IFS='#' read name words; do printf '%-21s %s\n' "$$name" "$$words"; done

run: ## set up what is missing, start everything, print the addresses, follow the logs (PORT, DATA_DIR, DEMO=0)
	@$(LAUNCH) run

stop: ## stop the copy that runs on DATA_DIR
	@$(LAUNCH) stop

setup: ## only make the two environments
	@$(LAUNCH) setup

train: ## only train the Rasa model, if what it is made of changed
	@$(LAUNCH) train

test: ## everything that CI runs: ruff, mypy, all tests (ARGS="-k name")
	@$(LAUNCH) test $(ARGS)

check: ## ruff, mypy and the tests that start no services
	@$(LAUNCH) check $(ARGS)

content: ## check the clinical files and tell what changed, in words for clinicians (SINCE=v1.0)
	@$(LAUNCH) content $(ARGS)

preview: ## a module as it reads on the web and as texts (MODULE=M4)
	@$(LAUNCH) preview $(ARGS)

month: ## four weeks of a demo patient in seconds: what would be sent when, and why not (PATIENT=ruth ARGS="--replies none")
	@$(LAUNCH) month $(ARGS)

bench: ## measure, write bench/results/latest.json (ARGS=q: the console over a large record)
	@$(LAUNCH) bench $(ARGS)

soak: ## two gateways on PostgreSQL, 1,000 crises, kill -9 and provider faults; one line of figures (CRISES=50 SEED=7)
	@$(LAUNCH) soak

evaluate: ## measure what is understood, and the safety screen beside others, write bench/results/evaluation.html (ARGS=--quick)
	@$(LAUNCH) evaluate $(ARGS)

transcripts: ## hold ten talks with the whole house, write docs/transcripts (ARGS="07" for one of them)
	@$(LAUNCH) transcripts $(ARGS)

safety-model: ## train the safety screen's two networks anew: 90 minutes (needs Python 3.11; ARGS="train --only first")
	@$(LAUNCH) safety-model $(ARGS)

clinician: ## add a clinician's account (EMAIL=… NAME="…"); asks for the password
	@$(LAUNCH) clinician "$(EMAIL)" "$(NAME)"

labels: ## what clinicians labelled and kept, without its people, as JSON lines (> labels.jsonl)
	@$(LAUNCH) labels

console-pictures: ## take the pictures in docs/console anew (ARGS="folder screen …" for some)
	@$(LAUNCH) console-pictures $(ARGS)

lock: ## write both requirements.lock files anew (UPGRADE=1 for the newest versions)
	@$(LAUNCH) lock

clean: ## remove environments, models and caches; never DATA_DIR
	@$(LAUNCH) clean
