#!/bin/sh
# Writes .env, in which the images of others are pinned by their digests: what runs is then what was
# tried, until this is run again. Needs Docker with buildx, and the registry.
set -eu
cd "$(dirname "$0")"
touch .env
for pair in PYTHON_IMAGE=python:3.13-slim POSTGRES_IMAGE=postgres:18 CADDY_IMAGE=caddy:2; do
    name=${pair%%=*} image=${pair#*=}
    digest=$(docker buildx imagetools inspect "$image" --format '{{.Manifest.Digest}}')
    sed -i "/^$name=/d" .env
    echo "$name=$image@$digest" | tee -a .env
done
