"""Everything that hir-kit raises for a user to see.

    HirKitError
    ├── UsageError                    an option, a file or an argument cannot be used
    │   ├── ConfigError               a training configuration cannot be used
    │   └── OptionError               an option of a part (`--set`) cannot be used
    ├── SpecError                     a constraint as data is wrong
    │   ├── UnknownConstraintError    no verifier has this id
    │   └── KwargsError               the kwargs do not fit the verifier
    ├── RowError                      one row of a dump cannot be read
    ├── FileFormatError               a file as a whole is not what it should be
    ├── RunError                      a run that has begun cannot go on
    └── PluginError                   a plugin cannot be loaded or breaks a rule
        ├── DuplicateError            an id or name is taken already
        └── CrashError                a call into a plugin raised something

Messages say what was given, what is allowed and what to do.

Every call from the engine into a plugin goes through `boundary`, or, where each microsecond counts,
through `CrashError.of`. Whoever calls turns the error into what fits: an `unknown` verdict, a
refusal, a rejected row, or the end of the run.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterable
from difflib import SequenceMatcher
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any

FROM_FILE = "hir_kit_plugin_"
"""How the names of modules begin that are plugins in plain files, or lie beside one."""

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}")
_LONGEST_REASON = 300
_NEAR = 0.82  # of a name's likeness to another: a slip or two
_SHORT, _NEAR_IF_SHORT = 6, 0.65  # in a short name one slip is much
_AS_NEAR = 0.1  # of what is shown beside the nearest


class HirKitError(Exception):
    """The root of hir-kit's exceptions."""


class UsageError(HirKitError):
    """An option, a file or an argument cannot be used."""


class ConfigError(UsageError):
    """A training configuration cannot be used."""


class OptionError(UsageError):
    """An option of a part cannot be used: `--set NAME.key=value`."""


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


class CrashError(PluginError):
    """A call into a plugin raised something that is no error of hir-kit, or did not come to an end.

    Attributes:
        reason: What raised what, on one line that is the same in every process.
    """

    reason: str = ""

    @classmethod
    def of(cls, part: object, what: str, error: BaseException, at: object = None) -> CrashError:
        """Return the error that names the plugin, the call, what it raised, where, and the row.

        Args:
            part: The plugin's own object or function, by which its file or package is known.
            what: What was called, such as "the rewriter 'x': rewrite()".
            error: What it raised.
            at: The row it was called for, if there is one.
        """
        row = "" if at is None else f", at {at}"
        reason = _raised(what, error)
        crash = cls(f"{_plugin_of(part)}: {reason}{_where(error)}{row}")
        crash.reason = reason
        return crash

    @classmethod
    def late(cls, part: object, what: str, late: BaseException, at: object = None) -> CrashError:
        """Return the error that names the plugin, the call, its time limit, and the row."""
        row = "" if at is None else f", at {at}"
        crash = cls(f"{_plugin_of(part)}: {what} {late}{row}")
        crash.reason = f"{what} {late}"
        return crash


class boundary:  # noqa: N801  # reads as `with boundary(...):`
    """A `with` block around a call into a plugin; the arguments are those of `CrashError.of`.

    Errors of hir-kit pass, for they are what a plugin says by rule. Any other exception, and
    SystemExit, is raised as a CrashError. KeyboardInterrupt and the like pass.
    """

    __slots__ = ("_at", "_part", "_what")

    def __init__(self, part: object, what: str, at: object = None) -> None:
        self._part, self._what, self._at = part, what, at

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, (Exception, SystemExit)) and not isinstance(error, HirKitError):
            raise CrashError.of(self._part, self._what, error, self._at) from error


def shown(value: object, limit: int = 120) -> str:
    """Return how a value reads in a message: its `repr`, cut where it is long."""
    try:
        text = repr(value)
    except ValueError:  # an integer with more digits than Python writes out
        return f"a {type(value).__name__} too long to show"
    return text if len(text) <= limit else f"{text[: limit - 3]}..."


def near_matches(given: str, allowed: Iterable[str]) -> str:
    """Return `" Did you mean 'x' or 'y'?"`, or an empty string where nothing is near.

    Near is what differs by a slip of the pen. A namespace that both have says nothing, and what is
    farther away than another is left out.
    """
    scored = [(_likeness(given, name), name) for name in allowed]
    best = max((score for score, _ in scored), default=0.0)
    scored = [one for one in scored if one[0] and one[0] >= best - _AS_NEAR]
    near = [name for _, name in sorted(scored, key=lambda one: -one[0])][:3]
    return f" Did you mean {' or '.join(map(repr, near))}?" if near else ""


def _likeness(one: str, other: str) -> float:
    """Return up to 1 how alike two names are, without regard to case; 0 where they are not near."""
    one, other = one.lower(), other.lower()
    space, colon, rest = one.partition(":")
    if colon and other.startswith(f"{space}:"):
        one, other = rest, other[len(space) + 1 :]
    least = _NEAR if min(len(one), len(other)) > _SHORT else _NEAR_IF_SHORT
    matcher = SequenceMatcher(None, one, other)
    if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
        return 0.0
    return ratio if (ratio := matcher.ratio()) >= least else 0.0


def needed(module: str, extra: str, why: str) -> Any:
    """Import a module of an optional extra; raises UsageError saying what to install."""
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise UsageError(
            f"{why} needs the package {package} ({error}): pip install 'hir-kit[{extra}]'"
        ) from None


def _raised(what: str, error: BaseException) -> str:
    """Return on one line what raised what, without what differs from process to process."""
    try:
        message = " ".join(str(error).split())
    except Exception as second:
        message = f"(its message raised {type(second).__name__})"
    said = f"{what} raised {type(error).__name__}" + (f": {message}" if message else "")
    return _ADDRESS.sub("0x...", said[:_LONGEST_REASON])


def _plugin_of(part: object) -> str:
    """Return the file name of a plugin that is one file, the package of any other."""
    part = getattr(part, "func", part)  # of a partial
    named = part if hasattr(part, "__qualname__") else type(part)
    module = str(getattr(named, "__module__", ""))
    file = getattr(sys.modules.get(module), "__file__", None)
    return (
        Path(file).name
        if file and ("." not in module or module.startswith(FROM_FILE))
        else module.partition(".")[0]
    )


def explained(error: BaseException) -> str:
    """Return on one line what went wrong in the code of a plugin, and where in that code."""
    if isinstance(error, HirKitError):
        return str(error)
    return f"{type(error).__name__}: {' '.join(str(error).split())}{_where(error)}"


def _where(error: BaseException) -> str:
    """Return the place in the plugin's own code, for whoever is writing it."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    theirs = [frame for frame in frames if not _is_machinery(frame.filename)]
    return f" ({Path(theirs[-1].filename).name}:{theirs[-1].lineno})" if theirs else ""


def _is_machinery(file: str) -> bool:
    """Return whether a frame is of Python's import, of hir-kit, or of what calls its hooks."""
    ours = (str(Path(importlib.__file__).parent), str(Path(__file__).parent))
    return file.startswith(("<frozen", *ours)) or Path(file).parent.name == "pluggy"
