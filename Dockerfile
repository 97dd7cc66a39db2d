# The requirements, from wheels whose hashes are pinned: no compiler, nothing built here.
FROM python:3.13-slim AS requirements
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements.lock /
RUN /venv/bin/python -m pip install --require-hashes --only-binary :all: -r /requirements.lock


FROM python:3.13-slim
# Production unless told otherwise: without its secrets the container refuses to start, and says
# which are missing.
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 ENVIRONMENT=prod
RUN useradd --system --no-log-init --no-create-home --uid 10001 loopin \
    # A fresh volume mounted here takes over whose it is.
    && install --directory --owner=10001 /media
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
