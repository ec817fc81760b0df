#!/bin/sh
# The long forms of what the suite runs in short, each on SQLite and on PostgreSQL. SEED, if set, is
# that of each.
set -u

status=0
beside() {
    "$BIN/python" -m config.tests.serving "$BIN/python" "$@" || status=1
}

for database in sqlite postgres; do
    export TEST_DATABASE="$database"
    for ambiguous in resend hold; do
        echo "Chaos on $database:"
        # shellcheck disable=SC2086 - no seed is no words
        beside -m notifications.tests.chaos --ambiguous "$ambiguous" ${SEED:+--seed $SEED}
    done
    echo "Longer than in the suite, on $database:"
    # shellcheck disable=SC2046 - a word a file
    LONG=1 "$BIN/python" -m pytest --quiet $(grep -rl IS_LONG --include='test_*.py' \
        config dashboard movies notifications) || status=1
    echo "Re-fills on $database:"
    beside -m movies.tests.chaos
done
echo "What the documents say:"
"$BIN/python" -m config.tests.documented || status=1
echo "Visitors and staff at once, on PostgreSQL:"
TEST_DATABASE=postgres "$BIN/python" -m config.tests.load || status=1
unset TEST_DATABASE
echo "What the first page weighs, without its styles and scripts compressed:"
"$BIN/python" -m pytest --quiet -rP -k weighs config/tests/test_every_page.py || status=1
exit "$status"
