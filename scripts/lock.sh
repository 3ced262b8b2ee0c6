#!/usr/bin/env bash
# Make locks/*.lock anew from pyproject.toml: hashes for every platform, no host name. Options go to uv (--upgrade).
set -euo pipefail
cd "$(dirname "$0")/.."
uv=.tools/bin/uv
if [ ! -x "$uv" ]; then
    "${PYTHON:-python3}" -m venv .tools
    .tools/bin/python -m pip --disable-pip-version-check --quiet install uv==0.13.9
fi
compile() {
    "$uv" pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
        pyproject.toml "${@:2}" -o "locks/$1.lock"
}
compile run --extra build "$@"
compile batch --extra build --extra batch "$@"
compile test --extra build --extra batch --extra test "$@"
compile bench --extra build --extra batch --extra bench "$@"
"$uv" pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
    --group attack "$@" -o locks/attack.lock
