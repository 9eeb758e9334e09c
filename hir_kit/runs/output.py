"""Output to a file: complete or not at all, and to be gone on with after a run was stopped."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Generic

from hir_kit.errors import HirKitError, UsageError
from hir_kit.files.columns import Columns
from hir_kit.files.save import (
    GrowingFile,
    is_plain,
    linked,
    naming,
    open_sink,
    refuse_directory,
)
from hir_kit.model.rows import GROUPS
from hir_kit.runs.batches import Batch
from hir_kit.runs.checkpoint import Checkpoint
from hir_kit.runs.jobs import C, Job, Outcome
from hir_kit.write.rejects import Rejects

Order = Callable[[Iterable[bytes]], Iterator[bytes]]

_SECONDS = 5.0
_INTERVAL = "HIR_KIT_CHECKPOINT_SECONDS"
_MOST_OFTEN = 20
"""How many times as long as writing a checkpoint takes must lie between two of them."""


class Output(Generic[C]):
    """Rows on their way into a file. Use it in a `with` block.

    Rows are appended to a part beside the file. Every few seconds everything is brought to disk and
    a checkpoint written. A run that is stopped after that leaves both; to resume it, the part is
    cut where the checkpoint says and what was read by then is passed over.

    Args:
        out: The file.
        job: What is done; it makes and restores tallies.
        order: What brings the rows into order once all are there.
        columns: What the rows hold, for Parquet.
        identity: What the output depends on; None where the input cannot be read again.
        resume: Whether to go on with a run that was stopped.
        say: Told what the user should know.
        refused: The file for what the outcomes have refused; None: that is not wanted.

    Attributes:
        tally: What was counted.
        rejects: What could not be used.
        offset: How many groups of the dump have been worked on.
        is_over: Whether all of the dump has been.
    """

    def __init__(
        self,
        out: str,
        job: Job[C],
        order: Order | None,
        columns: Columns,
        identity: Mapping[str, Any] | None,
        *,
        resume: bool,
        say: Callable[[str], None],
        refused: str | None = None,
    ) -> None:
        self.tally = job.tally()
        self.offset = 0
        self.is_over = False
        refuse_directory(Path(out))
        self._target = linked(Path(out))
        self._refused_target: Path | None = None
        if refused:
            refuse_directory(Path(refused))
            self._refused_target = linked(Path(refused))
        self.rejects = Rejects(out)
        self._job, self._order, self._columns = job, order, columns
        self._say, self._resumes = say, resume
        self._checkpoint = Checkpoint(_beside(self._target, "checkpoint"), identity or {})
        self._keeps = identity is not None
        self._has_checkpoint = False
        self._rows: GrowingFile | None = None
        self._refused: GrowingFile | None = None
        self._is_whole = True
        self._interval = _interval()
        self._due = time.monotonic() + self._interval

    @property
    def _parts(self) -> list[GrowingFile]:
        return [part for part in (self._rows, self._refused) if part is not None]

    def __enter__(self) -> Output[C]:
        if self._resumes and self._checkpoint.is_there:
            self._restore(self._checkpoint.read())
            return self
        self._rows = _part(self._target)
        self._refused = _part(self._refused_target) if self._refused_target else None
        self.rejects.remove()
        if self._resumes:
            self._say(f"nothing to resume for {self._target}: starting from the first row")
        elif self._checkpoint.is_there:
            self._say(
                f"an unfinished run of {self._target} is replaced; --resume would have gone on "
                "with it"
            )
        self._checkpoint.remove()
        return self

    def _restore(self, state: Mapping[str, Any]) -> None:
        self._has_checkpoint = True
        self.tally.merge(self._job.restored(state["tally"]))
        self.offset, self.is_over = state["offset"], state["is_over"]
        self._rows = self._kept(self._target, state["rows"])
        if self._refused_target is not None:
            self._refused = self._kept(self._refused_target, state["refused"])
        self.rejects.unworked.restore(**state["unworked"])
        if self.is_over:
            self.rejects.unread.restore(**state["unread"])
        else:
            self.rejects.unread.remove()
        self._say(f"resuming {self._target} after {self.offset} lines or groups")

    def _kept(self, target: Path, length: int) -> GrowingFile | None:
        """Return a part, cut; None where the run was over, and the part has been published."""
        path = _beside(target, "part")
        if not path.is_file() and self.is_over and target.is_file():
            return None
        if not path.is_file() or path.stat().st_size < length:
            raise UsageError(
                f"cannot resume: {path} holds less than the checkpoint says; start anew without "
                "--resume"
            )
        return _part(target, length)

    def add(self, batch: Batch, outcome: Outcome[C]) -> None:
        """Take what became of the next batch."""
        assert self._rows is not None
        self._is_whole = False
        self._rows.write(outcome.lines)
        if self._refused is not None:
            self._refused.write(outcome.refused)
        for reject in outcome.rejects:
            self.rejects.unworked.add(reject)
        self.tally.merge(outcome.tally)
        self.offset += len(batch)
        self._is_whole = True
        if self._keeps and (began := time.monotonic()) >= self._due:
            self._note()
            now = time.monotonic()
            self._due = now + max(self._interval, _MOST_OFTEN * (now - began))

    def _note(self) -> None:
        assert self._rows is not None
        self._sync()
        self.rejects.unworked.sync()
        state: dict[str, Any] = {
            "offset": self.offset,
            "is_over": self.is_over,
            "rows": self._rows.length,
            "refused": self._refused.length if self._refused else 0,
            "unworked": self.rejects.unworked.to_state(),
            "tally": self.tally.to_state(),
        }
        if self.is_over:
            self.rejects.unread.sync()
            state["unread"] = self.rejects.unread.to_state()
        self._checkpoint.write(state)
        self._has_checkpoint = True

    def finish(self) -> None:
        """Let the file appear, with everything in it."""
        if not self.is_over:
            self.is_over = True
            if self._has_checkpoint:
                self._note()
            else:
                self._sync()
        self.rejects.publish()
        if self._refused is not None and self._refused_target is not None:
            _publish(self._refused, self._refused_target, GROUPS, None)
        if self._rows is not None:
            _publish(self._rows, self._target, self._columns, self._order)
        self._checkpoint.remove()
        self.rejects.remove()

    def _sync(self) -> None:
        for part in self._parts:
            part.sync()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            return
        if self._has_checkpoint:
            with suppress(HirKitError, OSError):
                if self._is_whole and not self.is_over:
                    self._note()
            if self._checkpoint.is_there:
                self._say(f"{self._target} is unfinished; the same command with --resume goes on")
            self.rejects.close()
            for part in self._parts:
                part.close()
        else:
            if not issubclass(kind, Exception):
                self._say(f"stopped before the first checkpoint: nothing of {self._target} is kept")
            self.rejects.remove()
            for part in self._parts:
                part.remove()


def _beside(target: Path, kind: str) -> Path:
    """Return where a file waits: beside its target, so that a rename moves it."""
    return target.with_name(f".{target.name}.{kind}")


def _part(target: Path, length: int = 0) -> GrowingFile:
    return GrowingFile(_beside(target, "part"), length, alone=True, name=str(target))


def _publish(part: GrowingFile, target: Path, columns: Columns, order: Order | None) -> None:
    """Let a file appear with what its part holds, in order, packed as its name says."""
    if order is None and is_plain(str(target)):
        with naming(str(target)):
            part.path.replace(target)
        part.close()
        return
    with open_sink(str(target), columns) as sink, part.path.open("rb") as stream:
        lines = (line.rstrip(b"\n") for line in stream)
        for line in order(lines) if order else lines:
            sink.write_line(line)
    part.remove()


def _interval() -> float:
    value = os.environ.get(_INTERVAL, "")
    try:
        return float(value) if value else _SECONDS
    except ValueError:
        raise UsageError(f"{_INTERVAL} is a number of seconds, got {value!r}") from None
