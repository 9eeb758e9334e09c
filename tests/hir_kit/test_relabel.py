"""Relabelling a group: what is kept, how it is rewritten, what is refused."""

from __future__ import annotations

from typing import Any

import pytest

import hir_kit
from hir_kit.model.rollout import Location
from hir_kit.relabel.contract import Refusal, Rewriting
from hir_kit.relabel.engine import relabel_group
from hir_kit.relabel.rewriting import choose_rewriters

KIT = hir_kit.load(installed=False)
TASK = "Describe IPv6."
SUBNET = {"id": "keywords:existence", "kwargs": {"keywords": ["subnet"]}}
NO_COMMA = {"id": "punctuation:no_comma"}
SHORT = {
    "id": "length_constraints:number_words",
    "kwargs": {"relation": "less than", "num_words": 6},
}


def _group(
    constraints: list[dict[str, Any]], responses: list[str], prompt: Any, task: str | None = None
) -> hir_kit.Group:
    specs = tuple(hir_kit.ConstraintSpec.from_json(item) for item in constraints)
    rollouts = tuple(hir_kit.Rollout(f"g/{i}", text) for i, text in enumerate(responses))
    return hir_kit.Group("g", prompt, specs, rollouts, Location("dump.jsonl", 1), task)


def _relabel(
    group: hir_kit.Group, *rewriters: Any, kit: hir_kit.Kit = KIT, **options: Any
) -> hir_kit.Relabelled:
    checker = kit.checker(group.constraints)
    checked = [checker.check(rollout.text) for rollout in group.rollouts]
    chosen = list(rewriters) or choose_rewriters(kit.rewriters, [])
    return relabel_group(group, checked, checker, chosen, hir_kit.RelabelOptions(**options))


def _with_texts() -> list[dict[str, Any]]:
    return [
        {**SUBNET, "text": "Include the keyword subnet."},
        {**NO_COMMA, "text": "Use no commas."},
        {**SHORT, "text": "Use less than 6 words."},
    ]


PROMPT = f"{TASK} Include the keyword subnet. Use no commas. Use less than 6 words."


def test_render_asks_for_exactly_what_was_satisfied() -> None:
    result = _relabel(_group(_with_texts(), ["A subnet, and more."], PROMPT, TASK))
    (replay,) = result.replays
    assert replay.prompt == f"{TASK} Include the keyword subnet. Use less than 6 words."
    assert [kept.spec.id for kept in replay.kept] == [SUBNET["id"], SHORT["id"]]
    assert [spec.id for spec in replay.dropped] == [NO_COMMA["id"]]
    assert replay.rewriter == "render"
    assert all(verdict.satisfied for verdict in replay.verdicts)


def test_only_the_last_user_message_is_rewritten() -> None:
    prompt = [
        {"role": "system", "content": "You are brief."},
        {"role": "user", "content": "Hello."},
        {"role": "assistant", "content": "Hi."},
        {"role": "user", "content": PROMPT},
    ]
    (replay,) = _relabel(_group(_with_texts(), ["A subnet, and more."], prompt, TASK)).replays
    assert replay.prompt[:3] == prompt[:3]
    assert (
        replay.prompt[3]["content"] == f"{TASK} Include the keyword subnet. Use less than 6 words."
    )


def test_a_constraint_that_another_message_states_is_not_dropped_silently() -> None:
    prompt = [
        {"role": "system", "content": "Use  no commas. Ever."},
        {"role": "user", "content": PROMPT},
    ]
    result = _relabel(_group(_with_texts(), ["A subnet, and more."], prompt, TASK))
    assert not result.replays
    assert result.refused[0].reasons["render"].code == "still-asked"


def test_what_the_task_itself_asks_for_is_cut_out_of_it() -> None:
    constraints = [
        {**NO_COMMA, "text": "Use no commas."},
        {
            "id": "length_constraints:number_words",
            "kwargs": {"num_words": 300},
            "text": "Answer with at least 300 words.",
        },
    ]
    task = "Write a summary of at least 300 words about IPv6."
    prompt = f"{task} Use no commas. Answer with at least 300 words."
    (replay,) = _relabel(_group(constraints, ["A short one."], prompt, task)).replays
    assert replay.prompt == "Write a summary about IPv6. Use no commas."
    assert replay.rewriter == "excise"


