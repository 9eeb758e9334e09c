"""Packages that some files need and hir-kit does without."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from hir_kit.errors import UsageError


def needed(module: str, extra: str, why: str) -> Any:
    """Import a module of an optional extra; raises UsageError saying what to install."""
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise UsageError(
            f"{why} needs the package {package} ({error}): pip install 'hir-kit[{extra}]'"
        ) from None
