"""What hir-kit does on public data: agreement with real Punkt, and how much can be rewritten.

    python benchmarks/public_data.py [SHARED]

prints the tables of docs/measured.md. SHARED is a folder with `data/ifeval`, `data/ifbench`,
`data/muldimif` and `nltk_data`; by default `shared` beside the repository.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hir_kit
from hir_kit.files.records import records
from hir_kit.model.constraint import parse_constraints
from hir_kit.model.rollout import Location
from hir_kit.read.format import Row as InstructionRow
from hir_kit.read.instructions import Instruction
from hir_kit.relabel.recovery import recover

Row = dict[str, Any]

_PATTERNS = ("Listing", "Incorporation", "Example")
_FILLER = "It depends on where and when you look"
_SETS = {
    "IFEval responses": ("ifeval/responses_qwen25_7b.jsonl", "response"),
    "IFBench responses": ("ifbench/responses_qwen25_7b.jsonl", "response"),
    "IFEval prompts": ("ifeval/prompts.jsonl", "prompt"),
    "IFBench prompts": ("ifbench/prompts.jsonl", "prompt"),
}


def splitter_table(shared: Path) -> str:
    """Return how often the embedded Punkt parameters count as NLTK's own do."""
    from hir_verifiers.exact.sentences import Splitter
    from hir_verifiers.punkt import embedded as own

    embedded, real = Splitter(own()), _real_punkt(shared)
    lines = ["| texts | number | equal counts | at most 1 apart |", "|---|---|---|---|"]
    for name, (file, column) in _SETS.items():
        apart = [
            abs(sum(1 for _ in embedded.spans(text)) - len(real.tokenize(text)))
            for text in _column(shared / "data" / file, column)
        ]
        equal = sum(n == 0 for n in apart) / len(apart)
        near = sum(n <= 1 for n in apart) / len(apart)
        lines.append(f"| {name} | {len(apart)} | {equal:.2%} | {near:.2%} |")
    return "\n".join(lines)


def _real_punkt(shared: Path) -> Any:
    import nltk
    from nltk.tokenize.punkt import PunktTokenizer

    nltk.data.path.insert(0, str(shared / "nltk_data"))
    try:
        return PunktTokenizer("english")
    finally:
        nltk.data.path.pop(0)


def _column(path: Path, name: str) -> list[str]:
    return [json.loads(line)[name] for line in path.read_text("utf-8").splitlines()]


