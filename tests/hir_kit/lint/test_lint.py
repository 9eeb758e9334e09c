"""`hir-kit lint`: what it finds, and what it must not find."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Here = Callable[..., Any]
Dump = Callable[..., Path]
Found = Callable[..., list[str]]
Plugin = Callable[..., Path]

COMMA = ("punctuation:no_comma", {})
LOWER = ("change_case:english_lowercase", {})
UPPER = ("change_case:english_capital", {})


def words(relation: str, n: int) -> tuple[str, dict[str, Any]]:
    return "length_constraints:number_words", {"relation": relation, "num_words": n}


def named(*keywords: str) -> tuple[str, dict[str, Any]]:
    return "keywords:existence", {"keywords": list(keywords)}


def times(word: str, relation: str, n: int) -> tuple[str, dict[str, Any]]:
    return "keywords:frequency", {"keyword": word, "relation": relation, "frequency": n}


@pytest.fixture
def found(here: Here, dump: Dump) -> Found:
    """Give a function that lints one instruction and returns "kind: message" of each finding."""

    def lint(prompt: str, *constraints: tuple[str, dict[str, Any]], **more: Any) -> list[str]:
        rows = [{"id": id, "kwargs": kwargs} for id, kwargs in constraints]
        row = {"id": "q1", "prompt": prompt, "constraints": rows, "task": "Go on.", **more}
        ran = here("lint", dump([row], "asked.jsonl"), "--json")
        assert ran.code == 0, ran.err
        return [f"{one['kind']}: {one['message']}" for one in ran.json["findings"]]

    return lint


@pytest.mark.parametrize(
    "pair",
    [
        (words("at least", 300), words("less than", 200)),
        (UPPER, LOWER),
        (COMMA, named("tea, milk")),
        (COMMA, ("startend:end_checker", {"end_phrase": "Well, bye."})),
        (named("milk"), ("keywords:forbidden_words", {"forbidden_words": ["Milk"]})),
        (named("hot milk"), ("keywords:forbidden_words", {"forbidden_words": ["milk"]})),
        (times("milk", "at least", 3), times("Milk", "less than", 3)),
        (times("milk", "at least", 3), ("keywords:letter_frequency",
         {"letter": "k", "let_relation": "less than", "let_frequency": 3})),
        (LOWER, ("language:response_language", {"language": "de"})),
        (("language:response_language", {"language": "fr"}),
         ("language:response_language", {"language": "de"})),
        (LOWER, ("change_case:capital_word_frequency",
         {"capital_relation": "at least", "capital_frequency": 3})),
        (LOWER, ("detectable_format:multiple_sections",
         {"section_spliter": "Section", "num_sections": 2})),
        (LOWER, ("detectable_format:constrained_response", {})),
        (("combination:repeat_prompt", {"prompt_to_repeat": "Name a tea, please."}), COMMA),
        (("combination:repeat_prompt", {"prompt_to_repeat": "Name a tea."}),
         ("startend:quotation", {})),
        (("combination:repeat_prompt", {"prompt_to_repeat": "Name a tea."}),
         ("detectable_format:json_format", {})),
        (("combination:two_responses", {}),
         ("length_constraints:number_paragraphs", {"num_paragraphs": 3})),
        (("startend:end_checker", {"end_phrase": "The end."}),
         ("startend:end_checker", {"end_phrase": "Bye."})),
        (("punctuation:punctuation_dot", {}),
         ("detectable_content:postscript", {"postscript_marker": "P.S."})),
        (("count:punctuation", {}), COMMA),
        (("count:word_count_range", {"min_words": 50, "max_words": 80}), words("at least", 90)),
        (("rlvr:validate_uppercase", {}), ("rlvr:validate_lowercase", {})),
        (("rlvr:validate_word_constraint", {"N": 100, "quantifier": "around"}),
         ("rlvr:validate_word_constraint", {"N": 120, "quantifier": "at least"})),
        (("rlvr:verify_bullet_points", {"N": 3}), ("muldimif:no_bullet_points", {})),
        (("muldimif:words", {"max_words": 50}), ("muldimif:words", {"min_words": 60})),
        (("muldimif:uppercase", {}), ("muldimif:lowercase", {})),
        (("muldimif:no_punctuation", {"marks": ["period", "exclamation mark"]}),
         ("muldimif:ending_punctuation", {"marks": ["period", "exclamation mark"]})),
        (("muldimif:starts_with", {"text": "Well"}), ("muldimif:starts_with", {"text": "Now"})),
    ],
)  # fmt: skip
def test_what_no_response_can_meet(found: Found, pair: Any) -> None:
    (said,) = [one for one in found("Go on.", *pair) if "prompt" not in one.split(":")[0]]
    assert said.startswith("contradiction: ")
    (said,) = [one for one in found("Go on.", *reversed(pair)) if "prompt" not in one.split(":")[0]]
    assert said.startswith("contradiction: ")


@pytest.mark.parametrize(
    "pair",
    [
        (words("at least", 200), words("less than", 300)),
        (COMMA, named("tea; milk")),
        (named("category"), ("keywords:forbidden_words", {"forbidden_words": ["cat"]})),
        (LOWER, named("Tea")),  # to keywords case is all the same
        (LOWER, ("startend:end_checker", {"end_phrase": "The End."})),
        (UPPER, ("change_case:capital_word_frequency",
         {"capital_relation": "less than", "capital_frequency": 9})),
        (("startend:quotation", {}), ("detectable_format:json_format", {})),  # a JSON string
        (("startend:quotation", {}), ("startend:end_checker", {"end_phrase": "Bye."})),
        (("language:response_language", {"language": "zh"}), ("muldimif:chinese", {})),
        (("muldimif:words", {"max_words": 9, "each": "sentence"}), words("at least", 90)),
        (("muldimif:uppercase", {"part": "headings"}), LOWER),
        (("startend:end_checker", {"end_phrase": "you."}),
         ("startend:end_checker", {"end_phrase": "Thank you."})),
        (("rlvr:verify_letter_frequency", {"letter": "a", "N": 1}), named("banana")),
        (("length_constraints:number_paragraphs", {"num_paragraphs": 3}),
         ("rlvr:validate_paragraphs", {"N": 2, "first_word": "So", "i": 1})),
    ],
)  # fmt: skip
def test_what_can_be_met_is_no_contradiction(found: Found, pair: Any) -> None:
    assert not [said for said in found("Go on.", *pair) if said.startswith("contradiction")]


@pytest.mark.parametrize(
    "alone",
    [words("less than", 0), times("tea", "less than", 0)],
)
def test_what_can_never_be_met(found: Found, alone: Any) -> None:
    assert [said for said in found("Say tea.", alone) if said.startswith("contradiction: nothing")]


LETTER = ("keywords:letter_frequency", {"letter": "o", "let_relation": "less than",
                                        "let_frequency": 6})  # fmt: skip
BULLET = ("detectable_format:number_bullet_lists", {"num_bullets": 1})


@pytest.mark.parametrize(
    ("prompt", "asked", "said"),
    [
        ("Write at least 400 words.", words("at least", 336), "'at least 400 words'"),
        ("The letter o should appear at least 6 times.", LETTER, "'at least 6 times'"),
        ("Use exactly one bullet point. Make a few bullets.", BULLET, "'a few bullets'"),
        ("Write four hundred words or more.", words("at least", 300), "'four hundred words"),
        ("Your essay has 600+ words.", words("at least", 500), "'600+ words'"),
        ("Write at most 200 words.", words("at least", 200), "'at most 200 words'"),
        ("Say tea at least twice.", times("tea", "at least", 3), "'at least twice'"),
        ("Use exactly 4 bullet points.", BULLET, "'exactly 4 bullet points'"),
        ("Write fewer than ten sentences.",
         ("length_constraints:number_sentences", {"num_sentences": 5, "relation": "less than"}),
         "'fewer than ten sentences'"),
        ("Highlight at least 2 parts. Add at least three placeholders.",
         ("detectable_content:number_placeholders", {"num_placeholders": 5}),
         "'at least three placeholders'"),
        ("It has no more than 80 words.", ("muldimif:words", {"max_words": 60}),
         "'no more than 80 words'"),
        ("Answer with around 50 words.",
         ("rlvr:validate_word_constraint", {"N": 90, "quantifier": "around"}), "50 words'"),
    ],
)  # fmt: skip
def test_the_prompt_states_another_number(found: Found, prompt: str, asked: Any, said: str) -> None:
    (finding,) = found(prompt, asked)
    assert finding.startswith("other-number: the prompt says ")
    assert said in finding


@pytest.mark.parametrize(
    ("prompt", "asked"),
    [
        ("Write at least 300 words.", words("at least", 300)),
        ("Write more than 299 words.", words("at least", 300)),
        ("Write three hundred words. The title has at most 10 words.", words("at least", 300)),
        ("Each paragraph has at least 50 words.", words("at least", 300)),
        ("Fewer than 300 words is a fail.", words("at least", 300)),
        ("Anything under 300 words will be rejected.", words("at least", 300)),
        ("Nothing over 299 words, please.", words("less than", 300)),
        ("Write a long essay with a summary of at least 50 words.", words("at least", 300)),
        ("Avoid using the letter o more than five times.", LETTER),
        ("Never say tea more than twice.", times("tea", "less than", 3)),
        ("Say tea at least twice, and milk three times.", times("milk", "at least", 3)),
        ("Make 1 bullet point. Each section has a few bullet points.", BULLET),
        ("Write between 200 and 300 words.", words("at least", 200)),
        ("Sum up this 500-word article briefly.", words("less than", 90)),
        ("The speaker said tea 7 times. Why?", times("tea", "at least", 3)),
        ("Answer with around 100 words.",
         ("rlvr:validate_word_constraint", {"N": 100, "quantifier": "around"})),
        ("The sentence has 5 words. It was said 3 times that tea is hot.", words("at least", 90)),
    ],
)  # fmt: skip
def test_what_may_be_the_same_number(found: Found, prompt: str, asked: Any) -> None:
    assert found(prompt, asked) == []


def test_the_text_of_a_constraint_counts_before_the_prompt(found: Found) -> None:
    asked = {"id": words("at least", 80)[0], "kwargs": words("at least", 80)[1]}
    (said,) = found("Go on.", constraints=[{**asked, "text": "Use at least 60 words."}])
    assert "'at least 60 words'" in said
    assert found("At least 60 words.", constraints=[{**asked, "text": "At least 80 words."}]) == []


@pytest.mark.parametrize(
    ("prompt", "asked"),
    [
        ("Include the keyword subnet.", named("router")),
        ("Say goodbye at the end.", ("startend:end_checker", {"end_phrase": "Is that all?"})),
        ("Make tea. First repeat the request.",
         ("combination:repeat_prompt", {"prompt_to_repeat": "Make coffee."})),
        ("Leave out the word milk.",
         ("keywords:forbidden_words", {"forbidden_words": ["milk", "sugar"]})),
    ],
)  # fmt: skip
def test_a_text_that_the_prompt_does_not_name(found: Found, prompt: str, asked: Any) -> None:
    (said,) = found(prompt, asked)
    assert said.startswith("not-in-prompt: ")


@pytest.mark.parametrize(
    ("prompt", "asked"),
    [
        ("Use “SUB-NET”.", named("sub-net")),
        ("Mark each with SECTION X.", ("detectable_format:multiple_sections",
         {"section_spliter": "Section", "num_sections": 2})),
        ("Antworte auf Norwegisch.", ("language:response_language", {"language": "no"})),
        ("Answer with yes, no or maybe.", ("format:options", {"options": "yes/no/maybe"})),
        ("Use four hashtags.", ("keywords:letter_frequency",
         {"letter": "#", "let_relation": "at least", "let_frequency": 4})),
        ("Écris café.", named("cafe\u0301")),
    ],
)  # fmt: skip
def test_a_text_that_is_named_otherwise(found: Found, prompt: str, asked: Any) -> None:
    assert found(prompt, asked) == []


def test_the_same_constraint_twice(found: Found) -> None:
    assert found("No commas.", COMMA, COMMA)[0].startswith("twice: ")
    assert found("Say tea and milk.", named("tea"), named("milk")) == []


def test_english_under_a_script_without_spaces(found: Found) -> None:
    asked = words("at least", 20)
    (said,) = found("请写一篇关于茶的文章，至少20个词。", asked)
    assert said.startswith("english-only: ")
    assert found("ชาเป็นเครื่องดื่มที่ดี กรุณาเขียน", asked)[0].startswith("english-only: ")
    assert found("Translate into English: 请写一篇关于茶的文章，至少二十个词。", asked) == []
    assert found("请用英文写一篇关于茶的文章。", asked) == []
    assert found("Напиши о чае хотя бы двадцать слов.", asked) == []
    assert found("不要使用逗号。", COMMA) == []


def test_kwargs_that_do_not_fit(found: Found) -> None:
    (said,) = found("Go on.", ("length_constraints:number_words", {"num_word": 3}))
    assert said.startswith("bad-kwargs: kwarg 'num_words' is missing")


def test_ids_without_a_verifier_are_counted(here: Here, dump: Dump) -> None:
    asked = [{"id": "acme:rhymes", "text": "It rhymes."}, {"id": "acme:rhymes"}]
    rows = [{"id": str(n), "task": "t", "prompt": f"Go {n}.", "constraints": asked}
            for n in range(3)]  # fmt: skip
    ran = here("lint", dump(rows))
    assert (
        ran.out.decode()
        .splitlines()[0]
        .endswith(
            ":1: 0: acme:rhymes: no verifier for the constraint id 'acme:rhymes'. It is on 6 "
            "constraints, 3 without a text [no-verifier]"
        )
    )
    assert (
        here("lint", dump(rows), "--ignore", "no-verifier", "--ignore", "twice", "--check").code
        == 0
    )


def test_a_soft_constraint_needs_no_verifier(found: Found) -> None:
    assert found("Be kind.", ("judge:criterion", {"criterion": "kind"})) == []


def test_a_task_that_nothing_tells(here: Here, dump: Dump) -> None:
    asked = [{"id": "punctuation:no_comma"}]
    rows = [{"id": n, "prompt": f"Tea {n} without commas, please.", "constraints": asked}
            for n in range(2)]  # fmt: skip
    (said, total) = here("lint", dump(rows)).out.decode().splitlines()
    assert said.endswith("(2 instructions like that) [no-task]")
    assert total == "2 instructions: 1 finding"
    told = {"id": "a", "prompt": "Name teas.\nSay leaf.", "constraints": [
        {**asked[0], "text": "Say leaf."}]}  # fmt: skip
    assert here("lint", dump([told])).out == b"1 instruction: 0 findings\n"


def test_exit_codes_and_rejects(here: Here, dump: Dump) -> None:
    bad = {"id": "q", "task": "t", "prompt": "No commas.", "constraints": [
        {"id": COMMA[0]}, {"id": COMMA[0]}]}  # fmt: skip
    assert here("lint", dump([bad])).code == 0
    assert here("lint", dump([bad]), "--check").code == 1
    assert here("lint", dump([bad]), "--check", "--ignore", "twice").code == 0
    broken = dump(json.dumps(bad).encode() + b"\n{\n")
    ran = here("lint", broken)
    assert (ran.code, "1 row was rejected" in ran.err) == (0, True)
    assert here("lint", broken, "--strict").code == 2
    assert here("lint", broken, "--format", "no-such").code == 2


def test_dumps_and_instructions_of_every_kind_are_read(
    here: Here, process: Here, dump: Dump, row: Callable[..., Any]
) -> None:
    """One instruction of several responses is looked at once, wherever its rows stand."""
    twice = [{"id": COMMA[0]}, {"id": COMMA[0]}]
    expected = [("twice", "punctuation:no_comma")]
    ifeval = {"key": 1, "prompt": "No commas.", "instruction_id_list": [COMMA[0], COMMA[0]],
              "kwargs": [{}, {}]}  # fmt: skip
    flat = [{"p": "No commas.", "r": text, "constraints": twice} for text in "abc"]
    columns = ["--prompt-field", "p", "--response-field", "r", "--constraints-field", "constraints"]
    runs = [
        here("lint", dump([row("a", "b", constraints=twice)]), "--json"),
        here("lint", dump([ifeval], "ifeval.jsonl"), "--json"),
        here("lint", dump(flat), *columns, "--json"),
        process("lint", "-", "--json", stdin=json.dumps(ifeval).encode()),
        here("lint", dump([{"prompt": "No commas.", "response": "a"}]), "--format", "ifeval",
             "--prompts", dump([ifeval], "ifeval.jsonl"), "--json"),
    ]  # fmt: skip
    for ran in runs:
        found = [(one["kind"], one["id"]) for one in ran.json["findings"]]
        assert [one for one in found if one[0] != "no-task"] == expected, ran.err
        assert ran.json["instructions"] == 1


PLUGIN = '''
from hir_kit import Response, Verdict, Verifier
from hir_kit.plugin import Amount, Fact, Mentions

class Emoji(Verifier, id="acme:emoji"):
    """So many emoji."""
    least: int
    most: int | None = None

    def describe(self) -> str:
        return f"Use at least {self.least} emoji."

    def entails(self) -> tuple[Fact, ...]:
        %s

    def check(self, response: Response) -> Verdict:
        return self.verdict(True)
'''


def test_a_verifier_of_ones_own_says_what_it_entails(
    here: Here, dump: Dump, plugin: Plugin
) -> None:
    mine = plugin(PLUGIN % 'return (Amount("emojis", self.least, self.most),)')
    asked = [{"id": "acme:emoji", "kwargs": {"least": 3}},
             {"id": "acme:emoji", "kwargs": {"least": 0, "most": 2}}]  # fmt: skip
    rows = [{"id": "q", "task": "t", "prompt": "Use 9 emojis.", "constraints": asked}]
    found = here("lint", dump(rows), "--plugin", mine, "--json").json["findings"]
    assert {one["kind"] for one in found} == {"contradiction", "other-number"}


@pytest.mark.parametrize("most", [0, 2])
def test_a_text_with_an_upper_bound_alone_need_not_stand_there(
    here: Here, dump: Dump, plugin: Plugin, most: int
) -> None:
    mine = plugin(PLUGIN % f'return (Mentions("leaf", at_most={most}),)')
    forbidden = {"id": "keywords:forbidden_words", "kwargs": {"forbidden_words": ["leaf"]}}
    asked = [{"id": "acme:emoji", "kwargs": {"least": 0}}, forbidden]
    rows = [{"id": "q", "task": "t", "prompt": "Avoid the word leaf.", "constraints": asked}]
    assert here("lint", dump(rows), "--plugin", mine, "--json").json["findings"] == []


@pytest.mark.parametrize(
    "broken", ["return 3", "return ('words',)", "raise OSError('gone')", "while True: pass"]
)
def test_a_verifier_that_breaks_down_is_named(
    here: Here, dump: Dump, plugin: Plugin, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hir_kit.lint.linter._SECONDS", 0.2)
    mine = plugin(PLUGIN % broken)
    asked = [{"id": "acme:emoji", "kwargs": {"least": 3}}]
    rows = [{"id": "q", "task": "t", "prompt": "Use emojis.", "constraints": asked}]
    (found,) = here("lint", dump(rows), "--plugin", mine, "--json").json["findings"]
    assert found["kind"] == "crash"


def test_rows_that_are_rejected_are_said_with_a_command_that_keeps_them(
    here: Here, dump: Dump
) -> None:
    ran = here("lint", dump([{"id": "a", "prompt": 3, "constraints": [], "responses": ["r"]}]))
    assert "Warning: 1 row was rejected; `hir-kit verify -o FILE` keeps all:" in ran.err


def test_the_known_faults_of_ifeval_are_found(here: Here, shared: Path) -> None:
    ran = here("lint", shared / "data/ifeval/prompts.jsonl", "--ignore", "no-task", "--json")
    found = {(one["key"], one["kind"]) for one in ran.json["findings"]}
    assert found == {
        ("337", "other-number"), ("1174", "other-number"), ("2078", "other-number"),
        ("3311", "more-asked"), ("30", "twice"), ("1627", "contradiction"),
        ("3369", "contradiction"), ("3371", "contradiction"), ("3718", "contradiction"),
        ("374", "contradiction"),
    }  # fmt: skip
