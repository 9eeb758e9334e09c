"""Instructions apart from their rollouts: which source a file is, and what joins to what."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hir_kit
from hir_kit import ConstraintSpec, RowError, UsageError
from hir_kit.model.prompt import Prompt
from hir_kit.model.rollout import Location, Reject
from hir_kit.read.instructions import Instruction, Instructions, load_instructions

KIT = hir_kit.load(installed=False)
NO_COMMA = ConstraintSpec("punctuation:no_comma")
TITLE = ConstraintSpec("detectable_format:title")
HIR = {"id": "q1", "prompt": "Do this.", "task": "Do", "constraints": [NO_COMMA.to_json()]}
IFEVAL = {"key": 7, "prompt": "Do that.", "instruction_id_list": [NO_COMMA.id], "kwargs": [{}]}


class _Rejects(list[Reject]):
    def reject(self, reject: Reject) -> None:
        self.append(reject)

    def advance(self, size: int) -> None:
        raise AssertionError(f"{size} bytes of the dump were not read here")


def _load(*files: Path, rejects: _Rejects | None = None, name: str | None = None) -> Instructions:
    feedback = _Rejects() if rejects is None else rejects
    known = load_instructions([str(file) for file in files], KIT.instructions, feedback, name)
    assert rejects is not None or feedback == []
    return known


def _item(
    prompt: Prompt, key: str = "", specs: Sequence[ConstraintSpec] = (NO_COMMA,), line: int = 1
) -> Instruction:
    return Instruction(key or str(prompt), prompt, tuple(specs), Location("p.jsonl", line))


def _table(*items: Instruction) -> Instructions:
    known = Instructions()
    for item in items:
        known.add(item)
    return known


# which source


def test_each_file_is_told_by_its_first_row(dump: Any) -> None:
    known = _load(dump([HIR], "a.jsonl"), dump([IFEVAL], "b.jsonl"))
    one, two = known.find("Do this."), known.find("Do that.")
    assert (one.key, one.task, one.constraints) == ("q1", "Do", (NO_COMMA,))
    assert (two.key, two.task, two.constraints) == ("7", None, (NO_COMMA,))
    assert len(known) == 2


def test_a_file_without_a_known_source_is_refused(dump: Any) -> None:
    with pytest.raises(
        UsageError, match=r"p\.jsonl:2 is no instruction .*\['x'\]\. .*known: .*hir"
    ):
        _load(dump(b'not json\n{"x": 1}\n', "p.jsonl"), rejects=_Rejects())


def test_a_file_of_two_sources_is_refused_until_one_is_said(dump: Any) -> None:
    path = dump([{**HIR, **IFEVAL}])
    with pytest.raises(UsageError, match="as hir and ifeval: say which by --prompts-format"):
        _load(path)
    assert _load(path, name="ifeval").find_key("7").key == "7"
    assert _load(path, name="hir").find_key("q1").task == "Do"


def test_a_source_that_is_not_there_is_named(dump: Any) -> None:
    with pytest.raises(UsageError, match=r"'ifevl'\. Did you mean 'ifeval'.*Known: .*hir"):
        _load(dump([IFEVAL]), name="ifevl")


@pytest.mark.parametrize("content", [b"", b"\n\n"])
def test_a_file_without_rows_is_refused(content: bytes, dump: Any) -> None:
    with pytest.raises(UsageError, match=r"p\.jsonl holds no instruction"):
        _load(dump(content, "p.jsonl"))


def test_a_later_row_of_another_shape_is_rejected(dump: Any) -> None:
    rejects = _Rejects()
    known = _load(dump([IFEVAL, HIR]), rejects=rejects)
    assert [one.location.line for one in rejects] == [2]
    assert "no 'instruction_id_list'; its keys are ['constraints', 'id'," in rejects[0].reason
    with pytest.raises(RowError, match="no instruction"):
        known.find("Do this.")


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ({**HIR, "schema": 2}, "schema 2"),
        ({**HIR, "completion": "x"}, "this is a rollout, no instruction"),
        ({**HIR, "completion": "x", "kind": "replay"}, "this is a training row of"),
        ({**HIR, "id": []}, "an id is a string or an integer, got []"),
        ({**HIR, "task": 7}, "'task' is a string or null"),
        ({**HIR, "meta": 7}, "'meta' is an object or null"),
        ({**HIR, "prompt": None}, "got null"),
        ({**HIR, "constraints": 7}, "got 7"),
    ],
)
def test_a_bad_row_of_hir_is_rejected(item: dict[str, Any], said: str, dump: Any) -> None:
    rejects = _Rejects()
    _load(dump([HIR, item]), rejects=rejects)
    assert [one.location.line for one in rejects] == [2]
    assert said in rejects[0].reason


# the join


def test_white_space_at_both_ends_does_not_count_and_all_else_does() -> None:
    known = _table(_item("Do  this.\n"))
    assert known.find("Do  this.") is known.find(" Do  this.\t")
    for other in ("Do this.", "do  this.", "Do  this", ""):
        with pytest.raises(RowError, match="no instruction"):
            known.find(other)


def test_the_exact_text_goes_before_the_stripped_one() -> None:
    known = _table(_item("Do."), _item("Do. ", specs=[TITLE]))
    assert known.find("Do.").constraints == (NO_COMMA,)
    assert known.find("Do. ").constraints == (TITLE,)
    with pytest.raises(RowError, match=r"p\.jsonl:1 and p\.jsonl:1"):
        known.find(" Do.")


def test_a_text_of_two_instructions_is_refused_with_both_places() -> None:
    known = _table(_item("Do.", "1"), _item("Do.", "2", line=2), _item("Do.", "3", [TITLE], 3))
    with pytest.raises(RowError, match=r"with other constraints: p\.jsonl:1 and p\.jsonl:3"):
        known.find("Do.")
    assert known.find_key("3").constraints == (TITLE,)


def test_messages_and_strings_join() -> None:
    user = [{"role": "user", "content": "Do."}]
    system = [{"role": "system", "content": "Be kind."}, *user]
    for kept in ("Do.", user, system):
        for sought in ("Do.", user, system, [{"role": "system", "content": "Be brief."}, *user]):
            assert _table(_item(kept)).find(sought).prompt == kept


def test_system_messages_tell_instructions_apart() -> None:
    user = {"role": "user", "content": "Do."}
    kind, brief = ([{"role": "system", "content": c}, user] for c in ("Be kind.", "Be brief."))
    known = _table(_item(kind, "1"), _item(brief, "2"))
    assert (known.find(kind).key, known.find(brief).key) == ("1", "2")
    with pytest.raises(RowError, match="two instructions"):
        known.find("Do.")


def test_a_talk_of_several_turns_only_matches_as_a_whole() -> None:
    talk = [
        {"role": "user", "content": "Hi."},
        {"role": "assistant", "content": "Hi!"},
        {"role": "user", "content": "Do."},
    ]
    known = _table(_item(talk, "1"))
    assert known.find([dict(message) for message in talk]).key == "1"
    for other in ("Do.", talk[:2], [{"role": "user", "content": "Do."}]):
        with pytest.raises(RowError, match="no instruction"):
            known.find(other)


def test_a_key_of_two_instructions_finds_neither_and_their_texts_both() -> None:
    known = _table(_item("Do.", "1"), _item("Do.", "1", line=2), _item("Else.", "1", line=3))
    assert [known.find(text).key for text in ("Do.", "Else.")] == ["1", "1@p:3"]
    with pytest.raises(RowError, match=r"have the key 1: p\.jsonl:1 and p\.jsonl:3"):
        known.find_key(1)
    assert known.find_key("1@p:3").prompt == "Else."
    assert len(known) == 2
    with pytest.raises(RowError, match=r"the key '1' is .* p\.jsonl:1, and '1@p:3' .*p\.jsonl:3"):
        known.add(_item("More.", "1", line=3))


def test_a_key_that_is_not_there() -> None:
    known = _table(_item("Do.", "tea-1"), _item("Go.", "7"))
    assert known.find_key(7.0).prompt == "Go."
    assert known.find_key("tea-1").prompt == "Do."
    with pytest.raises(RowError, match=r"the key 'tea-2'\. Did you mean 'tea-1'"):
        known.find_key("tea-2")
    for key in (None, True, 1.5, ["q1"]):
        with pytest.raises(RowError, match="a key is a string or an integer"):
            known.find_key(key)


def test_rows_keep_their_numbers_where_some_are_rejected(dump: Any) -> None:
    lines = [json.dumps(IFEVAL), "broken", "", '{"prompt": 7, "instruction_id_list": []}',
             json.dumps({**IFEVAL, "prompt": "Else."}), json.dumps({**IFEVAL, "key": 8}),
             json.dumps(IFEVAL)]  # fmt: skip
    rejects = _Rejects()
    known = _load(dump("\n".join(lines).encode()), rejects=rejects)
    assert [one.location.line for one in rejects] == [2, 4]
    assert [known.find_row(number).key for number in (0, 3, 4, 5)] == ["7", "7@dump:5", "8", "7"]
    for number in (1, 2):
        with pytest.raises(RowError, match=f"row {number} .* was rejected"):
            known.find_row(number)
    for number in (-1, 6):
        with pytest.raises(RowError, match=f"6 rows, and no row {number}"):
            known.find_row(number)


def test_a_row_number_says_nothing_in_two_files(dump: Any) -> None:
    known = _load(dump([IFEVAL], "a.jsonl"), dump([HIR], "b.jsonl"))
    with pytest.raises(RowError, match="row 0 could be of 2 files"):
        known.find_row(0)


texts = st.text(alphabet="ab \n", max_size=4)
items = st.lists(st.tuples(texts, st.sampled_from([NO_COMMA, TITLE])), max_size=6)


@given(items, texts)
def test_what_is_found_has_the_text_and_is_the_only_answer(
    pairs: list[tuple[str, ConstraintSpec]], sought: str
) -> None:
    known = _table(*(_item(text, str(i), [spec], i) for i, (text, spec) in enumerate(pairs)))
    exact = {spec.id for text, spec in pairs if text == sought}
    near = exact or {spec.id for text, spec in pairs if text.strip() == sought.strip()}
    if len(near) == 1:
        assert {spec.id for spec in known.find(sought).constraints} == near
    else:
        with pytest.raises(RowError, match="two instructions" if near else "no instruction"):
            known.find(sought)


# the command


def test_the_join_by_command(here: Any, dump: Any) -> None:
    answers = dump([{"prompt": "Do this.", "response": "Done."}], "answers.jsonl")
    prompts = dump([HIR], "prompts.jsonl")
    ran = here("verify", answers, "--format", "ifeval", "--prompts", prompts, "-o", "-")
    assert [line["id"] for line in ran.lines] == ["q1/0"]
    forced = here("verify", answers, "--format", "ifeval", "--prompts", prompts,
                  "--prompts-format", "ifeval", "-o", "-")  # fmt: skip
    assert (forced.code, forced.lines) == (1, [])
    assert "prompts.jsonl:1: the row has no 'instruction_id_list'" in forced.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--prompts-format", "hir"], "--prompts-format says how the files of --prompts"),
        (["--prompts", "-", "--format", "ifeval"], "both `-`"),
        (["--prompts", "nowhere.jsonl", "--format", "ifeval"], "cannot read nowhere.jsonl"),
    ],
)
def test_options_that_do_not_fit(options: list[str], said: str, here: Any) -> None:
    ran = here("verify", "-", *options)
    assert ran.code == 2
    assert said in ran.err


def test_the_sources_are_listed(here: Any) -> None:
    listed = here("formats", "--json").json["instructions"]
    assert listed == {name: source.summary for name, source in KIT.instructions.items()}
    assert all(name.encode() in here("formats").out for name in listed)


def test_the_task_of_the_instruction_serves_the_rewriting(here: Any, dump: Any) -> None:
    specs = [{**NO_COMMA.to_json(), "text": "No commas."}, {**TITLE.to_json(), "text": "A title."}]
    prompts = dump(
        [{"prompt": "Do this. No commas. A title.", "task": "Do this.", "constraints": specs}],
        "prompts.jsonl",
    )
    answers = dump([{"prompt": "Do this. No commas. A title.", "response": "Done."}], "a.jsonl")
    ran = here("relabel", answers, "--format", "ifeval", "--prompts", prompts, "-o", "-")
    replay = ran.lines[-1]
    assert replay["prompt"][0]["content"] == "Do this. No commas."
    assert replay["hindsight"]["rewriter"] == "render"
