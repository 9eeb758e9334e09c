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

    from hir_kit.checking import Checked, Checker, CheckOptions
    from hir_kit.errors import (
        ConfigError,
        DuplicateError,
        FileFormatError,
        HirKitError,
        KwargsError,
        PluginError,
        RowError,
        SpecError,
        UnknownConstraintError,
        UsageError,
    )
    from hir_kit.hookspecs import hookimpl
    from hir_kit.plugins import Kit, LoadedPlugin, load
    from hir_kit.registry import Registry
    from hir_kit.relabel import Relabelled, RelabelOptions, Replay, relabel_group
    from hir_kit.responses import Response
    from hir_kit.rollouts import Group, Rollout
    from hir_kit.specs import ConstraintSpec
    from hir_kit.time_limits import loading
    from hir_kit.verdicts import Status, Verdict, counted, unknown
    from hir_kit.verifiers import Case, Relation, Verifier, fails, passes, verifier

_HOMES = {
    "hir_kit.checking": ("CheckOptions", "Checked", "Checker"),
    "hir_kit.errors": (
        "ConfigError",
        "DuplicateError",
        "FileFormatError",
        "HirKitError",
        "KwargsError",
        "PluginError",
        "RowError",
        "SpecError",
        "UnknownConstraintError",
        "UsageError",
    ),
    "hir_kit.hookspecs": ("hookimpl",),
    "hir_kit.plugins": ("Kit", "LoadedPlugin", "load"),
    "hir_kit.registry": ("Registry",),
    "hir_kit.relabel": ("RelabelOptions", "Relabelled", "Replay", "relabel_group"),
    "hir_kit.responses": ("Response",),
    "hir_kit.rollouts": ("Group", "Rollout"),
    "hir_kit.specs": ("ConstraintSpec",),
    "hir_kit.time_limits": ("loading",),
    "hir_kit.verdicts": ("Status", "Verdict", "counted", "unknown"),
    "hir_kit.verifiers": ("Case", "Relation", "Verifier", "fails", "passes", "verifier"),
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
    "DuplicateError",
    "FileFormatError",
    "Group",
    "HirKitError",
    "Kit",
    "KwargsError",
    "LoadedPlugin",
    "NonNegativeInt",
    "PluginError",
    "PositiveInt",
    "Registry",
    "RelabelOptions",
    "Relabelled",
    "Relation",
    "Replay",
    "Response",
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
