#!/bin/sh
# The whole suite, on SQLite with the browser and on PostgreSQL at the same time: a core each,
# and one coverage figure. Arguments go to pytest.
set -eu

"$BIN/python" config/tests/chromium.py
"$BIN/coverage" erase
words=$(mktemp)
trap 'rm -f "$words"' EXIT

TEST_DATABASE=postgres "$BIN/coverage" run -m pytest -m "not sqlite and not browser" "$@" \
    >"$words" 2>&1 &
postgres=$!
status=0
echo "On SQLite:"
"$BIN/coverage" run -m pytest -m "not postgres" "$@" || status=1
wait "$postgres" || status=1
echo "On PostgreSQL:"
cat "$words"
[ "$status" -eq 0 ] || exit 1

"$BIN/coverage" combine --quiet
"$BIN/coverage" report
