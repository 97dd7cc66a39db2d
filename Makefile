PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000

BIN := .venv/bin
STAMP := .venv/.installed
SECRET := $(BIN)/python -c "import secrets; print(secrets.token_hex(48))"

.PHONY: run test check audit fmt lock messages fonts system screenshots benchmark

run: $(STAMP)
	@exec $(BIN)/python manage.py develop --host $(HOST) --port $(PORT)

test: $(STAMP) system
	$(BIN)/pytest -n auto --dist loadgroup

# The production settings are checked with made-up secrets; nothing is contacted.
check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint templates --check --lint --quiet
	$(BIN)/hadolint Dockerfile
	$(BIN)/python manage.py makemigrations --check --dry-run
	ENV_FILE= ENVIRONMENT=prod SMS_ALLOWED_COUNTRIES=IN ALLOWED_HOSTS=loopin.example SITE_URL=https://loopin.example \
	DATABASE_URL=postgresql://loopin@127.0.0.1/loopin \
	SECRET_KEY=$$($(SECRET)) JWT_SECRET_KEY=$$($(SECRET)) \
	TWILIO_ACCOUNT_SID=AC0 TWILIO_AUTH_TOKEN=0 TWILIO_MESSAGING_SERVICE_SID=MG0 MEDIA_ROOT=/var/lib/loopin/media \
	$(BIN)/python manage.py check --deploy --fail-level WARNING

# Not part of `check`: it asks a vulnerability service, and its answers change by themselves.
audit: $(STAMP)
	$(BIN)/pip-audit --strict --require-hashes --disable-pip -r requirements-dev.lock

# The pictures of the README, taken from the running product.
screenshots: $(STAMP) system
	$(BIN)/python docs/screenshots.py

fmt: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djlint templates --reformat --quiet

# The font's files, made from its npm package. Needs npm.
fonts: $(STAMP)
	$(BIN)/uv run --quiet --no-project --with fonttools==4.68.0 --with brotli==1.2.1 docs/fonts.py

# Finds the words to translate, updates locale/ and leads/locale/, and compiles them.
messages: $(STAMP)
	$(BIN)/python manage.py messages

# Pins what pyproject.toml asks for, with hashes and without naming a package host.
lock: $(STAMP)
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
	    --custom-compile-command "make lock" pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
	    --custom-compile-command "make lock" pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

$(STAMP): requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "Loopin needs Python 3.11 or later. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# A browser and whatever else the tests need of the system: tests/system.py.
system: $(STAMP)
	@$(BIN)/python -m tests.system

benchmark: $(STAMP)
	$(BIN)/python -m benchmarks.api
