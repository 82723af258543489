# 哨音 Shaoyin: what a person types. A machine needs python3 (3.11 or newer) and make; the rest is fetched on first use.

SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links $(UPGRADE) pyproject.toml

# A stamp per lock carries the lock's checksum: an unchanged lock is never looked at again.
stamp = $(VENV)/$(1)-$(shell cksum < requirements/$(1).txt | tr -d ' ')
RUNTIME := $(call stamp,runtime)
DEV := $(call stamp,dev)

# $(call apt,packages): root gets them installed, anybody else the line to run.
apt = { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && echo "安装 · installing: $(1)" && apt-get update -qq 2>/dev/null \
	&& DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1) >/dev/null 2>&1; } \
	|| { echo "缺少软件包，请先运行 · first run: sudo apt-get install -y $(1)" >&2; exit 2; }

.PHONY: help run test drill lint lock bench demo-reset browser server exiftool

help:
	@echo "make run         启动服务 · serve on 127.0.0.1 (PORT=8000, PORTAL_HOME=./var; the first start makes a demonstration)"
	@echo "make test        全部检查 · linters, types and the whole suite"
	@echo "make drill       故障演练 · kill, fill, stop and jump under load, for long (some forty minutes; a full disk needs root)"
	@echo "make lint        静态检查 · linters and types alone"
	@echo "make bench       性能 · measure, on both engines (ROW=name for one row, SIZE='1000 100000' for larger stores)"
	@echo "make demo-reset  重置演示数据 · throw the demonstration away and make a new one"
	@echo "make lock        重算依赖 · pin dependencies anew (UPGRADE=--upgrade)"

run: export PORT ?= 8000
run demo-reset: export PORTAL_HOME ?= ./var
run: $(RUNTIME)
	@[ -n "$$(ls "$$PORTAL_HOME" 2>/dev/null)" ] || $(BIN)/portal demo
	@exec $(BIN)/portal run

test: $(DEV) lint browser server exiftool
	@PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n 2 --dist worksteal

drill: $(DEV) server
	@$(BIN)/pytest -m drill tests/drills

lint: $(DEV)
	@$(BIN)/ruff check --quiet --output-format concise
	@$(BIN)/ruff format --quiet --check
	@$(BIN)/mypy --no-error-summary

bench: $(DEV) browser server
	@$(BIN)/python bench/harness.py $(ROW) $(SIZE:%=--size %)

demo-reset: $(RUNTIME)
	@[ -z "$$(ls "$$PORTAL_HOME" 2>/dev/null)" ] || [ -e "$$PORTAL_HOME/demo-accounts.json" ] \
		|| { echo "$$PORTAL_HOME 不是演示系统，不会删除 · is no demonstration; nothing was deleted" >&2; exit 2; }
	@rm -rf "$$PORTAL_HOME"
	@$(BIN)/portal demo

lock:
	@command -v uv >/dev/null || { echo "请先安装 uv · uv is needed: pip install uv" >&2; exit 2; }
	@$(LOCK) --output-file requirements/runtime.txt
	@$(LOCK) --extra postgres --constraint requirements/runtime.txt --output-file requirements/postgres.txt
	@$(LOCK) --extra s3 --constraint requirements/postgres.txt --output-file requirements/s3.txt
	@$(LOCK) --extra heic --constraint requirements/postgres.txt --output-file requirements/heic.txt
	@$(LOCK) --extra pdf --constraint requirements/postgres.txt --output-file requirements/pdf.txt
	@$(LOCK) --group dev $(foreach lock,postgres s3 heic pdf,--constraint requirements/$(lock).txt) --output-file requirements/dev.txt

# What tests that drive a browser take from the system: Chromium, a font with Chinese and Korean in it, and the library
# that Playwright's driver is linked to.
browser: $(DEV)
	@command -v chromium-headless-shell >/dev/null || $(call apt,chromium-headless-shell)
	@fc-list :lang=zh 2>/dev/null | grep -q . || $(call apt,fontconfig fonts-noto-cjk)
	@$(BIN)/python -c 'import ctypes; ctypes.CDLL("libatomic.so.1")' 2>/dev/null || $(call apt,libatomic1)

# What tests on PostgreSQL take from the system, unless TEST_DATABASE_URL names a server.
server:
	@[ -n "$$TEST_DATABASE_URL" ] || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || $(call apt,postgresql)
	@[ -n "$$TEST_DATABASE_URL" ] || [ "$$(id -u)" != 0 ] || command -v setpriv >/dev/null || $(call apt,util-linux)

# What tests of copies read them with: a program that finds more in a picture than ours looks for.
exiftool:
	@command -v exiftool >/dev/null || $(call apt,libimage-exiftool-perl)

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "找不到 · not found: $(PYTHON)" >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新版本 ·" \
		"3.11 or newer is needed, this is $$($(PYTHON) -V 2>&1); try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || $(call apt,$(notdir $(PYTHON))-venv)
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); exit 2; }

# The tree itself is put on the path, so neither a build tool nor an installation of ourselves is needed to run it.
$(RUNTIME) $(DEV): $(BIN)/python
	@echo "安装锁定的依赖 · installing the locked dependencies …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps \
		-r requirements/$(firstword $(subst -, ,$(@F))).txt
	@echo "$(CURDIR)" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/shaoyin.pth"
	@printf '#!/bin/sh\nexec "%s/$(BIN)/python" -P -m portal "$$@"\n' "$(CURDIR)" > $(BIN)/portal
	@chmod +x $(BIN)/portal
	@$(BIN)/python -m compileall -q portal crypto
	@rm -f $(VENV)/$(firstword $(subst -, ,$(@F)))-*
	@touch $@