def test_at_most_top_k_and_only_partial_failures() -> None:
    responses = [
        "A subnet.",  # all met
        "A subnet, and more.",
        "A subnet, but another.",
        "Nothing, at all, of what was ever asked for.",  # none met
    ]
    group = _group(_with_texts(), responses, PROMPT, TASK)
    result = _relabel(group, top_k=1)
    assert (result.candidates, result.selected, len(result.replays)) == (2, 1, 1)
    assert len(_relabel(group).replays) == 2
    assert _relabel(group, top_k=0).replays == ()


def test_replays_keep_at_least_the_share_that_is_asked_for() -> None:
    responses = ["A subnet, and more.", "Nothing, but brief."]  # two of three met, one of three
    group = _group(_with_texts(), responses, PROMPT, TASK)
    shares = [
        {round(replay.candidate.f_int, 2) for replay in _relabel(group, min_kept=least).replays}
        for least in (0.0, 0.5, 2 / 3, 1.0)
    ]
    assert shares == [{0.67, 0.33}, {0.67}, {0.67}, set()]


def test_an_unknown_constraint_is_dropped_never_kept() -> None:
    soft = {"id": "soft:tone", "text": "Sound friendly."}
    constraints = [*_with_texts(), soft]
    group = _group(constraints, ["A subnet, and more."], f"{PROMPT} Sound friendly.", TASK)
    (replay,) = _relabel(group).replays
    assert "friendly" not in replay.prompt
    assert {spec.id for spec in replay.dropped} == {NO_COMMA["id"], "soft:tone"}


def test_a_request_to_repeat_the_request_needs_the_request() -> None:
    repeat = {
        "id": "combination:repeat_prompt",
        "kwargs": {"prompt_to_repeat": f"{TASK} Use no commas."},
        "text": "First repeat the request above.",
    }
    constraints = [{**NO_COMMA, "text": "Use no commas."}, repeat]
    prompt = f"{TASK} Use no commas. First repeat the request above."
    group = _group(constraints, [f"{TASK} Use no commas. It is new, and long."], prompt, TASK)
    result = _relabel(group)
    assert not result.replays
    assert result.refused[0].reasons["render"].code == "quoted"


def test_waive_must_be_asked_for_and_names_what_is_released() -> None:
    group = _group([SUBNET, NO_COMMA], ["A subnet, and more."], "Write of IPv6, the subnet way.")
    assert not _relabel(group).replays
    (replay,) = _relabel(group, KIT.rewriters["waive"]).replays
    assert replay.prompt == (
        "Write of IPv6, the subnet way.\n\nYou do not have to follow this requirement:\n"
        "- In your entire response, refrain from the use of any commas."
    )


def test_a_refusal_names_every_strategy_that_was_tried() -> None:
    group = _group([SUBNET, NO_COMMA], ["A subnet, and more."], "Write of IPv6, the subnet way.")
    (refused,) = _relabel(group).refused
    assert set(refused.reasons) == {"render", "excise"}
    assert refused.reasons["render"].code == "no-task"
    assert refused.rollout.id == "g/0"


class _Careless:
    """A strategy that forgets what it should do."""

    name, default, removes = "careless", True, True

    def rewrite(self, request: Rewriting) -> Any:
        return request.prompt


def test_a_strategy_that_leaves_the_constraint_in_is_caught() -> None:
    result = _relabel(_group(_with_texts(), ["A subnet, and more."], PROMPT, TASK), _Careless())
    assert result.refused[0].reasons["careless"].code == "still-asked"


class _Fickle(hir_kit.Verifier, id="test:fickle"):
    """Satisfied the first time only: what the second verification is there for."""

    def describe(self) -> str:
        return "Be fickle."

    def check(self, response: hir_kit.Response) -> hir_kit.Verdict:
        calls.append(response.text)
        return self.verdict(len(calls) == 1)


calls: list[str] = []


