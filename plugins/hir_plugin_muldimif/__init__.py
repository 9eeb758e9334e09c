"""Decides MulDimIF's constraints, which are English sentences: a grammar reads them.

`hir_plugin_muldimif.grammar.read_sentence` turns a sentence into the id and kwargs of one of the
verifiers, or says why it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hir_kit import hookimpl

MODULES = {
    "hir_plugin_muldimif.chinese": ("muldimif:chinese",),
    "hir_plugin_muldimif.keywords": ("muldimif:keywords",),
    "hir_plugin_muldimif.length": (
        "muldimif:words",
        "muldimif:sentences",
        "muldimif:paragraphs",
    ),
    "hir_plugin_muldimif.letters": (
        "muldimif:capitalized_words",
        "muldimif:uppercase",
        "muldimif:lowercase",
    ),
    "hir_plugin_muldimif.markdown": (
        "muldimif:headings",
        "muldimif:block_quotes",
    ),
    "hir_plugin_muldimif.punctuation": (
        "muldimif:ending_punctuation",
        "muldimif:no_punctuation",
    ),
    "hir_plugin_muldimif.start": (
        "muldimif:starts_with",
        "muldimif:ends_with",
    ),
    "hir_plugin_muldimif.structured": (
        "muldimif:json_nesting",
        "muldimif:xml_attributes",
        "muldimif:no_bullet_points",
    ),
    "hir_plugin_muldimif.table": ("muldimif:table",),
}


@hookimpl
def register_verifier_modules(register: Callable[[str, Sequence[str]], None]) -> None:
    """Register the verifiers of every subject, imported when one of them is needed."""
    for module, ids in MODULES.items():
        register(module, ids)
