# Everything that a developer types; `make help` lists it. The environment is made by whichever target needs it first,
# and brought up to date when its lock file changes.

PYTHONS := 3.11 3.12 3.13 3.14
TENSORFLOW_PYTHONS := 3.8 3.9 3.10

VENV := .venv
PY := $(VENV)/bin/python
MAKE_TENSORFLOW = scripts/make-environment --with-uv $(VENV)/bin/uv .cache/tensorflow-2.9 \
	requirements/tensorflow-2.9.txt $(TENSORFLOW_PYTHONS)
MAKE_JUPYTERLAB = scripts/make-environment .cache/jupyterlab requirements/container.txt $(PYTHONS) && \
	scripts/make-environment --with-uv $(VENV)/bin/uv .cache/classic-notebook \
	requirements/classic-notebook.txt $(TENSORFLOW_PYTHONS)
COMPILE = $(PY) -m uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock" $(UPGRADE)

# npm on the Node.js of the environment, wherever the system has another one or none.
NPM := PATH="$(CURDIR)/$(VENV)/bin:$$PATH" npm --no-audit --no-fund --loglevel=error
VSCODE := editor-client/vscode
VSIX := $(CURDIR)/dist/tflsp.vsix
VSCODE_FILES := $(wildcard $(addprefix $(VSCODE)/,*.json *.mjs l10n/* src/*.ts src/*/*.ts test/*.ts))

.DEFAULT_GOAL := help
.PHONY: help demo check test bench docs screenshots dist vsix lock environment tensorflow lint format clean jupyterlab editors
.PHONY: lint-style lint-types lint-lua

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: environment ## Serve the example project to a scripted editor: diagnostics, safe fixes, a step in its journal
	@$(PY) examples/demo.py

check: lint ## Format, lint, strict types and unit tests, in under two minutes
	$(PY) -m pytest tests/unit -n auto $(ARGS)

# Without TensorFlow's environment, a Docker Engine or VS Code's server, the tests that need it say so: skipped here,
# failed where CI=true.
test: lint ## Everything: check's, and the end-to-end tests with real editors and containers (ARGS="-k name" narrows)
	-@$(MAKE_TENSORFLOW)
	-@$(MAKE_JUPYTERLAB)
	-@scripts/build-labextension
	-@$(PY) -m tests.e2e.container.images
	-@$(PY) -m tests.e2e.vscode.install
	$(PY) -m pytest tests -n auto --dist loadfile $(ARGS)

bench: environment ## Measure the figures that README shows, against peers in the same run
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/bench.txt
	$(PY) -m bench $(ARGS)

docs: environment ## Write what is generated from the code: rule tables, the settings' schema
	$(PY) scripts/docs.py

screenshots: environment ## Take the pictures anew (needs tmux, Chromium, Noto's fonts, a Docker Engine and `make tensorflow`)
	@PYTHONPATH=. $(PY) scripts/screenshot.py
	$(PY) -m pytest -q tests/e2e/vscode/test_journal.py tests/e2e/vscode/test_machine.py tests/e2e/vscode/test_languages.py \
		tests/e2e/vscode/test_container.py tests/e2e/jupyter/test_lab.py
	@for picture in vscode/journal vscode/timeline vscode/gpu vscode/chinese vscode/container jupyterlab/journal jupyterlab/warnings \
		jupyterlab/timeline; do \
		cp ".cache/pictures/$$picture.png" "docs/images/$$(dirname $$picture)-$$(basename $$picture).png"; done

dist: environment ## Build wheel and source distribution, the extensions and Neovim's plugin into dist/
	scripts/build-labextension
	$(PY) -m hatchling build
	cp editor-client/jupyterlab/dist/*.whl dist/
	$(PY) scripts/neovim_archive.py dist
	@$(MAKE) --no-print-directory vsix

$(VSCODE)/node_modules: $(VSCODE)/package-lock.json | environment
	@cd $(VSCODE) && $(NPM) ci --ignore-scripts && touch node_modules

# Its types, lint and unit tests: again only where a file has changed.
$(VSCODE)/out/.checked: $(VSCODE)/node_modules $(VSCODE_FILES)
	@cd $(VSCODE) && $(NPM) run --silent check && touch out/.checked

vsix: $(VSCODE)/node_modules ## Build VS Code's extension (VSIX=FILE)
	@mkdir -p "$(dir $(VSIX))"
	@cd $(VSCODE) && $(NPM) run --silent package -- --out "$(VSIX)"

lock: environment ## Resolve requirements/*.txt anew (UPGRADE=--upgrade for newer versions)
	$(COMPILE) --python-version 3.11 --extra dev pyproject.toml -o requirements/dev.txt
	$(COMPILE) --python-version 3.11 -c requirements/dev.txt pyproject.toml -o requirements/runtime.txt
	$(COMPILE) --python-version 3.11 -c requirements/dev.txt --extra bench pyproject.toml -o requirements/bench.txt
	$(COMPILE) --python-version 3.11 -c requirements/dev.txt pyproject.toml requirements/container.in \
		-o requirements/container.txt
	$(COMPILE) --python-version 3.11 requirements/container-build.in -o requirements/container-build.txt
	$(COMPILE) --python-version 3.8 requirements/tensorflow-2.9.in -o requirements/tensorflow-2.9.txt
	$(COMPILE) --python-version 3.8 -c requirements/tensorflow-2.9.txt requirements/base-image.in \
		-o requirements/base-image.txt
	$(COMPILE) --python-version 3.8 requirements/classic-notebook.in -o requirements/classic-notebook.txt

environment: ## Make .venv, or bring it up to date (nothing to do when the lock file is the same)
	@scripts/make-environment $(VENV) requirements/dev.txt $(PYTHONS)
	@cmp -s pyproject.toml $(VENV)/.project || { \
		$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . && \
		cp pyproject.toml $(VENV)/.project; }

tensorflow: environment ## Make the TensorFlow 2.9 environment that tests ask, with a Python of 3.8 to 3.10
	@$(MAKE_TENSORFLOW)

jupyterlab: environment ## Make the JupyterLab that tests ask, of the container's versions, and the classic notebook
	@$(MAKE_JUPYTERLAB)

editors: ## Unpack Neovim 0.12 and Helix, which `make test` then uses too (needs Debian and its mirror)
	@scripts/newer-editors

# Python's types beside all else, since both take a while at first; what each says comes in one piece.
lint: environment
	@$(MAKE) --no-print-directory --jobs --output-sync lint-style lint-types lint-lua

lint-style:
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .

lint-types:
	$(PY) -m mypy

lint-lua: | $(VSCODE)/out/.checked # npm fetches for one at a time
	scripts/format-lua --check

format: environment ## Format, sort imports, apply the linter's safe fixes
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .
	scripts/format-lua

clean: ## Remove caches and build results (environments stay; remove .venv and .cache by hand)
	rm -rf dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