def test_a_replay_that_does_not_verify_again_is_refused() -> None:
    calls.clear()
    kit = hir_kit.load(installed=False)
    kit.registry.add(_Fickle, "test")
    constraints = [{"id": "test:fickle", "text": "Be fickle."}, {**NO_COMMA, "text": "No commas."}]
    group = _group(constraints, ["One, two."], f"{TASK} Be fickle. No commas.", TASK)
    result = _relabel(group, kit.rewriters["render"], kit=kit)
    assert result.refused[0].reasons["render"].code == "not-satisfied"


def test_an_unknown_rewriter_is_named_with_near_matches() -> None:
    with pytest.raises(hir_kit.UsageError, match=r"no rewriter 'excize'.*Did you mean 'excise'"):
        choose_rewriters(KIT.rewriters, ["excize"])


def test_refusals_are_values() -> None:
    assert Refusal("code", "reason") == Refusal("code", "reason")


class _Mute(hir_kit.Verifier, id="test:mute"):
    def describe(self) -> str:
        raise ValueError("no words")

    def check(self, response: hir_kit.Response) -> hir_kit.Verdict:
        return self.verdict("," in response.text)


def test_a_verifier_that_cannot_describe_itself_refuses_its_group_only() -> None:
    kit = hir_kit.load(installed=False)
    kit.registry.add(_Mute, "test")
    group = _group([{"id": "test:mute"}, NO_COMMA], ["One, two."], TASK, TASK)
    (refused,) = _relabel(group, kit=kit).refused
    assert refused.reasons["render"].code == "no-text"


TWICE = [
    ("Write a note without any commas.", "Write a note."),
    ("Write a note and avoid commas.", "Write a note."),
    ("Write, without commas, a note.", "Write a note."),
    ("Write a note that has no commas, and is about tea.", "Write a note that is about tea."),
    ("Write a comma-free note.", None),
    ("Write a note, commas forbidden.", None),
]


@pytest.mark.parametrize(("task", "left"), TWICE)
def test_what_the_task_asks_for_in_other_words_is_cut_or_refused(
    task: str, left: str | None
) -> None:
    constraints = [{**NO_COMMA, "text": "Do not use commas."}, {**SUBNET, "text": "Say subnet."}]
    group = _group(constraints, ["A subnet, so."], f"{task} Do not use commas. Say subnet.", task)
    result = _relabel(group)
    if left is None:
        assert result.refused[0].reasons["render"].code == "still-asked"
    else:
        assert [replay.prompt for replay in result.replays] == [f"{left} Say subnet."]


def test_an_instruction_that_stays_the_same_is_no_replay() -> None:
    constraints = [{**NO_COMMA, "text": "Do not use commas."}, {**SUBNET, "text": "Say subnet."}]
    group = _group(constraints, ["A subnet, so."], "Write a note. Say subnet.", "Write a note.")
    (refused,) = _relabel(group).refused
    assert refused.reasons["render"].code == "unchanged"


def test_another_message_that_asks_in_other_words_is_noticed() -> None:
    prompt = [
        {"role": "system", "content": "You never use commas."},
        {"role": "user", "content": PROMPT},
    ]
    (refused,) = _relabel(_group(_with_texts(), ["A subnet, and more."], prompt, TASK)).refused
    assert refused.reasons["render"].code == "still-asked"


def test_text_between_the_constraints_is_never_lost() -> None:
    prompt = "Sum up the text. Use no commas.\n\nText: The fox lives in Kent.\n\nSay subnet."
    constraints = [{**NO_COMMA, "text": "Use no commas."}, {**SUBNET, "text": "Say subnet."}]
    (replay,) = _relabel(_group(constraints, ["A subnet, so."], prompt, "Sum up the text.")).replays
    assert "The fox lives in Kent." in str(replay.prompt)
    assert replay.rewriter == "excise"


def test_a_constraint_that_is_the_rest_of_a_sentence_is_not_laid_out_anew() -> None:
    prompt = "Write a note. You must use no commas. Say subnet."
    constraints = [{**NO_COMMA, "text": "use no commas."}, {**SUBNET, "text": "Say subnet."}]
    (replay,) = _relabel(_group(constraints, ["A subnet, so."], prompt, "Write a note.")).replays
    assert (replay.rewriter, replay.prompt) == ("excise", "Write a note. Say subnet.")