def recovery_table(shared: Path) -> str:
    """Return for how many instructions the task, and for how many constraints the text is told."""
    lines = [
        "| instructions | number | task told | constraints | text told |",
        "|---|---|---|---|---|",
    ]
    for name, rows in _instructions(shared):
        found = [recover(prompt, said) for prompt, said in rows]
        tasks = sum(isinstance(item.task, str) for item in found)
        texts = [text for item in found for text in item.texts]
        told = sum(text is not None for text in texts)
        cells = [
            _share(tasks, len(rows)),
            len(texts),
            _share(told, len(texts)),
        ]
        lines.append(f"| {name} | {len(rows)} | {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def _share(part: int, whole: int) -> str:
    return f"{part} ({part / whole:.1%})"


def _instructions(shared: Path) -> Iterator[tuple[str, list[tuple[str, list[str | None]]]]]:
    """Yield the instructions of each set, with the sentences of their constraints."""
    kit = hir_kit.load(installed=False)
    for name, file in (("IFEval", "ifeval"), ("IFBench", "ifbench")):
        path = shared / "data" / file / "prompts.jsonl"
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        specs = [parse_constraints(row) for row in rows]
        said = [[_described(kit, spec) for spec in each] for each in specs]
        yield name, [(row["prompt"], each) for row, each in zip(rows, said, strict=True)]
    rows = json.loads((shared / "data" / "muldimif" / "test_even_rows.json").read_text("utf-8"))
    for pattern in _PATTERNS:
        own = [row for row in rows if row["constraint_pattern"] == pattern]
        yield (
            f"MulDimIF, {pattern}",
            [
                (row["conversations"][-1]["content"], [text for _, _, text in row["constraints"]])
                for row in own
            ],
        )


def bound_table(shared: Path) -> str:
    """Return for how many constraints of each set there is a verifier."""
    kit = hir_kit.load(installed=False)
    files = (
        ("IFEval", "ifeval", "data/ifeval/prompts.jsonl"),
        ("IFBench", "ifeval", "data/ifbench/prompts.jsonl"),
        ("MulDimIF", "muldimif", "data/muldimif/test_even_rows.json"),
    )
    lines = ["| instructions | number | all bound | constraints | bound |", "|---|---|---|---|---|"]
    for name, source, file in files:
        rows = _objects(shared / file)
        items = [kit.instructions[source].read(row) for row in rows]
        bound = [[spec.id in kit.registry for spec in item.constraints] for item in items]
        count = sum(map(len, bound))
        whole, part = _share(sum(map(all, bound)), len(items)), _share(sum(map(sum, bound)), count)
        lines.append(f"| {name} | {len(items)} | {whole} | {count} | {part} |")
    return "\n".join(lines)


def muldimif_table(shared: Path) -> str:
    """Return, by MulDimIF's checkers, how many sentences are bound and how the verdicts agree."""
    from hir_plugin_muldimif.classes import class_of
    from hir_plugin_muldimif.grammar import Bound, read_sentence

    folder = shared / "data" / "muldimif"
    rows = json.loads((folder / "test_even_rows.json").read_text("utf-8"))
    read = [
        (class_of(*triple[:2]), isinstance(read_sentence(*triple), Bound))
        for row in rows
        for triple in row["constraints"]
    ]
    agreed = _agreement(folder)
    lines = [
        "| checker | constraints | bound | equal verdicts, no known defect | with a defect |",
        "|---|---|---|---|---|",
    ]
    names = sorted({name for name, _ in read})
    for title, group in [*((f"`{name}`", [name]) for name in names), ("all", names)]:
        bound = [is_bound for name, is_bound in read if name in group]
        cells = [str(len(bound)), _share(sum(bound), len(bound))]
        cells += [_equal(agreed, group, flawed) for flawed in (False, True)]
        lines.append(f"| {title} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _agreement(folder: Path) -> Counter[tuple[str, bool, bool]]:
    """Count verdicts: by checker, whether a defect is known, whether they are the reference's."""
    from hir_plugin_muldimif.classes import class_of
    from hir_plugin_muldimif.grammar import Bound, read_sentence

    registry = hir_kit.load(installed=False).registry
    agreed: Counter[tuple[str, bool, bool]] = Counter()
    for row, text in _muldimif_verdicts(folder):
        read = read_sentence(row["category"], row["subcategory"], row["sentence"])
        if isinstance(read, Bound) and text.strip():
            verifier = registry.bind(hir_kit.ConstraintSpec(read.id, dict(read.kwargs)))
            wanted = "satisfied" if row["verdict"] else "violated"
            agrees = str(verifier.check(hir_kit.Response(text)).status) == wanted
            agreed[class_of(row["category"], row["subcategory"]), "defects" in row, agrees] += 1
    return agreed


def _equal(agreed: Counter[tuple[str, bool, bool]], names: list[str], flawed: bool) -> str:
    equal = sum(agreed[name, flawed, True] for name in names)
    whole = equal + sum(agreed[name, flawed, False] for name in names)
    return f"{equal / whole:.1%} of {whole}" if whole else "none"


def _muldimif_verdicts(folder: Path) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the reference's verdicts with the texts they are on."""
    lines = (folder / "responses.jsonl").read_text("utf-8").splitlines()
    texts = {row["id"]: row["text"] for row in map(json.loads, lines)}
    with gzip.open(folder / "reference_verdicts.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            yield row, texts[row["response"]]


def _objects(path: Path) -> list[InstructionRow]:
    found = [(record, record.data) for record in records(str(path))]
    return [
        InstructionRow(Location(path.name, record.number), record.raw, data)
        for record, data in found
        if isinstance(data, dict)
    ]


def _described(kit: hir_kit.Kit, spec: hir_kit.ConstraintSpec) -> str | None:
    return kit.registry.bind(spec).describe() if spec.id in kit.registry else None


def relabel_table(shared: Path) -> str:
    """Return what becomes of failures on IFEval and on MulDimIF's three patterns."""
    lines = [
        "| dump | rollouts | failures | selected | by `render` | by `excise` | refused |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, report in _reports(shared):
        numbers = [report["rollouts"], report["failures"], report["selected"]]
        rewritten = [report["rewritten"].get(name, 0) for name in ("render", "excise")]
        cells = [*numbers, *rewritten, report["refused"]]
        lines.append(f"| {name} | {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def _reports(shared: Path) -> Iterator[tuple[str, Row]]:
    folder = shared / "data" / "ifeval"
    ifeval = [str(folder / "responses_qwen25_7b.jsonl"), "--prompts", str(folder / "prompts.jsonl")]
    yield "IFEval, Qwen2.5-7B", relabel_report(*ifeval)
    with tempfile.TemporaryDirectory() as directory:
        for pattern in _PATTERNS:
            dump = Path(directory) / "dump.jsonl"
            muldimif_dump(shared, pattern, dump)
            yield f"MulDimIF, {pattern}", relabel_report(str(dump), "--top-k", "3")


def relabel_report(*arguments: str, out: str = "/dev/null") -> Row:
    """Return the summary that `hir-kit relabel ... --json` prints."""
    from hir_kit import cli

    printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.redirect_stdout(printed):
        code = cli.run(["relabel", *arguments, "-o", out, "--json"])
    if code:
        raise SystemExit(code)
    printed.seek(0)
    report: Row = json.loads(printed.read())
    return report


def muldimif_dump(shared: Path, pattern: str, out: Path) -> list[Row]:
    """Write MulDimIF's instructions of one pattern with three made responses each."""
    rows = _objects(shared / "data" / "muldimif" / "test_even_rows.json")
    source = hir_kit.load(installed=False).instructions["muldimif"]
    items = [source.read(row) for row in rows if row.data["constraint_pattern"] == pattern]
    groups = [_muldimif_group(item) for item in items]
    out.write_text("".join(json.dumps(group) + "\n" for group in groups), "utf-8")
    return groups


def _muldimif_group(item: Instruction) -> Row:
    words = [word for spec in item.constraints for word in spec.kwargs.get("keywords", [])]
    named = " ".join([_FILLER, *words])
    return {
        "id": item.key,
        "prompt": item.prompt,
        "constraints": [spec.to_json() for spec in item.constraints],
        "responses": [f"{_FILLER}.", f"{named}!", f"{named}. " * 40 + "And so on"],
    }


if __name__ == "__main__":
    default = Path(__file__).parents[2] / "shared"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    tables = (splitter_table, bound_table, muldimif_table, recovery_table, relabel_table)
    print("\n\n".join(table(folder) for table in tables))
