"""The published sentences of IFTrain's constraints, as its verifiers give them."""

from __future__ import annotations

from hir_kit import ConstraintSpec, KwargsError, Verifier
from hir_plugin_iftrain import (
    copying,
    counting,
    first_and_last,
    form,
    keywords,
    letters,
    paragraphs,
    phrases,
)

VERIFIERS: tuple[type[Verifier], ...] = (
    *copying.VERIFIERS,
    *counting.VERIFIERS,
    *first_and_last.VERIFIERS,
    *form.VERIFIERS,
    *keywords.VERIFIERS,
    *letters.VERIFIERS,
    *paragraphs.VERIFIERS,
    *phrases.VERIFIERS,
)
_BY_ID = {cls.constraint_id: cls for cls in VERIFIERS}


def sentence_of(spec: ConstraintSpec) -> str | None:
    """Return the published sentence of a constraint; None where it has none, or kwargs miss."""
    cls = _BY_ID.get(spec.id)
    if cls is None:
        return None
    try:
        return cls.bind(spec.kwargs).describe()
    except KwargsError:
        return None
