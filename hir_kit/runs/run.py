"""One run over a dump: read, worked on, written."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, nullcontext, redirect_stdout
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, Protocol

from hir_kit.errors import UsageError
from hir_kit.files.columns import Columns
from hir_kit.files.save import STDOUT, Sink, is_device, open_sink, require
from hir_kit.model.rows import GROUPS
from hir_kit.plugins.kit import Kit
from hir_kit.read.format import Feedback, Item
from hir_kit.runs.batches import batches
from hir_kit.runs.jobs import C, Job
from hir_kit.runs.output import Order, Output
from hir_kit.runs.work import worked
from hir_kit.write.rejects import Rejects

Items = Iterator[Item]


class Follower(Feedback, Protocol):
    """What a run is followed by: feedback, in a `with` block as long as it lasts."""

    def __enter__(self) -> Feedback:
        """Begin."""

    def __exit__(self, *_: Any) -> None:
        """End."""


@dataclass(frozen=True, slots=True)
class Run(Generic[C]):
    """What is done with a dump, by whom, and where it goes.

    Attributes:
        job: What is done with every batch.
        read: What reads the dump, given feedback.
        kit: What is loaded.
        workers: How many of them; see `worked`.
        cluster: The Ray cluster to work on; see `worked`.
        out: Where rows go: a file, standard output for `-`, or nowhere for None.
        order: What brings the rows into order once all are there.
        columns: What the rows hold, for Parquet.
        identity: What the output depends on; None where the input cannot be read again.
        say: Told what the user should know.
        refused: The file for what the outcomes have refused; None: that is not wanted.
    """

    job: Job[C]
    read: Callable[[Feedback], Items]
    kit: Kit
    workers: int | None
    cluster: str | None
    out: str | None
    order: Order | None
    columns: Columns
    identity: Mapping[str, Any] | None
    say: Callable[[str], None]
    refused: str | None = None

    def go(
        self, follow: Callable[[Rejects], Follower], *, resume: bool = False
    ) -> tuple[C, Rejects]:
        """Run it; return what was counted, and the rejects.

        Args:
            follow: Gives what follows the run.
            resume: Whether to go on with a run that was stopped.

        Raises UsageError where something cannot be read, written or resumed, RunError where the
        run cannot go on.
        """
        if self.refused is not None:
            require(self.refused)
        if self.out is None or self.out == STDOUT or is_device(self.out):
            if resume:
                raise UsageError("--resume goes on with a file: name it by -o")
            return self._stream(follow)
        if resume and self.identity is None:
            raise UsageError("--resume reads the dump again, which standard input or a pipe cannot")
        return self._file(self.out, follow, resume)

    def _file(
        self, out: str, follow: Callable[[Rejects], Follower], resume: bool
    ) -> tuple[C, Rejects]:
        require(out)
        with Output(
            out,
            self.job,
            self.order,
            self.columns,
            self.identity,
            resume=resume,
            say=self.say,
            refused=self.refused,
        ) as output:
            with follow(output.rejects) as feedback, redirect_stdout(sys.stderr):
                if not output.is_over:
                    items = _passed_over(self.read(feedback), output.offset)
                    with closing(self._worked(items)) as outcomes:
                        for batch, outcome in outcomes:
                            output.add(batch, outcome)
            output.finish()
        return output.tally, output.rejects

    def _stream(self, follow: Callable[[Rejects], Follower]) -> tuple[C, Rejects]:
        tally, rejects = self.job.tally(), Rejects(None)
        with (
            open_sink(self.out, self.columns) as sink,
            open_sink(self.refused, GROUPS) if self.refused else nullcontext() as aside,
            follow(rejects) as feedback,
            redirect_stdout(sys.stderr),  # what plugins print is no data
            closing(self._lines(self.read(feedback), tally, rejects, aside)) as lines,
        ):
            for line in self.order(lines) if self.order else lines:
                sink.write_line(line)
        return tally, rejects

    def _lines(
        self, items: Items, tally: C, rejects: Rejects, aside: Sink | None
    ) -> Generator[bytes, None, None]:
        with closing(self._worked(items)) as outcomes:
            for _, outcome in outcomes:
                tally.merge(outcome.tally)
                for reject in outcome.rejects:
                    rejects.unworked.add(reject)
                if aside is not None:
                    for line in outcome.refused.split(b"\n")[:-1]:
                        aside.write_line(line)
                yield from outcome.lines.split(b"\n")[:-1]

    def _worked(self, items: Items) -> Any:
        return worked(batches(items), self.job, self.kit, self.workers, self.cluster)


def _passed_over(items: Items, count: int) -> Items:
    """Return what is left after so many items, which have been worked on before."""
    if sum(1 for _ in islice(items, count)) < count:
        raise UsageError("cannot resume: the dump holds less than it did; start anew")
    return items
