#!/bin/sh
# Make .venv with the first Python that Marquee can use, or say in one line what is missing.
set -u

for python in python3.12 python3 python3.13 python3.14 python; do
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    # The Redis that is brought along is for Python 3.12, and of Linux for x86_64.
    case "$version $(uname -sm)" in
        "3.12 Linux x86_64") break ;;
        "3.12 Linux "* | 3.1[3-9]*) command -v redis-server >/dev/null 2>&1 && break ;;
        3.12*) break ;;
    esac
    case "${found:-} " in *" $version "*) ;; *) found="${found:-} $version" ;; esac
    python=
done

if [ -z "${python:-}" ] || [ -z "${version:-}" ]; then
    echo "Marquee needs Python 3.12 on x86_64, or 3.12 or later and a redis-server; found:${found:- none}." >&2
    exit 1
fi
if ! words=$("$python" -m venv .venv 2>&1); then
    rm -rf .venv
    last=$(printf '%s\n' "$words" | tail -n 1)
    echo "Python $version cannot make .venv here: $last (on Debian: apt install python3-venv; else check that this folder can be written)" >&2
    exit 1
fi
