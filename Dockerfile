# By a tag, unless a digest is given: deploy/compose/pin-images.sh.
ARG PYTHON_IMAGE=python:3.13-slim

# The requirements, from wheels whose hashes are pinned: no compiler, nothing built here.
FROM ${PYTHON_IMAGE} AS requirements
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements.lock /
RUN /venv/bin/python -m pip install --require-hashes --only-binary :all: -r /requirements.lock


FROM ${PYTHON_IMAGE} AS site
# Production unless told otherwise: without its secrets the container refuses to start, and says
# which are missing.
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 ENVIRONMENT=prod
RUN useradd --system --no-log-init --no-create-home --uid 10001 loopin \
    # Fresh volumes mounted here take over whose they are.
    && install --directory --owner=10001 /media /backups
WORKDIR /app
COPY --from=requirements /venv /venv
COPY . .

# The names of static files carry hashes of their contents. The settings want secrets to load; these
# exist for this one command only. No database is contacted.
RUN DATABASE_URL=postgresql:///none MEDIA_ROOT=/media \
    SECRET_KEY="$(python -c 'import secrets; print(secrets.token_hex(32))')" \
    JWT_SECRET_KEY="$(python -c 'import secrets; print(secrets.token_hex(32))')" \
    python manage.py collectstatic --no-input

USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=4s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/api/health/ready', timeout=3)"]
CMD ["python", "manage.py", "serve", "--host", "0.0.0.0"]


# With PostgreSQL's own programs, for `manage.py backup` and `restore`: `docker build --target backup`. They
# have to be as new as the server, which Debian's are not, so they come from PostgreSQL's packages.
FROM site AS backup
ARG POSTGRES_MAJOR=18
USER 0
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates postgresql-common \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install --yes --no-install-recommends "postgresql-client-${POSTGRES_MAJOR}" \
    && rm -rf /var/lib/apt/lists/*
USER 10001
HEALTHCHECK NONE


# What `docker build .` makes.
FROM site
