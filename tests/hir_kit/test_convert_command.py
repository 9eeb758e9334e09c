"""`hir-kit convert`: any dump as `hir` rows that read as the same groups again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hir_kit
from hir_kit import ConstraintSpec, Group
from hir_kit.files.open import Input
from hir_kit.files.save import open_sink
from hir_kit.model.rollout import Location, Rollout
from hir_kit.model.rows import GROUPS
from hir_kit.read.format import ReadOptions, opened

KIT = hir_kit.load(installed=False)
ENDINGS = ["jsonl", "jsonl.gz", "jsonl.zst", "parquet"]
DEMO = Path(__file__).parents[2] / "examples" / "rollouts.jsonl"
NOWHERE = Location("", 0)


class _Quiet:
    def reject(self, reject: Any) -> None:
        raise AssertionError(reject)

    def advance(self, size: int) -> None: ...


def _groups(path: Path, name: str = "hir", **options: Any) -> list[Group]:
    items = KIT.formats[name].read([Input(str(path))], ReadOptions(**options), _Quiet())
    return [replace(group, location=NOWHERE, complete=True) for group in opened(items, _Quiet())]


# groups of every kind

# Without lone surrogates, which Parquet cannot hold, and marks of templates, which are read.
TEXTS = st.text(max_size=20).filter(lambda text: not set("<[{") & set(text))
ASKED = TEXTS.filter(str.strip)  # an empty prompt is none
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**80), 2**80) | TEXTS
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
OBJECTS = st.dictionaries(TEXTS, VALUES, max_size=3)
KWARGS = st.dictionaries(TEXTS, VALUES.filter(lambda value: value is not None), max_size=3)
SPECS = st.builds(ConstraintSpec, TEXTS.filter(bool), KWARGS, st.none() | TEXTS)
NUMBERS = st.none() | st.floats(allow_nan=False, allow_infinity=False)
MESSAGES = st.lists(
    st.fixed_dictionaries(
        {"role": TEXTS, "content": ASKED},
        optional={"name": VALUES.filter(lambda value: value not in (None, []))},  # say nothing
    ),
    min_size=1,
    max_size=3,
)
ROLLOUTS = st.lists(
    st.builds(Rollout, TEXTS, TEXTS, NUMBERS, NUMBERS, OBJECTS),
    min_size=1,
    max_size=3,
    unique_by=lambda rollout: rollout.id,
)


@st.composite
def _group(draw: st.DrawFn) -> Group:
    rollouts, id = draw(ROLLOUTS), draw(TEXTS)
    if draw(st.booleans()):  # the ids that the format gives by itself
        rollouts = [replace(item, id=f"{id}/{i}") for i, item in enumerate(rollouts)]
    return Group(
        id,
        draw(ASKED | MESSAGES),
        tuple(draw(st.lists(SPECS, max_size=3))),
        tuple(rollouts),
        NOWHERE,
        draw(st.none() | TEXTS),
        draw(OBJECTS),
    )


@pytest.mark.parametrize("ending", ENDINGS)
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(groups=st.lists(_group(), max_size=5, unique_by=lambda group: group.id))
def test_groups_survive_every_file(ending: str, groups: list[Group], tmp_path: Path) -> None:
    path = tmp_path / f"groups.{ending}"
    with open_sink(str(path), GROUPS) as sink:
        for group in groups:
            sink.write(group.to_json())
    assert _groups(path) == groups


# the command


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_shipped_rollouts_survive(ending: str, here: Any, tmp_path: Path) -> None:
    out, back = tmp_path / f"out.{ending}", tmp_path / "back.jsonl"
    ran = here("convert", DEMO, out)
    assert (ran.code, ran.out.decode(), ran.err) == (0, f"336 rollouts, 61 groups: {out}\n", "")
    assert _groups(out) == _groups(DEMO)
    assert here("convert", out, back, "--json").json == {
        "groups": 61, "rollouts": 336, "rejected": 0,
    }  # fmt: skip
    assert _groups(back) == _groups(DEMO)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_flat_dump_becomes_groups(ending: str, here: Any, dump: Any, tmp_path: Path) -> None:
    asked = [{"id": "punctuation:no_comma", "kwargs": {}, "text": "No commas."}]
    rows = [
        {"g": n % 2, "prompt": f"Do {n % 2}.", "response": str(n), "constraints": asked,
         "task": "Do.", "entropy": n / 8, "logprob": -1.5}
        for n in range(4)
    ]  # fmt: skip
    path, out = dump(rows), tmp_path / f"out.{ending}"
    assert here("convert", path, out, "--group-by", "g").code == 0
    assert _groups(out) == _groups(path, "jsonl", group_by="g")
    assert [[rollout.text for rollout in group.rollouts] for group in _groups(out)] == [
        ["0", "2"], ["1", "3"],
    ]  # fmt: skip


@pytest.mark.parametrize("ending", ENDINGS)
def test_responses_with_their_prompts(ending: str, here: Any, dump: Any, tmp_path: Path) -> None:
    prompts = [
        {
            "key": 1,
            "prompt": "Do.",
            "instruction_id_list": ["length_constraints:number_words"],
            "kwargs": [{"num_words": 3, "relation": "at least", "keywords": None}],
        }
    ]
    out = tmp_path / f"out.{ending}"
    answers = dump([{"prompt": "Do.", "response": ["x", "y"]}])
    ran = here("convert", answers, out, "--prompts", dump(prompts, "prompts.jsonl"))
    assert (ran.code, ran.err.splitlines()[0][:15]) == (0, "format: ifeval,")
    [group] = _groups(out)
    assert group.constraints[0].kwargs == {"num_words": 3, "relation": "at least"}
    assert [rollout.id for rollout in group.rollouts] == ["1/0", "1/1"]


def test_replays_keep_their_ids(here: Any, dump: Any, row: Any, tmp_path: Path) -> None:
    replays, out = tmp_path / "replays.jsonl", tmp_path / "out.parquet"
    here("relabel", dump([row("One.", "a, b")]), "-o", replays)
    assert here("convert", replays, out).code == 0
    assert _groups(out) == _groups(replays)
    [group] = _groups(out)
    assert [rollout.id for rollout in group.rollouts] == ["q1/0", "q1/1"]


def test_standard_input_to_standard_output(process: Any, row: Any) -> None:
    data = json.dumps(row("One.", meta={"x": None})).encode()
    ran = process("convert", "-", "-", stdin=data)
    [line] = ran.lines
    assert line["responses"] == [{"text": "One."}]
    assert line["meta"] == {"x": None}
    assert ran.err == "1 rollout, 1 group: -\n"


def test_rejects_stand_beside_the_output(
    here: Any, dump: Any, row: Any, rejects_of: Any, tmp_path: Path
) -> None:
    out = tmp_path / "out.parquet"
    path = dump([row(), {"prompt": "x", "responses": []}])
    assert here("convert", path, out).code == 0
    assert here("convert", path, out, "--strict").code == 2
    assert [reject["line"] for reject in rejects_of(out)] == [2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([DEMO], "Missing argument"),
        (["nowhere.jsonl", "out.jsonl"], "cannot read nowhere.jsonl"),
        ([DEMO, "-", "--json"], "standard output"),
        ([DEMO, "nowhere/out.parquet"], "cannot write nowhere/out.parquet"),
    ],
)
def test_what_cannot_be_is_one_line(arguments: list[Any], said: str, here: Any) -> None:
    ran = here("convert", *arguments)
    assert ran.code == 2
    assert said in ran.err


def test_the_dump_is_no_output(here: Any, dump: Any, row: Any) -> None:
    path = dump([row()])
    assert "it is read by this run" in here("convert", path, path).err


@pytest.mark.parametrize("name", ["ifeval", "ifbench"])
def test_published_files_survive(name: str, here: Any, shared: Path, tmp_path: Path) -> None:
    folder = shared / "data" / name
    files = [folder / "responses_qwen25_7b.jsonl", "--prompts", folder / "prompts.jsonl"]
    plain, packed = tmp_path / "out.jsonl", tmp_path / "out.parquet"
    for out in (plain, packed):
        assert here("convert", files[0], out, *files[1:]).code == 0
    assert _groups(packed) == _groups(plain)
    assert sum(len(group.rollouts) for group in _groups(packed)) == len(
        files[0].read_bytes().splitlines()
    )


def test_relabelled_rows_keep_what_they_say(here: Any, tmp_path: Path) -> None:
    replays, out = tmp_path / "replays.jsonl", tmp_path / "groups.jsonl"
    assert here("relabel", DEMO, "-o", replays).code == 0
    assert here("convert", replays, out).code == 0
    said = [json.loads(line) for line in replays.read_text("utf-8").splitlines()]
    groups = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    told = {
        (response.get("id", f"{group['id']}/{place}"), response["meta"]["kind"]): response["meta"]
        for group in groups
        for place, response in enumerate(group["responses"])
    }
    assert len(told) == len(said)
    for row in said:
        kept = told[row["id"], row["kind"]]
        assert kept == {key: row[key] for key in row if key not in OWN}
        assert ("hindsight" in kept) == (row["kind"] == "replay")
    assert _groups(out) == _groups(replays)


OWN = {"id", "group", "prompt", "completion", "constraints", "schema", "task"}
