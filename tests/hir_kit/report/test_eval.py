"""`hir-kit eval`: the tables of benchmarks are what their papers and published checkers say."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from hir_kit.report.intervals import Bootstrap
from hir_kit.report.muldimif import levels_of

Row = dict[str, Any]
LEVELS = [
    f"{level} level, {way}" for level in ("prompt", "instruction") for way in ("strict", "loose")
]
CRITERIA = [
    ["一", "主需", "内容约束", "甲"],
    ["二", "次需", "数值约束", "乙"],
    ["三", "次需", "数值约束", "丙"],
]


def values(report: Row, section: str = "", model: int = 0) -> dict[str, float]:
    return {
        name: share["value"] if isinstance(share, dict) else share
        for name, share in report["models"][model]["sections"][section].items()
    }


def rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def published(verdicts: list[Row]) -> dict[str, float]:
    """Return what IFEval's evaluation prints, by its own formulas."""
    found = {}
    for way in ("strict", "loose"):
        flat = [ok for row in verdicts for ok in row[way]]
        found[f"prompt level, {way}"] = sum(all(row[way]) for row in verdicts) / len(verdicts)
        found[f"instruction level, {way}"] = sum(flat) / len(flat)
    return found


def test_ifeval_is_the_published_table(here: Any, shared: Path) -> None:
    folder = shared / "data" / "ifeval"
    report = here(
        "eval", "ifeval", f"qwen={folder / 'responses_qwen25_7b.jsonl'}",
        "--prompts", folder / "prompts.jsonl", "--json",
    ).json  # fmt: skip
    mine = values(report)
    wanted = published(rows(folder / "reference_verdicts_qwen25_7b.jsonl"))
    assert {name: mine[name] for name in LEVELS} == pytest.approx(wanted, abs=1e-12)
    assert (mine["prompts"], mine["responses"], mine["unknown verdicts"]) == (541, 541, 0)
    assert round(mine["prompt level, strict"], 4) == 0.7283


def test_ifbench_is_the_published_table(here: Any, shared: Path, dump: Any) -> None:
    """What the reference draws at random, or has its tagger decide, is taken from its verdicts."""
    folder = shared / "data" / "ifbench"
    reference = rows(folder / "reference_verdicts_qwen25_7b.jsonl")
    said = dump(
        [
            {"id": f"{row['key']}/0", "verdicts": [{"status": status(ok)} for ok in row["strict"]]}
            for row in reference
        ],
        "said.jsonl",
    )
    report = here(
        "eval", "ifbench", folder / "responses_qwen25_7b.jsonl", "--reference", "--json",
        "--prompts", folder / "prompts.jsonl", "--verdicts", said,
    ).json  # fmt: skip
    mine = values(report)
    assert mine["unknown verdicts"] == 0
    assert {name: mine[name] for name in LEVELS} == pytest.approx(published(reference), abs=1e-12)


def status(ok: object) -> str:
    return "satisfied" if ok else "violated"


