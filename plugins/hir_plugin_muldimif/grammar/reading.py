"""Chooses what reads a sentence, by the class that checks it in MulDimIF's evaluation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache, partial
from importlib import import_module

from hir_kit import KwargsError, Verifier
from hir_plugin_muldimif.classes import class_of
from hir_plugin_muldimif.grammar.bound import Bound, Refused
from hir_plugin_muldimif.grammar.case import read_case
from hir_plugin_muldimif.grammar.chinese import read_chinese
from hir_plugin_muldimif.grammar.keywords import read_keywords
from hir_plugin_muldimif.grammar.length import read_length
from hir_plugin_muldimif.grammar.markdown import read_markdown
from hir_plugin_muldimif.grammar.punctuation import read_punctuation
from hir_plugin_muldimif.grammar.scanning import LONGEST, Masked
from hir_plugin_muldimif.grammar.start import read_start
from hir_plugin_muldimif.grammar.structured import read_json, read_other
from hir_plugin_muldimif.grammar.tables import read_table

Read = Callable[[Masked], "Bound | Refused"]

_READERS: Mapping[str, Read] = {
    "Content_Keywords": read_keywords,
    "Content_Others": read_start,
    "Content_Punctuation": read_punctuation,
    "Format_Json": read_json,
    "Format_Markdown": read_markdown,
    "Format_Others": read_other,
    "Format_Table": read_table,
    "Language_Chinese": read_chinese,
    "Language_English": read_case,
    "Length_Words": partial(read_length, "words"),
    "Length_Sentences": partial(read_length, "sentences"),
    "Length_Paragraphs": partial(read_length, "paragraphs"),
}


@lru_cache(maxsize=100_000)
def read_sentence(category: str, subcategory: str, sentence: str) -> Bound | Refused:
    """Return the verifier that decides a sentence of this category, or why there is none."""
    if len(sentence) > LONGEST:
        return Refused(f"a sentence of at most {LONGEST} characters is read")
    reader = _READERS.get(class_of(category, subcategory))
    if reader is None:
        return Refused(f"sentences of {category}, {subcategory} are not read")
    read = reader(Masked.of(sentence))
    return read if isinstance(read, Refused) else _fitting(read)


def _fitting(bound: Bound) -> Bound | Refused:
    """Return what was read, or why the verifier does not take it: a level 9, at least 0 words."""
    try:
        _classes()[bound.id].bind(bound.kwargs)
    except KwargsError as error:
        return Refused(str(error))
    return bound


@cache
def _classes() -> Mapping[str, type[Verifier]]:
    from hir_plugin_muldimif import MODULES

    defined = [value for module in MODULES for value in vars(import_module(module)).values()]
    return {
        value.constraint_id: value
        for value in defined
        if isinstance(value, type) and issubclass(value, Verifier)
    }
