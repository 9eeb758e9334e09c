"""Rows and responses that could not be used, kept aside in `<out>.rejects.jsonl`."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from hir_kit.errors import UsageError
from hir_kit.files import jsonl
from hir_kit.files.save import STDOUT, GrowingFile, is_device, open_target, refuse_directory
from hir_kit.model.rollout import Location, Reject

_SHOWN = 3


class Rejects:
    """Rows that could not be read, then groups that could not be worked on.

    They are in a file only where there is something in it; one of an earlier run is removed. Use it
    in a `with` block, at the end of which the file appears, or the rejects are dropped where an
    error is on its way; or call `publish` and `remove`.

    Args:
        out: The output of the run; None, `-` or a device leaves the rejects without a file.
    """

    def __init__(self, out: str | None) -> None:
        has_file = out is not None and out != STDOUT and not is_device(out)
        self.path = Path(f"{out}.rejects.jsonl") if has_file else None
        if self.path is not None:
            refuse_directory(self.path)
        self.unread = _Heap(self._beside("unread"))
        self.unworked = _Heap(self._beside("part"))

    def _beside(self, kind: str) -> Path | None:
        return self.path.with_name(f".{self.path.name}.{kind}") if self.path else None

    def __call__(self, reject: Reject) -> None:
        """Keep a row aside that could not be read."""
        self.unread.add(reject)

    @property
    def count(self) -> int:
        """How many there are."""
        return self.unread.count + self.unworked.count

    @property
    def responses(self) -> int:
        """How many of them are responses of rows whose others are sound."""
        return self.unread.responses + self.unworked.responses

    @property
    def first(self) -> list[Reject]:
        """The first of them."""
        return [*self.unread.first, *self.unworked.first][:_SHOWN]

    def publish(self) -> None:
        """Write them all to their file, which is taken away where there are none.

        What they are made of stays, so that this can be done again.
        """
        if self.path is None:
            return
        if not self.count:
            self.path.unlink(missing_ok=True)
            return
        with open_target(str(self.path)) as target:
            for heap in (self.unread, self.unworked):
                heap.copy_to(target)

    def remove(self) -> None:
        """Take away what they are made of."""
        self.unread.remove()
        self.unworked.remove()

    def close(self) -> None:
        """Close what they are made of, and leave it for a run that goes on."""
        self.unread.close()
        self.unworked.close()

    def __enter__(self) -> Rejects:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self.publish()
        finally:
            self.remove()


class _Heap:
    """Rejected rows: how many, the first of them, and all of them in a file where there is one."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: GrowingFile | None = None
        self.count = self.responses = 0
        self.first: list[Reject] = []

    def add(self, reject: Reject) -> None:
        """Keep one row aside."""
        self.count += 1
        self.responses += reject.response is not None
        if len(self.first) < _SHOWN:
            self.first.append(reject)
        if self._path is not None:
            self._file = self._file or GrowingFile(self._path, alone=True)
            self._file.write(jsonl.dumps(reject.to_json()) + b"\n")

    def sync(self) -> None:
        """Have everything on disk."""
        if self._file is not None:
            self._file.sync()

    def to_state(self) -> dict[str, Any]:
        """Return what is needed to go on with it, as JSON can hold it."""
        length = self._file.length if self._file else 0
        first = [[one.location.file, one.location.line, one.reason] for one in self.first]
        counts = {"count": self.count, "responses": self.responses}
        return {**counts, "length": length, "first": first}

    def restore(
        self, count: int, responses: int, length: int, first: Sequence[tuple[str, int, str]]
    ) -> None:
        """Go on from a state."""
        self.count, self.responses = count, responses
        self.first = [Reject(Location(file, line), why) for file, line, why in first]
        if self._path is None:
            return
        if not length:
            self.remove()
        elif not self._path.is_file() or self._path.stat().st_size < length:
            raise UsageError(f"cannot resume: {self._path} is not what it was; start anew")
        else:
            self._file = GrowingFile(self._path, length, alone=True)

    def copy_to(self, target: Any) -> None:
        """Write what its file holds to a stream."""
        if self._path is not None and self.count:
            self.sync()
            with self._path.open("rb") as stream:
                shutil.copyfileobj(stream, target)

    def close(self) -> None:
        """Close its file."""
        if self._file is not None:
            self._file.close()

    def remove(self) -> None:
        """Take its file away."""
        self.close()
        if self._path is not None:
            with suppress(OSError):
                self._path.unlink()
