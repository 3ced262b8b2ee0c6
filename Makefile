# 每个目标一行说明见 make help · one line on each target: make help
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup setup-test run test check fix bench prove attack lock clean

BIN := .venv/bin
DEMO ?= demo
PORT ?= 8000
JOBS ?= 2

help: ## 列出各目标 · list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## 在 .venv 里装好运行所需 · set up .venv, enough for .venv/bin/fuqi
	@scripts/setup.sh run
	@scripts/frontend.sh

setup-test:
	@scripts/setup.sh test
	@scripts/frontend.sh

run: setup ## 造样例县、跑主流程、启动网页 · build the sample county, run the main job, serve its pages
	@$(BIN)/fuqi demo $(DEMO) --port $(PORT)

check: setup-test ## 标点、格式、规则、类型、分层（不跑测试）· punctuation, format, lint, types, import contracts
	$(BIN)/python scripts/punctuation.py --check
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check ## 检查并在 PostgreSQL 与 SQLite 上跑全部测试 · check, then every test on PostgreSQL and SQLite
	$(BIN)/pytest -n $(JOBS) --dist worksteal --database postgresql -m 'database and not proof'
	$(BIN)/pytest -n $(JOBS) --dist worksteal --durations 40

fix: setup-test ## 自动整理格式与可自动改的问题 · format and mend what can be mended by itself
	$(BIN)/python scripts/punctuation.py
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: setup ## 时间、内存、与同类比较（PARTS="kernel peers" 只跑几项）· times, memory, peers (PARTS=... runs a few)
	@scripts/setup.sh bench
	$(if $(PARTS),,@$(BIN)/python scripts/bench.py)
	@.venv-bench/bin/python -m benchmarks --keep $(PARTS)

prove: setup-test ## 长时间的验证，结果存 docs/proofs/ · the long batteries, results kept in docs/proofs/
	@scripts/prove.sh

attack: setup-test ## 用三种攻击工具试本机上的样例县，结果存 docs/proofs/ · attack the sample county on loopback with three tools
	@scripts/setup.sh attack
	@scripts/attack.sh

lock: ## 重新生成 locks/（UPGRADE=1 升级版本）· make the locks anew (UPGRADE=1 takes newer versions)
	@scripts/lock.sh $(if $(UPGRADE),--upgrade)

clean: ## 删除环境与缓存，保留样例县 · remove the environment and caches, keep the sample county
	rm -rf .venv .venv-bench .venv-attack .tools build frontend/node_modules src/fuqi/web/static/built .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis src/*.egg-info
	find src tests scripts benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
