PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000

LOCALE ?= locale

BIN := .venv/bin
STAMP := .venv/.installed
SECRET := $(BIN)/python -c "import secrets; print(secrets.token_hex(48))"

PYBABEL := PYTHONPATH=. $(BIN)/pybabel

.PHONY: run test coverage mutants check docs audit fmt lock messages configuration fonts system screenshots bench

run: $(STAMP)
	@exec $(BIN)/python manage.py develop --host $(HOST) --port $(PORT)

test: $(STAMP) system
	$(BIN)/pytest -n auto --dist loadgroup

# Not part of `test`: counting lines doubles the time. The processes that tests start are counted, too.
coverage: $(STAMP) system
	$(BIN)/pytest -n auto --dist loadgroup --cov

# Not part of `test`: changes the code in small ways and counts what the tests notice (docs/mutants.md).
mutants: $(STAMP)
	$(BIN)/python -m tests.mutation

# The production settings are checked with made-up secrets; nothing is contacted.
check: $(STAMP) docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint templates --check --lint --quiet
	$(BIN)/hadolint Dockerfile
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m tests.upgrades.lint
	$(BIN)/python -m benchmarks.budgets
	ENV_FILE= ENVIRONMENT=prod TRUSTED_PROXY_COUNT=1 ALLOWED_HOSTS=loopin.example SITE_URL=https://loopin.example \
	DATABASE_URL=postgresql://loopin@127.0.0.1/loopin \
	SECRET_KEY=$$($(SECRET)) JWT_SECRET_KEY=$$($(SECRET)) \
	TWILIO_ACCOUNT_SID=AC0 TWILIO_AUTH_TOKEN=0 TWILIO_MESSAGING_SERVICE_SID=MG0 MEDIA_ROOT=/var/lib/loopin/media \
	EMAIL_HOST=mail.loopin.example LEGAL_DIR=tests/legal COMPANY_NAME=Loopin GRIEVANCE_NAME=Meera GRIEVANCE_EMAIL=meera@loopin.example \
	$(BIN)/python manage.py check --deploy --fail-level WARNING

# Builds the documents as a website in var/site; a link that leads nowhere is an error.
docs: $(STAMP)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build

# Not part of `check`: it asks a vulnerability service, and its answers change by themselves.
audit: $(STAMP)
	$(BIN)/pip-audit --strict --require-hashes --disable-pip -r requirements-dev.lock

# The pictures of the README, taken from the running product.
screenshots: $(STAMP) system
	$(BIN)/python -m docs.screenshots

# Also writes into the documents the numbers and lists that are read from the code.
fmt: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djlint templates --reformat --quiet
	$(BIN)/python -m docs

# The font's files, made from its npm package. Needs npm.
fonts: $(STAMP)
	$(BIN)/uv run --quiet --no-project --with fonttools==4.68.0 --with brotli==1.2.1 docs/fonts.py

# Finds the words to translate (babel.cfg says where), updates the catalogues and compiles them. It
# guesses nothing: a changed sentence is a new one. A language is added with `pybabel init`.
messages: $(STAMP)
	$(PYBABEL) extract --mapping-file babel.cfg --sort-output --no-location \
	    --output-file $(LOCALE)/django.pot loopin interests accounts leads templates
	$(PYBABEL) update --domain django --input-file $(LOCALE)/django.pot --output-dir $(LOCALE) \
	    --width 100 --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(PYBABEL) compile --domain django --directory $(LOCALE) --statistics

# Writes docs/configuration.md and .env.example from the declarations in loopin/config/.
configuration: $(STAMP)
	$(BIN)/python -m loopin.config.documents

# Pins what pyproject.toml asks for, with hashes and without naming a package host.
lock: $(STAMP)
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
	    --custom-compile-command "make lock" pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
	    --custom-compile-command "make lock" pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
	    --custom-compile-command "make lock" benchmarks/peers/requirements.in -o benchmarks/peers/requirements.lock

$(STAMP): requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "Loopin needs Python 3.11 or later. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# A browser and whatever else the tests need of the system: tests/system.py. And the npm packages that
# read the API's description, and those that are versions of PostgreSQL.
system: $(STAMP)
	@$(BIN)/python -m tests.system
	@$(BIN)/python -m tests.clients.packages
	@$(BIN)/python -m tests.deploy.versions

# Measures the product beside its peers, on a quiet machine, in some 20 minutes (docs/performance.md).
bench: $(STAMP)
	$(BIN)/python -m benchmarks.peers
