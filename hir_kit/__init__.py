"""Verify instruction-following rollouts, turn failures into replays, train on them.

The names below are the public interface; everything else may change. They are imported on first
use, so that `import hir_kit` and `hir-kit --help` stay fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from hir_kit._version import __version__

if TYPE_CHECKING:
    from pydantic import NonNegativeInt, PositiveInt

    from hir_kit.errors import (
        ConfigError,
        CrashError,
        DuplicateError,
        FileFormatError,
        HirKitError,
        KwargsError,
        OptionError,
        PluginError,
        RowError,
        SpecError,
        UnknownConstraintError,
        UsageError,
    )
    from hir_kit.model.constraint import ConstraintSpec
    from hir_kit.model.rollout import Group, Rollout
    from hir_kit.model.verdict import Status, Verdict, counted, unknown
    from hir_kit.plugins.hooks import hookimpl
    from hir_kit.plugins.kit import Kit, LoadedPlugin, Rewritten
    from hir_kit.plugins.loading import load
    from hir_kit.relabel.engine import Relabelled, RelabelOptions, Replay, relabel_group
    from hir_kit.time_limit import loading
    from hir_kit.verify.checker import Checked, Checker, CheckOptions
    from hir_kit.verify.registry import Registry
    from hir_kit.verify.response import Response
    from hir_kit.verify.verifier import Case, Relation, Verifier, fails, passes, verifier

_HOMES = {
    "hir_kit.verify.checker": ("CheckOptions", "Checked", "Checker"),
    "hir_kit.errors": (
        "ConfigError",
        "CrashError",
        "DuplicateError",
        "FileFormatError",
        "HirKitError",
        "KwargsError",
        "OptionError",
        "PluginError",
        "RowError",
        "SpecError",
        "UnknownConstraintError",
        "UsageError",
    ),
    "hir_kit.plugins.hooks": ("hookimpl",),
    "hir_kit.plugins.kit": ("Kit", "LoadedPlugin", "Rewritten"),
    "hir_kit.plugins.loading": ("load",),
    "hir_kit.verify.registry": ("Registry",),
    "hir_kit.relabel.engine": ("RelabelOptions", "Relabelled", "Replay", "relabel_group"),
    "hir_kit.verify.response": ("Response",),
    "hir_kit.model.rollout": ("Group", "Rollout"),
    "hir_kit.model.constraint": ("ConstraintSpec",),
    "hir_kit.time_limit": ("loading",),
    "hir_kit.model.verdict": ("Status", "Verdict", "counted", "unknown"),
    "hir_kit.verify.verifier": ("Case", "Relation", "Verifier", "fails", "passes", "verifier"),
    "pydantic": ("NonNegativeInt", "PositiveInt"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [  # plain sorted order, which the test compares
    "Case",
    "CheckOptions",
    "Checked",
    "Checker",
    "ConfigError",
    "ConstraintSpec",
    "CrashError",
    "DuplicateError",
    "FileFormatError",
    "Group",
    "HirKitError",
    "Kit",
    "KwargsError",
    "LoadedPlugin",
    "NonNegativeInt",
    "OptionError",
    "PluginError",
    "PositiveInt",
    "Registry",
    "RelabelOptions",
    "Relabelled",
    "Relation",
    "Replay",
    "Response",
    "Rewritten",
    "Rollout",
    "RowError",
    "SpecError",
    "Status",
    "UnknownConstraintError",
    "UsageError",
    "Verdict",
    "Verifier",
    "__version__",
    "counted",
    "fails",
    "hookimpl",
    "load",
    "loading",
    "passes",
    "relabel_group",
    "unknown",
    "verifier",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'hir_kit' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOME_OF[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
