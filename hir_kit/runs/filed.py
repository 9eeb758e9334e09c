"""Output to a file: complete or not at all, and to be gone on with after a run was stopped."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Generic

from hir_kit.errors import HirKitError, UsageError
from hir_kit.files.columns import Columns
from hir_kit.files.save import is_plain, naming, open_sink, refuse_directory
from hir_kit.runs.batches import Batch
from hir_kit.runs.jobs import C, Job, Outcome
from hir_kit.runs.journal import Journal, sync_folder
from hir_kit.runs.parts import Part, RunRejects, beside

Order = Callable[[Iterable[bytes]], Iterator[bytes]]

_SECONDS = 5.0
_INTERVAL = "HIR_KIT_CHECKPOINT_SECONDS"


class Filed(Generic[C]):
    """Rows on their way into a file. Use it in a `with` block.

    Rows are appended to a part beside the file. Every few seconds everything is brought to disk and
    noted in a journal. A run that is stopped after that leaves both; to resume it, the part is cut
    where the journal says and what was read by then is passed over.

    Args:
        out: The file.
        job: What is done; it makes and restores tallies.
        order: What brings the rows into order once all are there.
        columns: What the rows hold, for Parquet.
        identity: What the output depends on; None where the input cannot be read again.
        resume: Whether to go on with a run that was stopped.
        say: Told what the user should know.
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
    ) -> None:
        self.tally = job.tally()
        self.items = 0
        self.is_over = False
        self._target = Path(out)
        refuse_directory(self._target)
        self.rejects = RunRejects(self._target)
        self._job, self._order, self._columns = job, order, columns
        self._say, self._resumes = say, resume
        self._journal = Journal(beside(self._target, "journal"), identity or {})
        self._keeps = identity is not None
        self._delta = job.part()
        self._rows: Part | None = None
        self._is_whole = True
        self._interval = _interval()
        self._due = time.monotonic() + self._interval

    def __enter__(self) -> Filed[C]:
        if self.rejects.path is not None:
            refuse_directory(self.rejects.path)
        path = beside(self._target, "part")
        there = self._journal.path.is_file()
        if self._resumes and there:
            self._restore(path)
        else:
            if self._resumes:
                self._say(f"nothing to resume for {self._target}: starting from the first row")
            self._begin(path, there)
        return self

    def _begin(self, path: Path, there: bool) -> None:
        self._rows = Part(path, alone=True, name=str(self._target))
        self.rejects.remove()
        if there:
            self._say(
                f"an unfinished run of {self._target} is replaced; --resume would have gone on "
                "with it"
            )
            self._journal.remove()

    def _restore(self, path: Path) -> None:
        last: dict[str, Any] = {}
        for entry in self._journal.resume():
            self.tally.merge(self._job.restored(entry["tally"]))
            last = entry
        if not last:
            self._begin(path, there=False)
            return
        self.items, self.is_over = last["items"], last["is_over"]
        self._rows = self._kept(path, last["rows"])
        self.rejects.worked.restore(**last["worked"])
        if self.is_over:
            self.rejects.read.restore(**last["read"])
        else:
            self.rejects.read.remove()
        self._say(f"resuming {self._target} after {self.items} lines or groups")

    def _kept(self, path: Path, length: int) -> Part | None:
        """Return the part, cut; None where the run was over, and the part has been published."""
        if not path.is_file() and self.is_over and self._target.is_file():
            return None
        if not path.is_file() or path.stat().st_size < length:
            raise UsageError(
                f"cannot resume: {path} holds less than the journal says; start anew without "
                "--resume"
            )
        return Part(path, length, alone=True, name=str(self._target))

    def add(self, batch: Batch, outcome: Outcome[C]) -> None:
        """Take what became of the next batch."""
        assert self._rows is not None
        self._is_whole = False
        self._rows.write(outcome.lines)
        for reject in outcome.rejects:
            self.rejects.worked.add(reject)
        self.tally.merge(outcome.tally)
        if self._keeps:
            self._delta.merge(outcome.tally)
        self.items += len(batch)
        self._is_whole = True
        if self._keeps and time.monotonic() >= self._due:
            self._note()
            self._due = time.monotonic() + self._interval

    def _note(self) -> None:
        assert self._rows is not None
        self._rows.sync()
        self.rejects.worked.sync()
        entry: dict[str, Any] = {
            "items": self.items,
            "rows": self._rows.length,
            "worked": self.rejects.worked.to_state(),
            "tally": self._delta.to_state(),
            "is_over": self.is_over,
        }
        if self.is_over:
            self.rejects.read.sync()
            entry["read"] = self.rejects.read.to_state()
        is_first = not self._journal.is_there
        self._journal.add(entry)
        if is_first:
            sync_folder(self._target)
        self._delta = self._job.part()

    def finish(self) -> None:
        """Let the file appear, with everything in it."""
        if not self.is_over:
            self.is_over = True
            if self._journal.is_there:
                self._note()
            elif self._rows is not None:
                self._rows.sync()
        self.rejects.publish()
        if self._rows is not None:
            self._publish(self._rows)
        self._journal.remove()
        self.rejects.remove()

    def _publish(self, rows: Part) -> None:
        if self._order is None and is_plain(str(self._target)):
            with naming(str(self._target)):
                rows.path.replace(self._target)
            rows.close()
            return
        with open_sink(str(self._target), self._columns) as sink, rows.path.open("rb") as stream:
            lines = (line.rstrip(b"\n") for line in stream)
            for line in self._order(lines) if self._order else lines:
                sink.write_line(line)
        rows.remove()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            return
        if self._journal.is_there:
            with suppress(HirKitError, OSError):
                if self._is_whole and not self.is_over:
                    self._note()
            if self._journal.path.is_file():
                self._say(f"{self._target} is unfinished; the same command with --resume goes on")
            self._close()
        else:
            self._close()
            self.rejects.remove()
            if self._rows is not None:
                self._rows.remove()

    def _close(self) -> None:
        self._journal.close()
        self.rejects.read.close()
        self.rejects.worked.close()
        if self._rows is not None:
            self._rows.close()


def _interval() -> float:
    value = os.environ.get(_INTERVAL, "")
    try:
        return float(value) if value else _SECONDS
    except ValueError:
        raise UsageError(f"{_INTERVAL} is a number of seconds, got {value!r}") from None
