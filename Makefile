.PHONY: setup run lock test check bench

setup:  ## .venv with the command .venv/bin/tandem
	@bin/setup

run: setup  ## the product with its story, in the foreground
	@.venv/bin/tandem demo

lock:  ## renew the pins
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--quiet --upgrade --output-file requirements-dev.lock
	uv pip compile pyproject.toml --constraints requirements-dev.lock --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --quiet --upgrade --output-file requirements.lock

test:  ## all tests, in a real browser too; COVER=1 says what they do not reach
	@bin/setup --dev
	@bin/browser
	@bin/testkit
	@.venv/bin/pytest -n 2 --dist loadfile --no-loadscope-reorder $(if $(COVER),--cov=tandem --cov-report=term:skip-covered) $(TESTS)

check:  ## format, lint, types, import contracts, docs that tell what the code says
	@bin/setup --dev
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/lint-imports
	@.venv/bin/python bin/docs --check
	@.venv/bin/mypy

bench:  ## the benchmarks, each beside a bare baseline of the same run; what keys cost in a slow browser
	@bin/setup --dev
	@bin/browser
	@.venv/bin/python -m bench.run $(if $(CASES),--cases $(CASES))
	@.venv/bin/python -m bench.paint
