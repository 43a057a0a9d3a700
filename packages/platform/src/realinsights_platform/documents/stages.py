"""Stages of an organization that moves from one store to another."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec


class Stage(StrEnum):
    """Stages of an organization of a service, as seen from one of two stores that it moves between."""

    ARRIVING = "arriving"  # it is being written here
    HERE = "here"  # it has come, and is written to
    LEAVING = "leaving"  # what was written last is being read
    LEFT = "left"  # it is written to elsewhere


class Standing(msgspec.Struct, frozen=True):
    """The stage of an organization, and the move that it is part of."""

    stage: Stage
    move: str


REFUSING: Final = frozenset({Stage.ARRIVING, Stage.LEAVING, Stage.LEFT})
"""The stages in which no unit of work is committed, and nothing is due."""