def judged_rows(shared: Path) -> list[tuple[Row, str, list[bool]]]:
    """Return instructions with a text on which the reference has decided every constraint."""
    folder = shared / "data" / "muldimif"
    texts = {row["id"]: row["text"] for row in rows(folder / "responses.jsonl")}
    found: dict[tuple[int, str], dict[int, bool]] = defaultdict(dict)
    with gzip.open(folder / "reference_verdicts.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            found[row["row"], row["response"]][row["constraint"]] = row["verdict"]
    data = json.loads((folder / "test_even_rows.json").read_text("utf-8"))
    judged, seen = [], set()
    for (number, response), verdicts in found.items():
        item = data[number // 2]
        if number not in seen and len(verdicts) == len(item["constraints"]):
            seen.add(number)
            judged.append((item, texts[response], [verdicts[i] for i in sorted(verdicts)]))
    return judged


def test_muldimif_is_the_published_table(here: Any, shared: Path, dump: Any) -> None:
    judged = judged_rows(shared)
    assert len(judged) > 200
    answered = [
        {**item, "conversations": [*item["conversations"], {"role": "assistant", "content": text}]}
        for item, text, _ in judged
    ]
    verdicts = [
        {"id": f"{item['id']}/0", "verdicts": [{"status": status(ok)} for ok in said]}
        for item, _, said in judged
    ]
    report = here(
        "eval", "muldimif", dump(answered, "answers.jsonl"), "--json",
        "--verdicts", dump(verdicts, "said.jsonl"), "--verdicts-win",
    ).json  # fmt: skip
    met, of = defaultdict(int), defaultdict(int)

    def count(section: str, name: str, ok: bool) -> None:
        met[section, name] += ok
        of[section, name] += 1

    for item, _, said in judged:
        count("", "overall", all(said))
        count("pattern", item["constraint_pattern"], all(said))
        count("level", item["difficulty"], all(said))
        firsts = defaultdict(list)
        for (category, subcategory, _), ok in zip(item["constraints"], said, strict=True):
            first, second = levels_of(category, subcategory)
            firsts[first].append(ok)
            count("subcategory", f"{first}, {second}", ok)
        for first, oks in firsts.items():
            count("category", first, all(oks))
    for (section, name), total in of.items():
        assert values(report, section)[name] == pytest.approx(met[section, name] / total)


@pytest.mark.parametrize(
    ("pair", "levels"),
    [
        (("Length", "Words: At most"), ("Length", "Words")),
        (("XML", "Number of attributes"), ("Format", "XML")),
        (("Format", "Blurb"), ("Length", "Words")),
        (("Language", "English: Capitalized"), ("Language", "English")),
        (("Punctuation", "Ending punctuation"), ("Content", "Punctuation")),
        (("Format", "Markdown: Block quotes"), ("Format", "Markdown")),
    ],
)
def test_categories_are_mapped_as_published(pair: tuple[str, str], levels: tuple[str, str]) -> None:
    assert levels_of(*pair) == levels


def cfbench(scores: str, parsing: str = "1", **more: Any) -> Row:
    return {
        "idx": more.pop("idx", 0), "prompt": "写", "split": "hard", "criteria": CRITERIA,
        "response": "好", "judge_score": list(scores), "judge_parsing": parsing, **more,
    }  # fmt: skip


def test_cfbench_of_its_own_judge(here: Any, dump: Any) -> None:
    """All, only the primary, all but one secondary, all but the primary: PSR wants over 0.8."""
    judged = [cfbench(scores, idx=n) for n, scores in enumerate(("111", "100", "110", "011"))]
    mine = here("eval", "cfbench", dump(judged), "--json").json
    assert values(mine)["CSR"] == pytest.approx((1 + 1 / 3 + 2 / 3 + 2 / 3) / 4)
    assert values(mine)["ISR"] == 1 / 4
    assert values(mine)["PSR"] == 1 / 4  # 0.5 + 0.5 * 0.5 is not over 0.8
    assert values(mine, "split hard") == {
        name: values(mine)[name] for name in ("CSR", "ISR", "PSR")
    }


def test_cfbench_without_primary_criteria(here: Any, dump: Any) -> None:
    few = [[str(n), "次需", "内容约束", "甲"] for n in range(5)]
    judged = [cfbench("11110", criteria=few), cfbench("11111", idx=1, criteria=few)]
    assert values(here("eval", "cfbench", dump(judged), "--json").json)["PSR"] == 1 / 2


def test_what_no_judge_has_said_is_unknown(here: Any, dump: Any) -> None:
    judged = [cfbench("111"), cfbench("0", parsing="-1", idx=1)]
    ran = here("eval", "cfbench", dump(judged), "--json")
    mine = values(ran.json)
    assert (mine["ISR"], mine["unknown verdicts"], mine["responses"]) == (1.0, 3, 2)
    (kind,) = ran.json["models"][0]["unknown"]
    assert (kind["id"], kind["count"]) == ("judge:criterion", 3)
    assert "hir-kit judge DUMP" in kind["reason"]
    assert f"3 x judge:criterion: {kind['reason']}" in ran.err


def test_a_criterion_of_no_known_priority_rejects_the_row(here: Any, dump: Any) -> None:
    bad = cfbench("1", criteria=[["一", "其他", "内容约束", "甲"]])
    ran = here("eval", "cfbench", dump([bad]), "--json")
    assert ran.code == 1
    assert "主需 and 次需" in ran.err


def sampled(*groups: str) -> list[Row]:
    """Return groups of responses to one prompt: `+` has no comma, `-` has one, `?` is undecided."""
    texts = {"+": "no", "-": "a, b", "?": "no"}
    return [
        {
            "id": f"q{n}",
            "prompt": f"{n}",
            "constraints": [{"id": "punctuation:no_comma"}] + [{"id": "acme:x"}] * ("?" in marks),
            "responses": [texts[mark] for mark in marks],
        }
        for n, marks in enumerate(groups)
    ]


def test_several_responses_a_prompt(here: Any, dump: Any) -> None:
    mine = here("eval", "ifeval", dump(sampled("++--", "+---", "----")), "--json").json
    again = values(mine, "several responses a prompt")
    assert again["avg@4"] == pytest.approx(3 / 12)
    assert again["pass@2"] == pytest.approx(((1 - 1 / 6) + 1 / 2 + 0) / 3)
    assert again["pass@4"] == pytest.approx(2 / 3)
    assert "avg@2" not in again


def test_prompts_weigh_the_same_however_often_they_were_answered(here: Any, dump: Any) -> None:
    mine = here("eval", "ifeval", dump(sampled("+", "---")), "--json").json
    assert values(mine)["prompt level, strict"] == 1 / 2
    assert values(mine)["instruction level, strict"] == 1 / 4


def test_unknown_is_no_failure_and_is_counted(here: Any, dump: Any) -> None:
    mine = values(here("eval", "ifeval", dump(sampled("+", "-", "?")), "--json").json)
    assert mine["prompt level, strict"] == 1 / 2
    assert mine["unknown verdicts"] == 1


def test_models_are_columns(here: Any, dump: Any) -> None:
    one, two = dump(sampled("+", "-"), "one.jsonl"), dump(sampled("+", "+", "+"), "two.jsonl")
    ran = here("eval", "ifeval", one, f"b_%={two}", "--table", "latex")
    assert r" & one & b\_\% \\" in ran.out.decode()
    assert "one 2, b_% 3" in ran.err
    table = here("eval", "ifeval", one, f"b|c={two}", "--table", "markdown").out.decode()
    assert r"|  | one | b\|c |" in table
    assert "| prompt level, strict | 50.00 % [0.0, 100.0] | 100.00 % [100.0, 100.0] |" in table


def test_prompts_without_a_response_are_told(here: Any, dump: Any) -> None:
    asked = dump(
        [
            {
                "key": n,
                "prompt": f"{n}?",
                "instruction_id_list": ["punctuation:no_comma"],
                "kwargs": [{}],
            }
            for n in range(5)
        ],
        "prompts.jsonl",
    )
    answers = [{"prompt": f"{n}?", "response": "no"} for n in range(5)]
    whole, part = dump(answers, "whole.jsonl"), dump(answers[:3], "part.jsonl")
    options = ("--prompts", asked, "--json")
    ran = here("eval", "ifeval", whole, part, *options)
    assert "Warning: part: 2 of 5 prompts have no response" in ran.err
    assert "Warning: whole" not in ran.err
    assert [model["unanswered"] for model in ran.json["models"]] == [0, 2]
    assert [values(ran.json, model=n)["without a response"] for n in (0, 1)] == [0, 2]
    ran = here("eval", "ifeval", whole, *options)
    assert "no response" not in ran.err
    assert "without a response" not in values(ran.json)
    assert (
        here("eval", "ifeval", dump(sampled("+")), "--json").json["models"][0]["unanswered"] is None
    )


def test_one_instruction_has_no_interval(here: Any, dump: Any) -> None:
    one = dump(sampled("+-+"))
    share = here("eval", "ifeval", one, "--json").json["models"][0]["sections"][""]
    assert [share["prompt level, strict"][name] for name in ("low", "high")] == [None, None]
    table = here("eval", "ifeval", one, "--table", "markdown").out.decode()
    assert "| prompt level, strict | 66.67 % [n/a] |" in table


def test_thinking_that_leaves_no_answer_is_told(here: Any, dump: Any) -> None:
    ran = here("eval", "ifeval", dump(sampled("+", "-")), "--thinking-opened")
    assert "the thinking never closes in 2 responses" in ran.err


def test_the_ending_of_the_output_says_how_it_is_written(
    here: Any, dump: Any, tmp_path: Path
) -> None:
    for ending, begins in ((".md", "IFEval (arXiv"), (".tex", "% IFEval"), (".json", "{")):
        out = tmp_path / f"table{ending}"
        assert here("eval", "ifeval", dump(sampled("+")), "-o", out).code == 0
        assert out.read_text("utf-8").startswith(begins)


def test_the_same_bytes_every_time(here: Any, dump: Any) -> None:
    rollouts = dump(sampled("+-+", "---", "+++", "-+-"))
    one, two = (
        here("eval", "ifeval", rollouts, "--json", *more).out for more in ((), ("--workers", 2))
    )
    assert one == two


def test_mistakes_are_told(here: Any, dump: Any) -> None:
    rollouts = dump(sampled("+"))
    assert "no benchmark 'ifevl'. Did you mean 'ifeval'" in here("eval", "ifevl", rollouts).err
    told = here("eval", "muldimif", rollouts)
    assert told.code == 2
    assert "no 'constraint_pattern'" in told.err


def test_an_interval_holds_the_share_as_often_as_it_says() -> None:
    """Of a share p of n independent instructions the normal interval is known."""
    n, met = 400, 100
    low, high = Bootstrap(n).interval([1.0] * met + [0.0] * (n - met), [1.0] * n)
    half = 1.96 * (0.25 * 0.75 / n) ** 0.5
    assert low == pytest.approx(0.25 - half, abs=0.006)
    assert high == pytest.approx(0.25 + half, abs=0.006)


def test_responses_to_one_instruction_are_no_independent_samples() -> None:
    """Ten responses each, all alike: the interval is that of the instructions."""
    alone = Bootstrap(40).interval([1.0] * 10 + [0.0] * 30, [1.0] * 40)
    tenfold = Bootstrap(40).interval([10.0] * 10 + [0.0] * 30, [10.0] * 40)
    assert alone == tenfold
