"""Relabelling the batches of a dump."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from hir_kit.plugins.kit import Kit
from hir_kit.plugins.standing import Using
from hir_kit.relabel.counts import RelabelTally
from hir_kit.relabel.engine import RelabelOptions, relabel
from hir_kit.relabel.recovery import with_task
from hir_kit.relabel.rewriting import choose_rewriters
from hir_kit.relabel.sifting import choose_filters
from hir_kit.runs.jobs import Work, joined
from hir_kit.time_limit import TimeLimit
from hir_kit.verify.checker import CheckedGroup, CheckOptions
from hir_kit.verify.verdict_files import VerdictFiles
from hir_kit.write.emissions import EMISSIONS, kind_of
from hir_kit.write.rows import HirRows, refused_row


@dataclass(frozen=True, slots=True)
class RelabelJob:
    """Replays of failures, as rows that trainers read.

    Attributes:
        check: How responses are checked.
        options: How failures are selected.
        rewriters: The strategies to try, by name; none: those that are on by default.
        emit: What rows are made; see `EMISSIONS`.
        provenance: What goes under `provenance` of every row.
        originals: Whether the original rollouts are written too.
        messages: Whether string prompts become a user message.
        verdicts: What decides where code cannot.
        refused: Whether rows of what no strategy could rewrite are wanted.
        filters: What else replays must pass, by name.
    """

    check: CheckOptions
    options: RelabelOptions
    rewriters: tuple[str, ...]
    emit: str
    provenance: Mapping[str, Any]
    originals: bool = True
    messages: bool = True
    verdicts: VerdictFiles | None = None
    refused: bool = False
    filters: tuple[str, ...] = ()

    def tally(self) -> RelabelTally:
        """Return the tally of the whole dump, still empty."""
        return RelabelTally()

    def part(self) -> RelabelTally:
        """Return the tally of a part of it, still empty."""
        return RelabelTally()

    def restored(self, state: Mapping[str, Any]) -> RelabelTally:
        """Return the tally of a part of it, of its state."""
        return RelabelTally.from_state(state)

    def work(self, kit: Kit, limit: TimeLimit) -> Work[RelabelTally]:
        """Return what makes rows and counts of checked groups."""
        rewriters = choose_rewriters(kit.rewriters, self.rewriters)
        filters = choose_filters(kit.filters, self.filters)
        rows_of = HirRows(self.provenance, self.originals, self.messages).of
        emission = EMISSIONS[self.emit].rows
        using = Using("rewriter", rewriters)

        def work(checked: Iterable[CheckedGroup]) -> tuple[bytes, RelabelTally, bytes]:
            tally = self.part()
            groups, read = [], []
            with limit:
                for item in checked:
                    group, refusal = with_task(item.group, item.checker)
                    tally.add_task(given=item.group.task is not None, refusal=refusal)
                    groups.append(replace(item, group=group))
                    read.append(item.group)
                relabelled = relabel(groups, rewriters, self.options, filters=filters)
            for one in relabelled:
                tally.add(one)
            made = list(emission(chain.from_iterable(map(rows_of, relabelled))))
            tally.written.update(map(kind_of, made))
            tally.used.update(using.since())
            refused = map(refused_row, read, relabelled) if self.refused else ()
            return joined(made), tally, joined(filter(None, refused))

        return work
