"""How many instructions are rewritten without a model, and whether what they claim is true.

    python benchmarks/rewriting.py [--only PART] [--show N] [--half even|odd]

Parts: `ifeval` and `muldimif` drop each constraint of prompts that were annotated by hand, one at a
time, and `ifeval` asks for each number and list in a weaker form, too; `replays` relabels real
responses to IFEval; `again` adds a second asking in other words to an instruction, which must then
be refused; `speed` rewrites 10,000 instructions on one core.
"""

from __future__ import annotations

import argparse
import json
import runpy
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from difflib import SequenceMatcher
from io import StringIO
from pathlib import Path
from typing import Any, get_args

import hir_kit
from hir_kit.model.constraint import parse_constraints
from hir_kit.model.rollout import Group, Location, Reject, Rollout
from hir_kit.read.format import Row
from hir_kit.relabel.engine import Relabelled, RelabelOptions, Relaxing, relabel
from hir_kit.relabel.rewriting import choose_rewriters
from hir_kit.verify.checker import CheckOptions, check_groups
from hir_kit.verify.relaxing import Items, Number, moved_to
from hir_kit.verify.verifier import Verifier

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1] / "shared"
AGAIN = HERE / "second_askings.jsonl"


class _Silent:
    """Takes what a reader tells, and tells nobody."""

    def reject(self, reject: Reject) -> None:
        """Take a row that could not be used."""

    def advance(self, size: int) -> None:
        """Take how much has been read."""


def rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def half(found: list[dict[str, Any]], which: str | None) -> list[dict[str, Any]]:
    """Return every second row of a file, or all."""
    start = {"even": 0, "odd": 1}.get(which or "")
    return found if start is None else found[start::2]


def ifeval_drops(kit: hir_kit.Kit, statements: Sequence[dict[str, Any]]) -> Iterator[Any]:
    """Yield each single drop of the IFEval prompts: key, place, what came of it."""
    for row in statements:
        constraints = parse_constraints(
            [{"id": one["id"], "kwargs": one["kwargs"]} for one in row["constraints"]]
        )
        for place in range(len(constraints)):
            yield row["key"], place, kit.rewrite(row["prompt"], constraints, [place])


def relaxed(kit: hir_kit.Kit, statements: Sequence[dict[str, Any]], show: int) -> str:
    """Return how many numbers and lists of the IFEval prompts can be stated in a weaker form.

    One is true where nothing has changed outside of the places that were annotated, and the numbers
    and words of before are gone from there while those of the weaker goal are there.
    """
    counts: dict[str, Counter[str]] = {}
    shown, reasons = [], Counter[str]()
    for row in statements:
        specs = [{"id": one["id"], "kwargs": one["kwargs"]} for one in row["constraints"]]
        constraints = parse_constraints(specs)
        for place, (spec, gold) in enumerate(zip(constraints, row["constraints"], strict=True)):
            goal = weaker(kit.registry.bind(spec))
            if goal is None or gold["essential"] or gold["kind"] in ("mismatch", "absent"):
                continue
            result = kit.rewrite(row["prompt"], constraints, [], relax={place: goal})
            tally = counts.setdefault(gold["kind"], Counter())
            tally["asked"] += 1
            if result.prompt is None:
                refusal = result.refusals["relax"]
                reasons[refusal.code] += 1
                shown.append(f"{row['key']} {place} REFUSED {refusal.code}: {refusal.reason}")
                continue
            tally["rewritten"] += 1
            tally["true"] += changed_there(row["prompt"], str(result.prompt), gold["spans"])
            shown.append(f"{row['key']} {place} {goal}: {gold['spans']} => {result.prompt!r}")
    rows = [*sorted(counts.items()), ("all", sum(counts.values(), Counter[str]()))]
    lines = [
        f"| {kind} | {n['asked']} | {n['rewritten']} ({n['rewritten'] / n['asked']:.1%}) "
        f"| {n['true']} ({n['true'] / max(1, n['rewritten']):.1%}) |"
        for kind, n in rows
    ]
    head = "| kind | weaker goals | rewritten | of these true |\n| --- | ---: | ---: | ---: |\n"
    told = f"{head}{chr(10).join(lines)}\nrefused: {dict(reasons.most_common())}\n"
    return told + "".join(f"{line}\n" for line in shown[:show])


