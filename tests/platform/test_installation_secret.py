from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from realinsights_platform.secret import (
    NoSecret,
    Secret,
    create_secret,
    open_secret,
    read_or_create_secret,
    read_secret,
)


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
        with pytest.raises(NoSecret, match="chmod 600"):
            read_or_create_secret(path)

    @pytest.mark.parametrize(("mode", "accepted"), [(0o400, True), (0o440, True), (0o600, True), (0o640, False),
                                                    (0o460, False), (0o444, False), (0o604, False)])  # fmt: skip
    def test_may_be_read_by_a_group_where_nobody_may_write_it(self, tmp_path, mode, accepted):
        path = tmp_path / "secret"
        assert create_secret(path)
        path.chmod(mode)
        if accepted:
            read_secret(path)
        else:
            with pytest.raises(NoSecret):
                read_secret(path)

    @pytest.mark.parametrize("text", ["", "not hexadecimal", "00" * 31, "\u00e9"])
    def test_that_holds_no_secret_is_refused_with_what_to_do(self, tmp_path, text):
        path = tmp_path / "secret"
        path.write_text(text)
        path.chmod(0o600)
        with pytest.raises(NoSecret, match="realinsights secret create"):
            read_secret(path)


class TestWhereSeveralProcessesShareOne:
    def test_it_comes_from_the_environment(self):
        opened = open_secret("environment://SEALED", environment={"SEALED": "5e" * 32}, create=False)
        assert opened.key("x") == Secret(b"\x5e" * 32).key("x")

    @pytest.mark.parametrize("create", [False, True])
    @pytest.mark.parametrize("environment", [{}, {"SEALED": ""}])
    def test_the_environment_must_hold_it(self, environment, create):
        with pytest.raises(NoSecret, match="Set SEALED"):
            open_secret("environment://SEALED", environment=environment, create=create)

    def test_it_comes_from_a_file_that_is_never_made(self, tmp_path):
        url = f"file://{tmp_path}/secret"
        with pytest.raises(NoSecret, match="Mount it there"):
            open_secret(url, environment={}, create=False)
        assert not list(tmp_path.iterdir())
        create_secret(tmp_path / "secret")
        again = open_secret(url, environment={}, create=False)
        assert again.key("x") == open_secret(url, environment={}, create=True).key("x")

    def test_another_place_is_none(self):
        with pytest.raises(NoSecret, match="environment://NAME"):
            open_secret("/run/secret", environment={}, create=True)


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
