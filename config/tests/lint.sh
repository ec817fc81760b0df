#!/bin/sh
# Every check that needs no running system, the quick ones first.
set -eu

VAR_DIR=$(mktemp -d)
export VAR_DIR
trap 'rm -rf "$VAR_DIR"' EXIT

"$BIN/ruff" check --quiet .
"$BIN/ruff" format --quiet --check .
"$BIN/djhtml" --tabwidth 2 --check templates
git ls-files 'templates/*.html' | xargs "$BIN/djade" --check --target-version 5.2
"$BIN/lint-imports" --no-cache
"$BIN/python" manage.py makemigrations --check --dry-run
ENVIRONMENT=production SECRET_KEY="$(head -c 64 /dev/urandom | base64 | tr -d '\n')" \
    ALLOWED_HOSTS=marquee.example ADMINS="Ada <ada@marquee.example>" OMDB_API_KEY=unused \
    EMAIL_URL=smtp://mail.marquee.example REDIS_URL=redis://127.0.0.1 \
    "$BIN/python" manage.py check --deploy --fail-level WARNING
"$BIN/mypy" --no-error-summary config dashboard movies notifications
for name in requirements requirements-dev; do
    cp "$name.lock" "$VAR_DIR/$name.lock"
done
for name in requirements requirements-dev; do
    constraint=$([ "$name" = requirements ] || echo "-c requirements.lock")
    # shellcheck disable=SC2086 - the constraint is two words or none
    "$BIN/uv" pip compile --quiet --universal --python-version 3.12 --generate-hashes \
        "$name.txt" $constraint -o "$VAR_DIR/$name.lock" --no-header
    if ! grep -v '^#' "$name.lock" | cmp -s - "$VAR_DIR/$name.lock"; then
        echo "$name.lock is out of step with $name.txt: run make lock" >&2
        exit 1
    fi
done
"$BIN/python" -m config.tests.audit
echo "lint: all checks passed"
