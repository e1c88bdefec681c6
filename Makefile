# Two commands on a fresh machine: `make run` serves the app with the demo firm, `make test` proves the house.
# .venv is keyed on the lock's digest: a changed requirements.lock builds it anew.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8080
INTEROP_DIR ?= out/regulation
FUZZ_SECONDS ?= 600
FUZZ_SEED ?= 1
JOBS ?= 2
STAMP := $(VENV)/.built-$(shell sha256sum requirements.lock pyproject.toml | sha256sum | cut -c1-16)

.PHONY: setup run demo regulation test check bench interop interop-tools fuzz lock clean tools

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Serve the app with the demo firm on an embedded default; the worker runs beside it.
run: setup
	$(BIN)/forms serve --demo --host $(HOST) --port $(PORT)

demo: setup
	rm -rf out/demo
	$(BIN)/forms demo --out out/demo

# A month of the demo firm by its regulation, every branch of it, verified at the end.
regulation: setup
	rm -rf out/regulation
	$(BIN)/forms demo --regulation --out out/regulation

test: setup tools interop-tools check
	$(BIN)/python -m pytest -n auto --dist loadfile

check: setup
	$(BIN)/ruff format --check forms_service tests benchmarks
	$(BIN)/ruff check forms_service tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup
	$(BIN)/python -m benchmarks

# Stock pyHanko, pdfsig, PDFBox and qpdf beside our verifier, over every document of the demo month.
interop: setup tools interop-tools
	@test -f $(INTEROP_DIR)/trust.pem || $(BIN)/forms demo --regulation --out $(INTEROP_DIR)
	$(BIN)/python -m tests.interop $(INTEROP_DIR) --jobs $(JOBS)

# PDFBox and BouncyCastle from Debian, with a Java that compiles one file.
interop-tools:
	@if ! command -v javac >/dev/null || [ ! -f /usr/share/java/pdfbox2.jar ] || [ ! -f /usr/share/java/bcpkix.jar ]; then \
	  echo "installing PDFBox, BouncyCastle and a Java for them" >&2; \
	  SUDO=; [ "$$(id -u)" = 0 ] || SUDO=sudo; \
	  $$SUDO apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$SUDO apt-get install -y -qq --no-install-recommends \
	    default-jdk-headless libpdfbox2-java libbcprov-java libbcpkix-java >/dev/null; \
	fi

# Alter honest documents at random for ten minutes; FUZZ_SEED goes on where the last run ended.
fuzz: setup
	$(BIN)/python -m tests.fuzz --seconds $(FUZZ_SECONDS) --seed $(FUZZ_SEED) --jobs $(JOBS) --out out/fuzz

# The browsers, the Chinese system font, the outside readers, verifiers and signers and the software token that the tests
# drive. Poppler's forms are reached by Debian's own Python.
POPPLER := import gi; gi.require_version('Poppler', '0.18')
tools:
	@if ! command -v chromium >/dev/null || ! command -v pdfsig >/dev/null || ! command -v qpdf >/dev/null \
	   || ! command -v mutool >/dev/null || ! command -v certutil >/dev/null || ! command -v softhsm2-util >/dev/null \
	   || ! command -v firefox-esr >/dev/null || ! /usr/bin/python3 -c "$(POPPLER)" 2>/dev/null \
	   || ! fc-list :lang=zh 2>/dev/null | grep -q .; then \
	  echo "installing the browsers, PDF programs, software token and Chinese font that the tests drive" >&2; \
	  SUDO=; [ "$$(id -u)" = 0 ] || SUDO=sudo; \
	  $$SUDO apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$SUDO apt-get install -y -qq --no-install-recommends \
	    chromium firefox-esr poppler-utils poppler-data python3-gi gir1.2-poppler-0.18 mupdf-tools libnss3-tools \
	    qpdf softhsm2 fontconfig fonts-noto-cjk >/dev/null; \
	fi

# Resolve the newest versions anew and write them with their hashes.
lock:
	$(PYTHON) -m venv .venv-lock && .venv-lock/bin/pip install --quiet pip-tools==7.6.2
	.venv-lock/bin/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --all-extras \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o requirements.lock pyproject.toml
	rm -rf .venv-lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
