"""Turning token ids back into text, with the tokenizer that the user names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hir_kit.plugin import RowError, UsageError, shown

_FILE = "tokenizer.json"
_HUB_NAME = re.compile(r"(?:[\w-][\w.-]*/)?[\w-][\w.-]*(?<!\.json)")


@dataclass(frozen=True, slots=True)
class Decoder:
    """A tokenizer, used in one direction."""

    tokenizer: Any
    size: int

    def with_special(self, ids: list[Any], what: str) -> str:
        """Return the text of token ids, special tokens included; raises RowError."""
        return self._decoded(ids, what, skip=False)

    def plain(self, ids: list[Any], what: str) -> str:
        """Return the text of token ids without special tokens; raises RowError."""
        return self._decoded(ids, what, skip=True)

    def _decoded(self, ids: list[Any], what: str, *, skip: bool) -> str:
        for id in ids:
            if isinstance(id, bool) or not isinstance(id, int) or not self._is_known(id):
                raise RowError(
                    f"{what!r} holds {shown(id)}, which is no token id of the tokenizer; "
                    "--tokenizer names that of the model that was trained"
                )
        text: str = self.tokenizer.decode(ids, skip_special_tokens=skip)
        return text

    def _is_known(self, id: int) -> bool:
        return 0 <= id < self.size and self.tokenizer.id_to_token(id) is not None


def load_decoder(name: str) -> Decoder:
    """Load a tokenizer: a folder with `tokenizer.json`, that file, or a name on the hub.

    Raises UsageError where the package is missing or there is no such tokenizer.
    """
    try:
        from tokenizers import Tokenizer
    except ImportError:
        raise UsageError(
            "--tokenizer needs the package tokenizers: pip install 'hir-kit[tokenizer]'"
        ) from None
    path = Path(name)
    file = path / _FILE if path.is_dir() else path
    if path.is_dir() and not file.is_file():
        raise UsageError(f"{name} has no {_FILE}; `AutoTokenizer...save_pretrained` writes one")
    if not file.is_file() and not _HUB_NAME.fullmatch(name):
        raise UsageError(
            f"no tokenizer {shown(name)}: there is no such folder or file, and it is no name on "
            "the hub"
        )
    try:
        loaded = Tokenizer.from_file(str(file)) if file.is_file() else _from_hub(Tokenizer, name)
    except Exception as error:  # the package raises no narrower one
        raise UsageError(f"cannot load the tokenizer {name}: {error}") from None
    return Decoder(loaded, 1 + max(loaded.get_vocab(with_added_tokens=True).values(), default=-1))


def _from_hub(tokenizer: Any, name: str) -> Any:
    """Return a tokenizer of the hub; from the local cache alone where HF_HUB_OFFLINE is set."""
    return tokenizer.from_pretrained(name)
