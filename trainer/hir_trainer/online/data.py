"""The data of an online run: instructions with constraints, read and checked.

Any source of instructions will do: `hir` rows, of which `responses` are not read, or a dataset as
it is published. A mistake is a ConfigError that names file and line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from hir_kit.errors import ConfigError, PluginError, SpecError
from hir_kit.files import jsonl
from hir_kit.model.constraint import parse_constraints
from hir_kit.model.prompt import as_messages, instruction_of
from hir_kit.model.rollout import Group, Location, Reject
from hir_kit.model.verdict import Verdict, counted
from hir_kit.plugins.kit import Kit
from hir_kit.read.instructions import Instruction, each_instruction
from hir_kit.relabel.recovery import with_task
from hir_kit.verify.checker import Checker, CheckOptions
from hir_kit.verify.instructed import instructed
from hir_kit.verify.judge import Judge, claimed
from hir_kit.verify.prompt_language import in_prompts_language
from hir_kit.verify.verifier import asked

Row = dict[str, Any]

COLUMNS = ("prompt", "constraints")
VERIFIABLE = "instruction"
UNVERIFIABLE = "with a constraint without verifier"
"""What the rows are called whose responses cannot succeed, as some verdict is never known."""


@dataclass(frozen=True, slots=True)
class Instructions:
    """What was read.

    Attributes:
        rows: What the trainer takes: prompt, constraints as JSON, task, id.
        counts: How many of them each file gave.
        row_kinds: Of each, whether it can be verified as a whole.
    """

    rows: list[Row]
    counts: tuple[int, ...]
    row_kinds: tuple[str, ...]

    @property
    def kinds(self) -> Counter[str]:
        """How many can be verified as a whole, and how many cannot."""
        return Counter(self.row_kinds)


def read_instructions(
    paths: Sequence[str], kit: Kit, languages: str | None = None, judges: Sequence[Judge] = ()
) -> Instructions:
    """Read files into the rows that the trainer takes; some can be verified as a whole.

    With `languages="auto"` counts and punctuation are in the language of the prompt's script.
    `judges` are asked what code cannot decide.
    """
    rows: list[Row] = []
    counts: list[int] = []
    unknown: Counter[str] = Counter()
    kinds: list[str] = []
    for path in paths:
        before = len(rows)
        for item in each_instruction(path, kit.instructions, _Strict()):
            if languages == "auto":
                asks = in_prompts_language(item.constraints, item.prompt, kit.registry)
                item = replace(item, constraints=asks)
            asks = instructed(item.constraints, partial(instruction_of, item.prompt), kit.registry)
            item = replace(item, constraints=asks)
            group, missing = _checked(item, kit, judges)
            unknown.update(missing)
            kinds.append(UNVERIFIABLE if missing else VERIFIABLE)
            rows.append(_row_of(group))
        counts.append(len(rows) - before)
    if not rows:
        raise ConfigError(f"{', '.join(paths)}: holds no instruction.")
    if VERIFIABLE not in kinds:
        raise _nothing_to_verify(paths, unknown)
    return Instructions(rows, tuple(counts), tuple(kinds))


def _row_of(group: Group) -> Row:
    specs = [spec.to_json() for spec in group.constraints]
    return {
        "prompt": group.prompt,
        "constraints": jsonl.dumps(specs).decode(),  # as JSON, which Arrow leaves alone
        "task": group.task,
        "id": group.id,
    }


def group_of(row: Mapping[str, Any]) -> Group:
    """Return the instruction of such a row, without rollouts."""
    specs = parse_constraints(row["constraints"])
    return Group(row["id"], row["prompt"], specs, (), Location("data", 0), row["task"])


class _Strict:
    """Makes a rejected row a mistake in the run's configuration."""

    def reject(self, reject: Reject) -> None:
        raise ConfigError(f"{_place(reject.location)}: {reject.reason}.")

    def advance(self, size: int) -> None:
        del size


def _checked(item: Instruction, kit: Kit, judges: Sequence[Judge]) -> tuple[Group, set[str]]:
    """Return the instruction, its task told where that can be, and the ids that nobody decides.

    Kwargs that do not fit are a mistake. So is a verifier that cannot say what it asks for:
    rewriting would fail on it, in mid-run.
    """
    place = _place(item.location)
    if not item.constraints:
        raise ConfigError(f"{place}: has no constraints, so no response to it can be verified.")
    try:
        checker = Checker(kit.registry, item.constraints, CheckOptions(time_limit=0))
        for verifier in filter(None, checker.verifiers):
            asked(verifier, verifier.describe)
            asked(verifier, verifier.quoted)
    except (SpecError, PluginError) as error:
        raise ConfigError(f"{place}: {error}.") from error
    group = Group(item.key, item.prompt, item.constraints, (), item.location, item.task)
    pairs = zip(item.constraints, checker.verifiers, strict=True)
    missing = {
        spec.id
        for spec, verifier in pairs
        if verifier is None and isinstance(claimed(judges, spec), Verdict | None)
    }
    return with_task(group, checker)[0], missing


def _place(location: Location) -> str:
    return f"{location.file}, line {location.line}"


def _nothing_to_verify(paths: Sequence[str], unknown: Counter[str]) -> ConfigError:
    named = ", ".join(f"{id!r} ({n})" for id, n in unknown.most_common(5))
    return ConfigError(
        f"{', '.join(paths)}: every instruction has a constraint without a verifier, so no "
        f"response could succeed: {named}. Name the file with the verifiers as plugin, a judge of "
        "soft constraints as hir_judge, or leave them out."
    )


def unify_prompts(rows: list[Row], template: object, model: str) -> list[Row]:
    """Turn string prompts into a user message where the model has a chat template.

    Without one, strings stay as they are, and messages are an error.
    """
    if template:
        return [{**row, "prompt": as_messages(row["prompt"])} for row in rows]
    if any(isinstance(row["prompt"], list) for row in rows):
        raise ConfigError(
            f"the prompts are messages, and the tokenizer of {model} has no chat template. Take a "
            "chat model, or give the prompts as the strings that the model shall see."
        )
    return rows


def check_dataset(dataset: Any, args: Any) -> None:
    """Refuse a dataset that cannot be trained on, before weights load."""
    check_columns(dataset)
    if hasattr(dataset, "__len__"):
        check_enough(len(dataset), args)


def check_columns(dataset: Any) -> None:
    """Refuse a dataset that lacks a column; what does not name its columns is let through."""
    names = getattr(dataset, "column_names", None)
    for name in COLUMNS:
        if isinstance(names, list) and name not in names:
            raise ConfigError(
                f"the dataset has no column {name!r}; its columns are {', '.join(names)}."
            )


def check_enough(count: int, args: Any) -> None:
    """Refuse fewer instructions than one generation batch holds: TRL would train on none."""
    wanted = args.generation_batch_size // args.num_generations
    if count < wanted:
        raise ConfigError(
            f"{counted(count, 'instruction')}: fewer than the {wanted} of one generation batch "
            f"(generation_batch_size {args.generation_batch_size} / num_generations "
            f"{args.num_generations}). Give more, or lower per_device_train_batch_size or "
            "steps_per_generation."
        )
