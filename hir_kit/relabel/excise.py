from collections.abc import Sequence

from hir_kit.relabel.refusal import Refusal


def excise(prompt: str, drop: Sequence[str], keep: Sequence[str]) -> str | Refusal:
    return Refusal("woven", "x")
