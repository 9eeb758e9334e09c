"""Looks at a function without running it: what it is, what it needs, why it had better not run.

This is no boundary: it saves a start, and gives a reason in words.
"""

from __future__ import annotations

import ast
import hashlib
import warnings
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import lru_cache

from hir_kit import SpecError
from hir_plugin_code.modules import PACKAGES, STANDARD

NAMES = ("check_following", "evaluate")
"""What the data call their functions: VerInstruct and HIR-16K, then AutoIF."""

_LONGEST = 20_000  # characters
_HASH_LETTERS = 12
_LONGEST_NAME = 40  # characters that are shown
_JUDGES = frozenset(("llm_call", "llm_score"))
_CHANCE = frozenset(("random", "secrets"))
_NEVER = frozenset(("__import__", "breakpoint", "exit", "help", "input", "open", "quit"))
_TIMELESS = frozenset(("mktime", "strptime", "struct_time"))
"""What in the module `time` says the same at any time."""

_CHANGING = frozenset(("getnode", "now", "today", "utcnow", "uuid1", "uuid4"))
_DOORS = (
    "_os _sys builtins ctypes environ f_back f_builtins f_globals f_locals gi_frame importlib "
    "modules os posix signal socket subprocess sys tb_frame threading"
)
_OPEN_DUNDERS = (
    "__abs__ __add__ __and__ __annotations__ __bool__ __call__ __class__ __contains__ __doc__ "
    "__enter__ __eq__ __exit__ __float__ __future__ __ge__ __getitem__ __gt__ __hash__ __init__ "
    "__int__ __iter__ __le__ __len__ __lt__ __main__ __mul__ __name__ __ne__ __new__ __next__ "
    "__post_init__ __qualname__ __repr__ __setitem__ __str__ __sub__"
)
_IS_DOOR = frozenset(_DOORS.split())
_IS_OPEN = frozenset(_OPEN_DUNDERS.split())


@dataclass(frozen=True)
class Function:
    """What is known of a function before it runs.

    Attributes:
        name: What it is called; empty where it is refused.
        takes: How many arguments it takes: the response, or the instruction and the response.
        reads_instruction: Whether it looks at the instruction.
        packages: What it imports beside the standard library, in order.
        refused: Why it is not run; None where it may be.
    """

    name: str = ""
    takes: int = 1
    reads_instruction: bool = False
    packages: tuple[str, ...] = ()
    refused: str | None = None


def digest(source: str) -> str:
    """Return the beginning of the SHA-256 of a source, by which it is named."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_LETTERS]


class _RefusedError(SpecError):
    """A source that is not run; the text says why."""


@lru_cache(maxsize=4096)
def classified(source: str, name: str | None, takes: int | None) -> Function:
    """Return what is known of a function.

    Args:
        source: The Python that defines it.
        name: What it is called; None: one of NAMES, or else the only one.
        takes: How many arguments it takes; None: as many as it names.
    """
    try:
        tree = _parsed(source)
        clocks = set(_called(tree, "time"))
        for node in ast.walk(tree):
            _refuse(node, clocks)
        function = _found(tree, name)
        count = takes or _count(function)
        return Function(
            function.name,
            count,
            count == 2 and _reads_first(function),
            tuple(sorted(set(_imported(tree)) & PACKAGES)),
        )
    except _RefusedError as why:
        return Function(refused=str(why))


def _parsed(source: str) -> ast.Module:
    if len(source) > _LONGEST:
        raise _RefusedError(f"is longer than {_LONGEST} characters")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # such as for "\\d"
        try:
            return ast.parse(source)
        except SyntaxError as error:
            where = f" (line {error.lineno})" if error.lineno else f" ({error.msg})"
            raise _RefusedError(f"is no Python{where}") from None
        except (ValueError, RecursionError, MemoryError) as error:
            raise _RefusedError(f"cannot be parsed ({type(error).__name__})") from None


def _refuse(node: ast.AST, clocks: Set[str]) -> None:
    """Raise _RefusedError where a piece of code asks for more than computing.

    Args:
        node: The piece of code.
        clocks: The names under which the module `time` is known.
    """
    for module in _modules_of(node):
        if module in _JUDGES:
            raise _RefusedError(f"imports {module}: it asks a model, which is for a judge")
        if module in _CHANCE:
            raise _RefusedError(f"imports {module}: what it says would be left to chance")
        if module not in STANDARD | PACKAGES:
            raise _RefusedError(f"imports {module[:_LONGEST_NAME]}, which such code may not")
    for name in _names_of(node):
        if name in _JUDGES:
            raise _RefusedError(f"calls {name}: it asks a model, which is for a judge")
        if name.startswith("__") and name.endswith("__") and name not in _IS_OPEN:
            raise _RefusedError(f"uses {name[:_LONGEST_NAME]}, which reaches into the interpreter")
    if isinstance(node, ast.Name) and node.id in _NEVER:
        raise _RefusedError(f"uses {node.id}, which such code may not")
    if isinstance(node, ast.Attribute) and node.attr in _IS_DOOR:
        raise _RefusedError(f"uses .{node.attr}, which reaches into the interpreter")
    if _asks_clock(node, clocks):
        raise _RefusedError("asks the clock or the machine: what it says would change")


def _names_of(node: ast.AST) -> Iterator[str]:
    """Yield the names that a piece of code uses or imports, but not the one it defines."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.ImportFrom):
        yield from (alias.name for alias in node.names)


def _modules_of(node: ast.AST) -> Iterator[str]:
    """Yield the top-level modules that a piece of code imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name.split(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield "." if node.level else str(node.module).split(".")[0]


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        yield from _modules_of(node)


def _called(tree: ast.Module, module: str) -> Iterator[str]:
    """Yield the names that a module is imported as."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.asname or one.name for one in node.names if one.name == module)


def _asks_clock(node: ast.AST, clocks: Set[str]) -> bool:
    if isinstance(node, ast.ImportFrom):
        names = {alias.name for alias in node.names}
        return bool(names - _TIMELESS) if node.module == "time" else bool(names & _CHANGING)
    if not isinstance(node, ast.Attribute):
        return False
    is_clock = isinstance(node.value, ast.Name) and node.value.id in clocks
    return node.attr in _CHANGING or (is_clock and node.attr not in _TIMELESS)


def _found(tree: ast.Module, name: str | None) -> ast.FunctionDef:
    """Return the function that decides; raises _RefusedError where none or many could be it."""
    defined = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    wanted = NAMES if name is None else (name,)
    for one in wanted:
        if one in defined:
            return defined[one]
    if name is not None:
        raise _RefusedError(f"defines no function {name[:_LONGEST_NAME]!r}")
    if len(defined) != 1:
        raise _RefusedError(f"defines no function {' or '.join(NAMES)}")
    return next(iter(defined.values()))


def _count(function: ast.FunctionDef) -> int:
    """Return how many arguments a function takes: those that it cannot do without."""
    given = function.args
    named = len(given.posonlyargs) + len(given.args)
    needed = named - len(given.defaults)
    count = needed or min(named, 1)
    if count not in (1, 2) or any(one is None for one in given.kw_defaults):
        raise _RefusedError(
            f"has a function {function.name[:_LONGEST_NAME]!r} of {count} arguments, not of the "
            "response or the instruction and the response"
        )
    return count


def _reads_first(function: ast.FunctionDef) -> bool:
    """Return whether a function uses its first argument."""
    named = [*function.args.posonlyargs, *function.args.args]
    if not named:
        return True  # it takes what comes
    first = named[0].arg
    return any(isinstance(node, ast.Name) and node.id == first for node in ast.walk(function))
