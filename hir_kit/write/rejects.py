"""Rows that could not be used, kept aside."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from hir_kit.files import jsonl
from hir_kit.files.save import (
    STDOUT,
    is_device,
    naming,
    open_part,
    part_of,
    refuse_directory,
)
from hir_kit.model.rollout import Reject


class Rejects:
    """Collects the rows that could not be used, in `<out>.rejects.jsonl` where there is a file.

    The file is written only when there is something in it; one left by an earlier run is removed.

    Args:
        out: The output of the run; None, `-` or a device leaves the rejects without a file.
    """

    def __init__(self, out: str | None) -> None:
        has_file = out is not None and out != STDOUT and not is_device(out)
        self.path = Path(f"{out}.rejects.jsonl") if has_file else None
        self.count = 0
        self.first: list[Reject] = []
        self._stream: BinaryIO | None = None

    def __call__(self, reject: Reject) -> None:
        """Keep one row aside."""
        self.count += 1
        if len(self.first) < 3:
            self.first.append(reject)
        if self.path is not None:
            with naming(str(self.path)):
                if self._stream is None:
                    self._stream = open_part(self.path)
                self._stream.write(jsonl.dumps(reject.to_json()) + b"\n")

    def __enter__(self) -> Rejects:
        if self.path is not None:
            refuse_directory(self.path)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self.path is None:
            return
        if kind is not None:
            self._forget(self.path)
            return
        with naming(str(self.path)):
            if self._stream is None:
                self.path.unlink(missing_ok=True)
            else:
                self._stream.close()
                part_of(self.path).replace(self.path)

    def _forget(self, path: Path) -> None:
        """Drop what was collected, quietly: another error is on its way."""
        with suppress(OSError):
            if self._stream is not None:
                self._stream.close()
            part_of(path).unlink(missing_ok=True)
