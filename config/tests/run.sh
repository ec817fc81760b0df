#!/bin/sh
# The whole suite: once on SQLite with the browser, once on PostgreSQL, one coverage figure.
set -eu

"$BIN/python" config/tests/chromium.py
"$BIN/coverage" erase
"$BIN/coverage" run -m pytest -m "not postgres" "$@"
TEST_DATABASE=postgres "$BIN/coverage" run -m pytest -m "not sqlite and not browser" "$@"
"$BIN/coverage" combine --quiet
"$BIN/coverage" report
