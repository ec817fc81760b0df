#!/bin/sh
# The whole suite on SQLite and on PostgreSQL, a core each, and one coverage figure. What needs
# one database alone, whole systems and the browser among it, follows the shorter of the two.
# Arguments go to pytest.
set -eu

"$BIN/python" config/tests/chromium.py
"$BIN/coverage" erase
words=$(mktemp)
trap 'rm -f "$words"' EXIT

pytest() {
    "$BIN/coverage" run -m pytest "$@"
}

(
    failed=0
    TEST_DATABASE=postgres pytest -m "not sqlite" "$@" || failed=1
    pytest -m sqlite "$@" || failed=1
    exit "$failed"
) >"$words" 2>&1 &
second=$!
status=0
echo "On SQLite:"
pytest -m "not sqlite" "$@" || status=1
wait "$second" || status=1
echo "On PostgreSQL, then whole systems and the browser:"
cat "$words"
[ "$status" -eq 0 ] || exit 1

"$BIN/coverage" combine --quiet
"$BIN/coverage" report
