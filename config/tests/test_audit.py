"""The audit of dependencies, asked of a service of ours over a real socket."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from config.tests import audit
from config.tests.running import free_port

VULNERABLE = {
    "vulns": [
        {
            "id": "PYSEC-2026-1",
            "summary": "It runs what it is given.",
            "affected": [
                {
                    "package": {"name": "sample", "ecosystem": "PyPI"},
                    "ranges": [{"type": "ECOSYSTEM", "events": [{"fixed": "1.1"}]}],
                }
            ],
        }
    ]
}


class Service(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        known = VULNERABLE if asked["package"]["name"] == "sample" else {}
        answer = json.dumps(known).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def audited(tmp_path, url: str, *packages: str) -> int:
    lock = tmp_path / "a.lock"
    lines = (f"{package}==1.0 --hash=sha256:{'0' * 64}\n" for package in packages)
    lock.write_text("".join(lines))
    options = ["--vulnerability-service", "osv", "--osv-url", url, "--cache-dir", str(tmp_path)]
    return audit.main(options, lock=str(lock))


def test_a_known_vulnerability_fails_and_is_named(tmp_path, service, capsys):
    assert audited(tmp_path, service, "sample", "harmless") == 1

    said = capsys.readouterr().out
    assert "sample 1.0 has PYSEC-2026-1, mended in 1.1" in said
    assert "packages checked: 2, known vulnerabilities: 1" in said


def test_whoever_is_offline_is_told_that_nothing_was_checked(tmp_path, capsys):
    assert audited(tmp_path, f"http://127.0.0.1:{free_port()}/", "sample") == 0
    assert "NOTHING WAS CHECKED, nobody could be asked" in capsys.readouterr().out


def test_a_lock_that_cannot_be_read_fails():
    assert audit._verdict("", "ERROR:pip_audit._cli:no such file\n") == (
        ["ERROR:pip_audit._cli:no such file"],
        1,
    )


def test_packages_of_which_the_registry_knows_nothing_are_said():
    unknown = {"name": "private", "skip_reason": "not found"}
    known = {"name": "known", "version": "1", "vulns": []}

    nothing, failed = audit._verdict(json.dumps({"dependencies": [unknown]}), "")
    assert nothing == ["NOTHING WAS CHECKED, the registry knows nothing of 1 packages"]
    assert not failed

    partly, failed = audit._verdict(json.dumps({"dependencies": [unknown, known]}), "")
    assert partly[0] == "the registry knows nothing of private"
    assert not failed