def weaker(verifier: Verifier | None) -> dict[str, Any] | None:
    """Return the kwargs of a goal that is weaker by about a fifth, None where there is none."""
    match getattr(verifier, "relaxes", None):
        case Number(field, relation, lowest):
            asked = getattr(verifier, field)
            relation = str(getattr(verifier, relation, relation))
            share = 1.25 if relation in ("less than", "at most") else 0.8
            number = moved_to(asked * share, relation, asked)
            least = getattr(verifier, "nth_paragraph", lowest)
            return {field: number} if number >= least and number != asked else None
        case Items(fields):
            items = getattr(verifier, fields[0])
            return {fields[0]: items[1:]} if len(items) > 1 else None
    return None


def changed_there(before: str, after: str, spans: Sequence[str]) -> bool:
    """Return whether a text differs from another only where these stretches stand."""
    places = [(before.find(span), before.find(span) + len(span)) for span in spans]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    changes = [one for one in matcher.get_opcodes() if one[0] != "equal"]
    return bool(changes) and all(
        any(start - 3 <= one[1] and one[2] <= end for start, end in places) for one in changes
    )


def muldimif_drops(kit: hir_kit.Kit, statements: Sequence[dict[str, Any]]) -> Iterator[Any]:
    """Yield each single drop of the MulDimIF prompts, their sentences given."""
    read = kit.instructions["muldimif"].read
    for row in statements:
        triples = [[c["category"], c["subcategory"], c["sentence"]] for c in row["constraints"]]
        data = {
            "id": row["key"],
            "conversations": [{"role": "user", "content": row["prompt"]}],
            "constraints": triples,
            "constraint_pattern": row["pattern"],
        }
        constraints = read(Row(Location("statements.jsonl", 1), b"", data)).constraints
        for place in range(len(constraints)):
            yield row["key"], place, kit.rewrite(row["prompt"], constraints, [place])


def scored(statements: Path, which: str | None, drops: Iterator[Any], show: int) -> str:
    """Return the table of the scorer for these drops, and why the others were refused."""
    main = runpy.run_path(str(SHARED / "tools" / "score_rewrites.py"))["main"]
    lines, reasons = [], Counter[str]()
    for key, place, result in drops:
        last = list(result.refusals.values())[-1:] if result.prompt is None else []
        reasons.update(refusal.code for refusal in last)
        line = {"key": key, "place": place, "prompt": result.prompt}
        if last:
            line["why"] = f"{last[0].code}: {last[0].reason}"
        lines.append(line)
    with tempfile.TemporaryDirectory() as folder:
        chosen, written = Path(folder, "gold.jsonl"), Path(folder, "rewrites.jsonl")
        gold = half(rows(statements), which)
        chosen.write_text("\n".join(map(json.dumps, gold)), "utf-8")
        written.write_text("\n".join(map(json.dumps, lines)), "utf-8")
        with redirect_stdout(StringIO()) as told:
            main(str(chosen), str(written), show)
    return f"{told.getvalue()}refused: {dict(reasons.most_common())}\n"


def replays(kit: hir_kit.Kit, show: int) -> str:
    """Return how many of the failures selected on real responses become replays."""
    folder = SHARED / "data" / "ifeval"
    groups = []
    pairs = zip(
        rows(folder / "prompts.jsonl"), rows(folder / "responses_qwen25_7b.jsonl"), strict=True
    )
    for number, (prompt, response) in enumerate(pairs, 1):
        ids = {"instruction_id_list": prompt["instruction_id_list"], "kwargs": prompt["kwargs"]}
        here = Location("prompts.jsonl", number)
        key = str(prompt["key"])
        one = Rollout(key, response["response"])
        groups.append(Group(key, prompt["prompt"], parse_constraints(ids), (one,), here))
    checked = list(check_groups(groups, kit.registry, CheckOptions(), _Silent()))
    rewriters = choose_rewriters(kit.rewriters, ())
    return "\n".join(
        f"relax {how}: {_made(relabel(checked, rewriters, RelabelOptions(relax=how)), show)}"
        for how in get_args(Relaxing)
    )


