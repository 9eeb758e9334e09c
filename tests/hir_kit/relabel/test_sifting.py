"""What a replay must pass besides: its thinking, and the filters that are asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import hir_kit
from hir_kit import ConstraintSpec, cli
from hir_kit.model.rollout import Group, Location, Rollout
from hir_kit.plugin import Draft
from hir_kit.relabel.degenerate import Degenerate
from hir_kit.relabel.engine import Relabelled, RelabelOptions, relabel_group
from hir_kit.verify.checker import CheckOptions

KIT = hir_kit.load(installed=False)
COMMA = ConstraintSpec("punctuation:no_comma")
SHORT = ConstraintSpec(
    "length_constraints:number_words", {"num_words": 10, "relation": "less than"}
)
PROMPT = "Name two teas. Use no commas. Use less than 10 words."


def relabelled(text: str, options: RelabelOptions, check: CheckOptions) -> Relabelled:
    here = Location("rows.jsonl", 1)
    group = Group("a", PROMPT, (COMMA, SHORT), (Rollout("a/0", text),), here)
    checker = KIT.checker(group.constraints, check)
    checked = [checker.check(text)]
    return relabel_group(group, checked, checker, [KIT.rewriters["excise"]], options)


ABOUT = "<think>No commas, I must not forget.</think>\n\nSencha, Assam."
OPENED = ABOUT.removeprefix("<think>")
OTHER = "<think>Tea. In few words.</think>Sencha, Assam."


@pytest.mark.parametrize(
    ("text", "thinking", "completion"),
    [
        (ABOUT, "refuse", None),
        (ABOUT, "drop", "\n\nSencha, Assam."),
        (ABOUT, "keep", ABOUT),
        (OPENED, "refuse", None),
        (OPENED, "drop", "</think>\n\nSencha, Assam."),
        (OTHER, "refuse", OTHER),
        (OTHER, "drop", OTHER),
        ("<think>Fewer than 10 words, they say.</think>Sencha, Assam.", "refuse", ...),
    ],
)
def test_thinking_about_what_is_dropped(text: str, thinking: Any, completion: Any) -> None:
    check = CheckOptions(thinking_opened=text is OPENED)
    found = relabelled(text, RelabelOptions(thinking=thinking), check)
    if completion is None:
        assert not found.replays
        (refused,) = found.refused
        assert refused.reasons["thinking"].code == "thinking"
        assert "commas" in refused.reasons["thinking"].reason
    else:
        (replay,) = found.replays
        assert replay.rollout.text == (text if completion is ... else completion)
        assert [verdict.satisfied for verdict in replay.verdicts] == [True]


@pytest.mark.parametrize(
    "thought",
    [
        "I should separate the names without ','.",
        "They dislike that punctuation mark.",
        "Constraint 1 is a restriction on pauses.",
        "Two requirements then.",
        "I must satisfy both.",
        "用户不让我用“，”。",
    ],
)
def test_thinking_that_may_mean_what_is_dropped_is_refused(thought: str) -> None:
    text = f"<think>{thought}</think>Sencha, Assam."
    found = relabelled(text, RelabelOptions(thinking="refuse"), CheckOptions())
    assert [one.reasons["thinking"].code for one in found.refused] == ["thinking"]


@pytest.mark.parametrize(
    ("id", "kwargs", "said", "about"),
    [
        ("length_constraints:number_words", {"num_words": 20, "relation": "at least"},
         "Use at least 20 words.", ["Needs to be long.", "Say twenty or so."]),
        ("keywords:frequency", {"keyword": "cup", "frequency": 2, "relation": "at least"},
         "Use the word cup at least 2 times.", ["I will put cup in there."]),
        ("detectable_format:title", {}, "Add a title like <<tea>>.",
         ["Heading needed.", "Chevrons on top."]),
        ("startend:quotation", {}, "Wrap it in double quotation marks.",
         ["The whole thing goes inside \" \"."]),
        ("detectable_format:number_bullet_lists", {"num_bullets": 3}, "Use 3 bullet points.",
         ["A list with stars.", "Three or more of them."]),
    ],
)  # fmt: skip
def test_thinking_by_other_names_numbers_and_words(
    id: str, kwargs: dict[str, Any], said: str, about: list[str]
) -> None:
    constraints = (ConstraintSpec(id, kwargs, text=said), COMMA)
    checker = KIT.checker(constraints, CheckOptions())
    options = RelabelOptions(thinking="refuse")
    for thought in [*about, "Tea is a drink."]:
        text = f"<think>{thought}</think>Tea is hot."
        prompt = f"Describe tea. {said} Do not use any commas."
        group = Group("a", prompt, constraints, (Rollout("a/0", text),), Location("a", 1))
        found = relabel_group(
            group, [checker.check(text)], checker, [KIT.rewriters["excise"]], options
        )
        assert len(found.refused) == (thought in about), (thought, found)


def test_thinking_that_is_verified_is_a_part_of_the_answer() -> None:
    found = relabelled(
        "<think>No commas.</think>Sencha, Assam.",
        RelabelOptions(),
        CheckOptions(keep_thinking=True),
    )
    assert len(found.replays) == 1


def draft(answer: str, task: str | None = None) -> Draft:
    prompt = "Write a travel guide about Lisbon for families. Avoid commas."
    return Draft(prompt, prompt, task, answer, (), ())


GUIDE = (
    "The trams of Lisbon are a delight for families, and the castle is open to all. A guide to the "
    "city has to speak of custard tarts, which are sold in the oldest bakery of the town."
)


RECIPE = (
    "The recipe is easy to make in an hour: boil the rice, stir in the butter and the cheese, and "
    "wait until it is as soft as a cloud of milk. Serve it with pepper on the side."
)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (GUIDE, None),
        ("", "empty"),
        ("...", "empty"),
        ("I love it. " * 40, "repetition"),
        ("tea " * 18, "repetition"),
        ("No, no, no!", None),
        ("Write a travel guide about Lisbon for families. Avoid commas.", "echo"),
        (
            RECIPE,
            "off-topic",
        ),
        # Another language, and a short answer, prove nothing.
        ("El arroz se cuece en agua con sal y luego se sirve con queso y con pimienta " * 2, None),
        ("The rice is done in an hour.", None),
        ("Tea for two, two for tea. " * 3 + GUIDE, None),
    ],
)
def test_degenerate_responses(answer: str, code: str | None) -> None:
    found = Degenerate().refusal(draft(answer, "Write a travel guide about Lisbon for families."))
    assert (found.code if found else None) == code
    found = Degenerate().refusal(draft(answer))
    assert (found.code if found else None) == code


FILTERS = """
import time
from hir_kit import hookimpl
from hir_kit.plugin import Refusal

