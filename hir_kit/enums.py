"""Enums whose members are the words that stand in data files."""

from __future__ import annotations

from enum import Enum


class Word(str, Enum):
    """A string enum that prints, formats and compares as its value in every Python version."""

    def __str__(self) -> str:
        return str(self.value)
