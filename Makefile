# Two commands do everything on a fresh machine with Python 3.11 or newer: `make run` and `make test`.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help run train evaluate test check docs format bench soak packages browser pictures clean

help:
	@echo "make run       install what is needed, start everything on this machine, show what is written where and why"
	@echo "make test      install what is needed, run linters, type checks, import contracts and all tests"
	@echo "make check     only linters, type checks, import contracts and whether generated pages are up to date"
	@echo "make docs      write the generated pages of docs/ anew"
	@echo "make format    lay the code out"
	@echo "make bench     measure, and write docs/benchmarks.md; QUICK=1 for a short run that writes nothing"
	@echo "make soak      the kill and fault journeys in full size (long)"
	@echo "make packages  lint, test and build what is uploaded to the vendors; ADDRESS=https://... for your own upload"
	@echo "make browser   install what the browser tests need: Chromium and Node's parts"
	@echo "make train     rebuild the analyser's weights from the data folder (ATTUNE_SHARED) and the written sets; long"
	@echo "make evaluate  measure the analyser on every dev set that is there, and write docs/language-report.md"
	@echo "make pictures  take all pictures of docs/ anew"
	@echo "make clean     remove the virtual environment, caches and demo data"

# Made again only when the list of parts changes; the stamp is written last, so a broken install is repeated.
$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Attune needs Python 3.11 or newer; say which: make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || { echo "· making the virtual environment"; $(PYTHON) -m venv .venv; }
	@echo "· installing (once; a minute or two)"
	@$(BIN)/python -m pip install --disable-pip-version-check --editable '.[dev]' > .venv/install.log 2>&1 \
		|| { cat .venv/install.log; exit 1; }
	@touch $@

run: $(READY)
	@$(BIN)/attune demo

# Side by side, file by file, each with a database of its own.
test: check
	@$(BIN)/python -m pytest -m "not soak" -r fEs -n auto --maxprocesses 4 --dist loadfile

check: $(READY)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/attune docs --check

docs: $(READY)
	@$(BIN)/attune docs
	@$(BIN)/python -m tests.security

format: $(READY)
	@$(BIN)/ruff format .

bench: $(READY)
	@$(BIN)/python -m tests.bench $(if $(QUICK),--quick)

train: $(READY)
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --editable '.[dev,train]'
	@$(BIN)/python -m training.make

evaluate: $(READY)
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --editable '.[dev,train]'
	@$(BIN)/python -m training.evaluate

soak: $(READY)
	@$(BIN)/python -m pytest -m soak -r fEs --timeout 7200

# Every vendor's folder with a package.json says with `npm run check` what its own linters and tests are. Node comes as a
# wheel: the machine may have none, and Salesforce's command line wants a newer one than Debian has.
ADDRESS ?= https://attune.invalid
WITH_NODE := PATH="$(CURDIR)/$(BIN):$$PATH"
PACKAGE_TESTS := $(wildcard tests/plugins/*/test_*_package*.py tests/plugins/zendesk/test_zendesk_app.py)

$(BIN)/node: $(READY)
	@test -x $@ || $(BIN)/python -m pip install --disable-pip-version-check --quiet --editable '.[dev,hosts]'

packages: $(BIN)/node
	@for folder in $(patsubst %/package.json,%,$(wildcard manifests/*/package.json)); do \
		echo "· $$folder"; cd $$folder; \
		{ test node_modules/.package-lock.json -nt package.json || $(WITH_NODE) npm install --silent; } \
			&& $(WITH_NODE) npm run --silent check || exit 1; \
		cd $(CURDIR); \
	done
	@echo "· manifests: generated files, metadata, the Zendesk app"
	@$(BIN)/attune docs --check
	@$(BIN)/python -m pytest $(PACKAGE_TESTS) -r fEs
	@mkdir -p dist && $(BIN)/python -m plugins.zendesk.package --address $(ADDRESS) --out dist/attune-zendesk.zip

browser: $(READY)
	@tests/browser/install.sh $(BIN)

pictures: $(BIN)/node browser
	@$(BIN)/attune demo --once --picture docs/demo.svg
	@$(BIN)/python -m tests.browser.pictures
	@for folder in manifests/salesforce/pictures manifests/hubspot; do cd $$folder; \
		test node_modules/.package-lock.json -nt package.json || $(WITH_NODE) npm install --silent || exit 1; cd $(CURDIR); \
	done
	@$(WITH_NODE) $(BIN)/python -m tests.plugins.salesforce.pictures
	@$(WITH_NODE) $(BIN)/python -m tests.plugins.hubspot.pictures

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info var
