#!/bin/sh
# Make .venv with the first Python that Marquee can use, or say in one line what is missing.
set -u

for python in python3.12 python3 python3.13 python3.14 python; do
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    case "$version" in
        3.12) break ;;
        3.1[3-9]) command -v redis-server >/dev/null 2>&1 && break ;;
    esac
    found="${found:-} $version"
    python=
done

if [ -z "${python:-}" ] || [ -z "${version:-}" ]; then
    echo "Marquee needs Python 3.12, or a later one and a redis-server; found:${found:- none}." >&2
    exit 1
fi
if ! "$python" -m venv .venv 2>/tmp/marquee-venv.$$; then
    rm -rf .venv
    echo "Python $version cannot make .venv here: $(tail -n 1 /tmp/marquee-venv.$$) (on Debian: apt install python3-venv; else check that this folder can be written)" >&2
    rm -f /tmp/marquee-venv.$$
    exit 1
fi
rm -f /tmp/marquee-venv.$$
