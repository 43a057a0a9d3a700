from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from realinsights_platform.secret import Secret, read_or_create_secret


class TestTheSecretsFile:
    def test_is_made_once_for_its_owner_only(self, tmp_path):
        path = tmp_path / "data" / "secret"
        first = read_or_create_secret(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert read_or_create_secret(path).key("x") == first.key("x")
        assert [file.name for file in path.parent.iterdir()] == ["secret"]

    def test_is_the_same_for_all_who_make_it_at_once(self, tmp_path):
        with ThreadPoolExecutor(8) as threads:
            secrets = list(threads.map(lambda _: read_or_create_secret(tmp_path / "secret"), range(8)))
        assert len({secret.key("x") for secret in secrets}) == 1

    def test_that_others_can_read_is_refused_with_what_to_do(self, tmp_path):
        path = tmp_path / "secret"
        read_or_create_secret(path)
        path.chmod(0o644)
        with pytest.raises(PermissionError, match="chmod 600"):
            read_or_create_secret(path)


class TestTheSecret:
    def test_gives_each_purpose_a_key_of_its_own(self):
        secret = Secret(b"s" * 32)
        assert secret.key("one") != secret.key("two")
        assert len(secret.key("one")) == 32

    def test_shows_itself_to_nobody(self):
        assert "s" * 8 not in repr(Secret(b"s" * 32))

    def test_must_be_long_enough(self):
        with pytest.raises(ValueError, match="at least 32"):
            Secret(b"short")