def _made(found: Sequence[Relabelled], show: int) -> str:
    """Return how many replays were made, with so many of them, and why the others were not."""
    strategies, reasons, shown = Counter[str](), Counter[str](), []
    for one in found:
        for replay in one.replays:
            strategies[replay.rewriter] += 1
            gone = [f"dropped {spec.id} {dict(spec.kwargs)}" for spec in replay.dropped]
            gone += [
                f"relaxed {kept.spec.id} {dict(kept.original.kwargs)} to {dict(kept.spec.kwargs)}"
                for kept in replay.kept
                if kept.relaxed_from is not None
            ]
            shown.append(
                f"\n--- {one.group.id}: {', '.join(gone)}\n{one.group.prompt}\n=>\n{replay.prompt}"
            )
        for refused in one.refused:
            last = list(refused.reasons.values())[-1]
            reasons[last.code] += 1
            shown.append(f"\n--- {one.group.id}: REFUSED {last.code}: {last.reason}")
    total = sum(one.selected for one in found)
    made = f"replays {strategies.total()} {dict(strategies)}"
    head = f"selected {total}, {made}, refused {dict(reasons)}\n"
    return head + "\n".join(shown[:show])


def again(kit: hir_kit.Kit, show: int) -> str:
    """Return how many second askings slip through: the constraint is dropped, they stay.

    Without the second asking each of the instructions has to be rewritten: else nothing was tried.
    """
    tried, slipped, shown = Counter[str](), Counter[str](), []
    for row in rows(AGAIN):
        spec = {"id": row["id"], "kwargs": row["kwargs"], "text": row["text"]}
        keep = {"id": "keywords:existence", "kwargs": {"keywords": ["harbor"]}, "text": row["keep"]}
        join = "" if row["language"] == "zh" else " "
        once = join.join([row["task"], row["text"], row["keep"]])
        constraints = parse_constraints([spec, keep])
        if kit.rewrite(once, constraints, [0]).prompt is None:
            shown.append(f"not tried: {row['language']} {row['text']}")
            continue
        tried[row["language"]] += 1
        result = kit.rewrite(f"{once}{join}{row['again']}", constraints, [0])
        if result.prompt is not None and row["again"] in str(result.prompt):
            slipped[row["language"]] += 1
            shown.append(f"{row['language']} {row['id']}: {row['again']}")
    told = ", ".join(f"{name} {slipped[name]} of {n}" for name, n in tried.items())
    head = f"slip through: {slipped.total()} of {tried.total()} ({told})\n"
    return head + "".join(f"{line}\n" for line in shown[:show])


def speed(kit: hir_kit.Kit) -> str:
    """Return how long 10,000 instructions take."""
    statements = rows(SHARED / "data" / "ifeval" / "statements.jsonl")
    count, start = 0, time.process_time()
    while count < 10_000:
        for _ in ifeval_drops(kit, statements):
            count += 1
            if count == 10_000:
                break
    return f"10,000 instructions in {time.process_time() - start:.1f} s of one core\n"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=["ifeval", "muldimif", "replays", "again", "speed"])
    parser.add_argument("--show", type=int, default=0, help="so many examples of each part")
    parser.add_argument("--half", choices=["even", "odd"], help="every second annotated prompt")
    given = parser.parse_args()
    kit = hir_kit.load(installed=False)
    for name, drops in (("ifeval", ifeval_drops), ("muldimif", muldimif_drops)):
        if given.only in (None, name):
            path = SHARED / "data" / name / "statements.jsonl"
            found = drops(kit, half(rows(path), given.half))
            sys.stdout.write(f"## {name}\n{scored(path, given.half, found, given.show)}")
            if name == "ifeval":
                told = relaxed(kit, half(rows(path), given.half), given.show)
                sys.stdout.write(f"## ifeval, in a weaker form\n{told}")
    if given.only in (None, "replays"):
        sys.stdout.write(f"## replays\n{replays(kit, given.show)}")
    if given.only in (None, "again"):
        sys.stdout.write(f"## again\n{again(kit, given.show)}")
    if given.only in (None, "speed"):
        sys.stdout.write(f"## speed\n{speed(kit)}")


if __name__ == "__main__":
    main()
