#!/bin/sh
# The whole suite on SQLite and, as far as it asks a database, on PostgreSQL, a core each, and one
# coverage figure. What needs one database alone, whole systems and the browser among it, follows
# whichever is done first.
# Arguments go to pytest.
set -eu

"$BIN/python" config/tests/chromium.py
"$BIN/coverage" erase
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

pytest() {
    "$BIN/coverage" run -m pytest "$@"
}

follow() {
    # Only one of the two can make the folder.
    if mkdir "$folder/taken" 2>/dev/null; then
        echo "Then whole systems and the browser:"
        pytest -m sqlite "$@"
    fi
}

(
    failed=0
    TEST_DATABASE=postgres pytest -m "not sqlite" "$@" || failed=1
    follow "$@" || failed=1
    exit "$failed"
) >"$folder/words" 2>&1 &
second=$!
status=0
echo "On SQLite:"
pytest -m "not sqlite" "$@" || status=1
follow "$@" || status=1
wait "$second" || status=1
echo "On PostgreSQL:"
cat "$folder/words"
[ "$status" -eq 0 ] || exit 1

"$BIN/coverage" combine --quiet
"$BIN/coverage" report
