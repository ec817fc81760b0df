"""`python -m config.tests.audit`: say whether anything that is locked is known to be vulnerable.

Exit status: 1 if something is, or if it could not be read what is locked; else 0, also where nobody
can be asked: a developer may be offline. Options are handed on to pip-audit.
"""

import json
import subprocess
import sys

LOCK = "requirements.lock"
# What pip-audit ends with when it reached nobody.
UNREACHABLE = ("ConnectionError", "ConnectTimeout", "ReadTimeout", "ServiceError", "ProxyError")


def main(options: list[str], lock: str = LOCK) -> int:
    reading = ["--require-hashes", "--disable-pip", "--requirement", lock]
    done = subprocess.run(
        [sys.executable, "-m", "pip_audit", *reading, "--format", "json", *options],
        capture_output=True,
        text=True,
        check=False,
    )
    words, status = _verdict(done.stdout, done.stderr)
    sys.stdout.write("".join(f"audit: {line}\n" for line in words))
    return status


def _verdict(answer: str, errors: str) -> tuple[list[str], int]:
    """Return what is to be said, line by line, and the exit status."""
    if not answer:
        last = (errors.strip().splitlines() or ["pip-audit said nothing"])[-1]
        if any(name in last for name in UNREACHABLE):
            return ["NOTHING WAS CHECKED, nobody could be asked"], 0
        return [last], 1
    dependencies = json.loads(answer)["dependencies"]
    skipped = [one["name"] for one in dependencies if "skip_reason" in one]
    checked = [one for one in dependencies if "skip_reason" not in one]
    if not checked:
        return [f"NOTHING WAS CHECKED, the registry knows nothing of {len(skipped)} packages"], 0
    found = [
        f"{one['name']} {one['version']} has {flaw['id']}, "
        f"mended in {', '.join(flaw['fix_versions']) or 'no version yet'}"
        for one in checked
        for flaw in one["vulns"]
    ]
    unknown = [f"the registry knows nothing of {', '.join(skipped)}"] if skipped else []
    summary = f"packages checked: {len(checked)}, known vulnerabilities: {len(found)}"
    return [*found, *unknown, summary], 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
