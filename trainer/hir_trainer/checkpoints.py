"""What transformers says of a checkpoint that it loads, without what is no fault of it."""

from __future__ import annotations

from collections import defaultdict
from types import SimpleNamespace
from typing import Any


def leave_tied_out(trainer: Any) -> None:
    """Let a trainer warn of no missing weights that are tied to one that was loaded.

    A checkpoint has weights that are one and the same only once, and transformers would call the
    others missing.
    """
    warn = getattr(trainer, "_issue_warnings_after_load", None)
    if warn is None:
        return

    def told(result: Any) -> None:
        missing = set(result.missing_keys) - _tied(trainer.model, set(result.missing_keys))
        kept = [name for name in result.missing_keys if name in missing]
        warn(SimpleNamespace(missing_keys=kept, unexpected_keys=result.unexpected_keys))

    trainer._issue_warnings_after_load = told


def _tied(model: Any, missing: set[str]) -> set[str]:
    """Return the missing names of weights that have another name, which is not missing."""
    names: dict[int, set[str]] = defaultdict(set)
    for name, weight in model.named_parameters(remove_duplicate=False):
        names[id(weight)].add(name)
    return {name for own in names.values() if own - missing for name in own & missing}