class Filter:
    def __init__(self, name, refusal):
        self.name, self.refusal = name, refusal

def dull(draft):
    return Refusal("dull", draft.answer) if "Sencha" in draft.answer else None

def crash(draft):
    raise ValueError("oh")

@hookimpl
def register_filters(register):
    register(Filter("dull", dull))
    register(Filter("crash", crash))
    register(Filter("wrong", lambda draft: "no"))
    register(Filter("slow", lambda draft: time.sleep(60)))
"""


def _row(folder: Path) -> Path:
    row = {
        "id": "a",
        "prompt": PROMPT,
        "constraints": [COMMA.to_json(), SHORT.to_json()],
        "responses": ["Sencha, Assam.", "Assam, Oolong."],
    }
    (folder / "rows.jsonl").write_text(json.dumps(row), "utf-8")
    (folder / "own.py").write_text(FILTERS, "utf-8")
    return folder / "rows.jsonl"


def _relabel(folder: Path, *more: str) -> tuple[list[str], dict[str, str]]:
    """Return the responses that became replays, and the code for each that was refused."""
    out, rest = folder / "out.jsonl", folder / "rest.jsonl"
    arguments = ["relabel", str(_row(folder)), "-o", str(out), "--no-include-originals"]
    arguments += ["--refused", str(rest), "--plugin", str(folder / "own.py"), *more]
    assert cli.run(arguments) == 0
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    refused = {
        response["text"]: next(
            reason["code"] for name, reason in response["meta"]["refused"].items() if name in more
        )
        for line in rest.read_text("utf-8").splitlines()
        for response in json.loads(line)["responses"]
    }
    return [row["completion"][0]["content"] for row in rows], refused


@pytest.mark.parametrize(
    ("name", "left", "code"),
    [
        ("dull", ["Assam, Oolong."], "dull"),
        ("crash", [], "failed"),
        ("wrong", [], "failed"),
        ("slow", [], "timed-out"),
    ],
)
def test_a_filter_of_ones_own(
    name: str, left: list[str], code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    replays, refused = _relabel(tmp_path, "--filter", name, "--time-limit", "0.5")
    assert replays == left
    assert set(refused.values()) == {code}
    assert f" x {name}, {code}: a/0" in capsys.readouterr().out


def test_a_filter_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["relabel", str(_row(tmp_path)), "-o", "-", "--filter", "degnerate"]
    assert cli.run(arguments) == 2
    assert "did you mean 'degenerate'?" in capsys.readouterr().err.lower()
