"""Everything that hir-kit raises for a user to see.

    HirKitError
    ├── UsageError                    an option, a file or an argument cannot be used
    │   └── ConfigError               a training configuration cannot be used
    ├── SpecError                     a constraint as data is wrong
    │   ├── UnknownConstraintError    no verifier has this id
    │   └── KwargsError               the kwargs do not fit the verifier
    ├── RowError                      one row of a dump cannot be read
    ├── FileFormatError               a file as a whole is not what it should be
    ├── RunError                      a run that has begun cannot go on
    └── PluginError                   a plugin cannot be loaded or breaks a rule
        └── DuplicateError            an id or name is taken already

Messages say what was given, what is allowed and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class HirKitError(Exception):
    """The root of hir-kit's exceptions."""


class UsageError(HirKitError):
    """An option, a file or an argument cannot be used."""


class ConfigError(UsageError):
    """A training configuration cannot be used."""


class SpecError(HirKitError):
    """A constraint, as data, is wrong."""


class UnknownConstraintError(SpecError):
    """No verifier is registered under this constraint id."""


class KwargsError(SpecError):
    """The kwargs of a constraint do not fit its verifier."""


class RowError(HirKitError):
    """One row of a dump cannot be read; the run goes on without it."""


class FileFormatError(HirKitError):
    """A file as a whole is not in the format that was asked for."""


class RunError(HirKitError):
    """A run that has begun cannot go on, for no fault of its input."""


class PluginError(HirKitError):
    """A plugin cannot be loaded, or it breaks a rule."""


class DuplicateError(PluginError):
    """An id or a name is taken already."""


def shown(value: object, limit: int = 120) -> str:
    """Return how a value reads in a message: its `repr`, cut where it is long."""
    try:
        text = repr(value)
    except ValueError:  # an integer with more digits than Python writes out
        return f"a {type(value).__name__} too long to show"
    return text if len(text) <= limit else f"{text[: limit - 3]}..."


def near_matches(given: str, allowed: Iterable[str]) -> str:
    """Return `" Did you mean 'x' or 'y'?"`, or an empty string where nothing is near."""
    near = get_close_matches(given, list(allowed), n=3, cutoff=0.6)
    return f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
