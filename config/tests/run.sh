#!/bin/sh
# The whole suite on SQLite and, as far as it asks a database, on PostgreSQL, and one coverage
# figure, in three streams: the dashboard on SQLite; PostgreSQL; the others on SQLite, and then what
# waits for other processes, more than it works. What needs one database alone, whole systems and
# the browser among it, follows file by file, in whichever stream is free. Arguments go to pytest.
set -eu

# Or each start, of workers too, would translate every module and test anew.
unset PYTHONDONTWRITEBYTECODE
"$BIN/python" config/tests/chromium.py
"$BIN/coverage" erase
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

files=$(grep -rlE 'mark\.sqlite' --include='test_*.py' config dashboard movies notifications)
for word in "$@"; do
    # Whoever names a path wants nothing else.
    [ ! -e "${word%%::*}" ] || files=$word
done

pytest() {
    # 5: none of its tests was asked for.
    "$BIN/python" config/tests/watch.py "$@" || [ $? -eq 5 ]
}

follow() {
    left=0
    for file in $files; do
        # Only one of the streams can make the folder.
        if mkdir "$folder/$(basename "$file")" 2>/dev/null; then
            pytest -m sqlite "$file" "$@" || left=1
        fi
    done
    return "$left"
}

(
    failed=0
    PARTS="dashboard others" TEST_DATABASE=postgres pytest -m "not sqlite" "$@" || failed=1
    follow "$@" || failed=1
    exit "$failed"
) >"$folder/postgres" 2>&1 &
second=$!
(
    failed=0
    PARTS=others pytest -m "not sqlite" "$@" || failed=1
    PARTS=waiting pytest -m "not sqlite" "$@" || failed=1
    PARTS=waiting TEST_DATABASE=postgres pytest -m "not sqlite" "$@" || failed=1
    follow "$@" || failed=1
    exit "$failed"
) >"$folder/others" 2>&1 &
third=$!
status=0
echo "The dashboard on SQLite:"
PARTS=dashboard pytest -m "not sqlite" "$@" || status=1
follow "$@" || status=1
wait "$second" || status=1
wait "$third" || status=1
echo "On PostgreSQL:"
cat "$folder/postgres"
echo "The others on SQLite, and what waits for other processes on both:"
cat "$folder/others"
[ "$status" -eq 0 ] || exit 1

"$BIN/coverage" combine --quiet
"$BIN/coverage" report
