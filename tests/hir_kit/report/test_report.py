"""`hir-kit report`: its numbers, and that the page holds them."""

from __future__ import annotations

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from hir_kit.report.lengths import lengths
from hir_kit.report.sample import Sample
from hir_kit.report.together import together

Row = dict[str, Any]


def packed(page: Path) -> Row:
    """Return what a page's script reads."""
    text = page.read_text("utf-8")
    data = re.search(r'<script id="data" type="text/plain">([^<]*)</script>', text)
    assert data
    found: Row = json.loads(gzip.decompress(base64.b64decode(data[1])))
    return found


def only(report: Row) -> Row:
    (run,) = report["runs"]
    found: Row = run
    return found


def test_the_numbers_are_those_of_verify(here: Any, shared: Path) -> None:
    folder = shared / "data" / "ifeval"
    options = (folder / "responses_qwen25_7b.jsonl", "--prompts", folder / "prompts.jsonl")
    run = only(here("report", *options, "--json").json)
    verified = here("verify", *options, "--loose", "--json").json
    for way in ("strict", "loose"):
        mine = run["accuracy"][way]
        assert mine["ila"]["value"] == pytest.approx(verified[way]["ila"])
        assert mine["cla"]["value"] == pytest.approx(verified[way]["cla"])
        assert mine["ila"]["low"] < mine["ila"]["value"] < mine["ila"]["high"]
    assert run["groups"] == verified["groups"]
    by = {part["title"]: {row["name"]: row for row in part["rows"]} for part in run["by"]}
    for id, counts in verified["strict"]["constraints"].items():
        if id != "all":
            own = by["constraint"][id]
            assert {name: own[name] for name in counts} == counts
    assert sum(row["strict"]["of"] for row in by["number of constraints"].values()) == 541


def test_columns_of_the_dump(here: Any, dump: Any, tea: Any) -> None:
    """Those that tell rollouts apart, and are no texts or numbers of their own."""
    groups = [
        tea("a", "Hot.", meta={"source": "x", "same": 1, "id": "a", "long": "x" * 99}),
        tea("b", "Mild, hot.", meta={"source": "y", "same": 1, "id": "b", "list": [1]}),
    ]
    more = [tea(f"q{n}", "Hot.", meta={"id": f"{n}", "source": "x"}) for n in range(30)]
    run = only(here("report", dump([*groups, *more]), "--json").json)
    assert [part["title"] for part in run["by"]] == [
        "constraint",
        "number of constraints",
        "meta.source",
    ]
    source = {row["name"]: row["strict"]["value"] for row in run["by"][2]["rows"]}
    assert source == {"x": 1.0, "y": 0.0}


def test_replays_and_refusals(here: Any, dump: Any, tea: Any, tmp_path: Path) -> None:
    rollouts = dump(
        [tea("a", "Mild, hot.", "Hot."), {**tea("b", "So, so."), "task": None, "prompt": "Tea!"}]
    )
    replays, refused = tmp_path / "replays.jsonl", tmp_path / "refused.jsonl"
    here("relabel", rollouts, "-o", replays, "--refused", refused)
    report = here("report", replays, refused, "--json").json
    run = only(report)
    assert run["rollouts"] == 3
    assert run["replays"] == {
        "count": 1,
        "relaxed": 0,
        "by": [{"name": "render", "count": 1}],
        "dropped": [{"name": "punctuation:no_comma", "count": 1}],
        "kept": {"mean": 0.5, "least": 0.5, "most": 0.5},
    }
    assert run["refused"]["count"] == 1
    assert {(row["rewriter"], row["code"]) for row in run["refused"]["reasons"]} == {
        ("render", "no-task"),
        ("excise", "not-found"),
    }
    assert report["sample"] == {"shown": 5, "of": 5}


def test_a_run_without_rollouts_is_not_compared(
    here: Any, dump: Any, relabelled: Any, tea: Any, tmp_path: Path
) -> None:
    rollouts, replays = dump([tea("a", "Mild, hot.")]), tmp_path / "replays.jsonl"
    here("relabel", rollouts, "-o", replays, "--no-include-originals")
    last = relabelled(tea("a", "Hot."), name="last.jsonl")
    report = here("report", f"one={rollouts}", f"two={replays}", f"three={last}", "--json").json
    assert [(one["one"], one["other"]) for one in report["comparisons"]] == [("one", "three")]


def test_what_no_file_was_given_of_has_no_number(
    here: Any, relabelled: Any, dump: Any, tea: Any
) -> None:
    met = only(here("report", relabelled(tea("a", "Hot.")), "--json").json)
    assert met["replays"]["count"] == met["replays"]["relaxed"] == 0
    assert met["refused"]["count"] is None
    run = only(here("report", dump([tea("a", "Hot.")]), "--json").json)
    assert run["replays"]["count"] is run["replays"]["relaxed"] is None


def test_verdict_files_alone_and_with_their_dump(
    here: Any, dump: Any, tea: Any, tmp_path: Path
) -> None:
    rollouts, verdicts = dump([tea("a", "Mild, hot.", "Hot.")]), tmp_path / "verdicts.jsonl"
    here("verify", rollouts, "-o", verdicts, "--loose")
    said = [json.loads(line) for line in verdicts.read_text().splitlines()]
    said[0]["verdicts"][0] = {"status": "satisfied"}
    people = dump(said, "people.jsonl")
    alone, joined = (
        only(here("report", *files, "--json").json) for files in ((verdicts,), (people, rollouts))
    )
    assert alone["accuracy"]["strict"]["ila"]["value"] == 0.5
    assert alone["groups"]["mixed"] == 1
    assert joined["accuracy"]["strict"]["ila"]["value"] == 1.0


def test_runs_side_by_side(here: Any, dump: Any, tea: Any) -> None:
    """The same prompts under other ids: rows are matched by the instruction and their place."""
    one = dump([tea("a", "Mild, hot.", "Hot."), tea("b", "So, so."), tea("c", "Hot.")], "one.jsonl")
    other = [tea("a", "Hot.", "Hot."), tea("b", "So, so."), tea("d", "Hot.")]
    two = dump([{**row, "id": f"other-{row['id']}"} for row in other], "two.jsonl")
    report = here("report", f"base={one}", f"tuned={two}", "--json").json
    (compared,) = report["comparisons"]
    assert (compared["one"], compared["other"]) == ("base", "tuned")
    assert (compared["instructions"], compared["rows"]) == (2, 3)
    assert (compared["better"], compared["worse"]) == (1, 0)
    assert compared["ila"]["before"] == pytest.approx(1 / 3)
    assert compared["ila"]["after"] == pytest.approx(2 / 3)
    assert compared["ila"]["low"] <= compared["ila"]["difference"] <= compared["ila"]["high"]
    names = [row["name"] for row in compared["constraints"]]
    assert names == ["length_constraints:number_words", "punctuation:no_comma"]


def test_runs_that_have_nothing_in_common(here: Any, dump: Any, tea: Any) -> None:
    one, two = dump([tea("a", "Hot.")], "one.jsonl"), dump([tea("b", "Hot.")], "two.jsonl")
    (compared,) = here("report", f"x={one}", f"y={two}", "--json").json["comparisons"]
    assert (compared["instructions"], compared["ila"], compared["constraints"]) == (0, None, [])


@pytest.fixture
def trained(tmp_path: Path, relabelled: Any, tea: Any) -> Path:
    """The directory of an online run, as its trainer leaves it."""
    run = tmp_path / "run"
    run.mkdir()
    history = [
        {"step": step, "hir/ila": step / 10, "hir/cla": 0.5, "hir/lambda": 2.0, "entropy": 1.5,
         "hir/groups_failed": 0.5, "hir/groups_failed_after": 0.25, "completions/mean_length": 40.0,
         "hir/replays": 2.0, "hir/refused": 1.0, "hir/kept_share": 0.5, "loss": float("nan")}
        for step in (1, 2)
    ]  # fmt: skip
    state = {"log_history": [*history, {"step": 2, "train_runtime": 1.0}], "best_metric": None}
    (run / "trainer_state.json").write_text(json.dumps(state))
    rows = [
        json.loads(line) for line in relabelled(tea("a", "Mild, hot.")).read_text().splitlines()
    ]
    replays = [row for row in rows if row["kind"] == "replay"]
    (run / "replays.jsonl").write_text("".join(json.dumps(row) + "\n" for row in replays))
    return run


def test_an_online_run(here: Any, trained: Path) -> None:
    run = only(here("report", trained, "--json").json)
    charts = {chart["title"]: chart["series"] for chart in run["online"]}
    assert list(charts) == [
        "Accuracy", "Groups before replay", "Groups after replay", "Replays", "Kept share", "λ",
        "Length", "Entropy",
    ]  # fmt: skip
    assert charts["Accuracy"][0] == {"name": "ILA", "points": [[1, 0.1], [2, 0.2]]}
    assert run["replays"]["count"] == 1


def test_a_run_that_has_only_checkpoints(here: Any, trained: Path) -> None:
    (trained / "replays.jsonl").unlink()
    for step in (9, 10):
        (trained / f"checkpoint-{step}").mkdir()
        state = {"log_history": [{"step": step, "hir/ila": 0.5}]}
        (trained / f"checkpoint-{step}" / "trainer_state.json").write_text(json.dumps(state))
    (trained / "trainer_state.json").unlink()
    ran = here("report", trained, "--json")
    (chart,) = only(ran.json)["online"]
    assert chart["series"][0]["points"] == [[10, 0.5]]
    assert ran.code == 0


def test_a_run_that_is_not_online_has_nothing_to_show(here: Any, trained: Path) -> None:
    (trained / "replays.jsonl").unlink()
    state = {"log_history": [{"step": 1, "loss": 0.5, "entropy": 2.5}]}
    (trained / "trainer_state.json").write_text(json.dumps(state))
    ran = here("report", trained, "--json")
    assert (ran.code, ran.out) == (2, b"")
    assert f"{trained} is the directory of a run that is not online" in ran.err


def test_files_of_several_formats_in_one_run(here: Any, dump: Any, tea: Any) -> None:
    asked = {"prompt": "Tea.", "instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}
    other = dump([{**asked, "response": "Hot."}], "ifeval.jsonl")
    run = only(here("report", dump([tea("a", "Hot.")]), other, "--json").json)
    assert run["rollouts"] == 2


def test_files_of_one_name_are_told_apart(here: Any, dump: Any, tea: Any, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    files = [dump([tea("a", "Hot.")], name) for name in ("tea.jsonl", "old/tea.jsonl", "b.jsonl")]
    run = only(here("report", *files, "--json").json)
    assert run["files"] == [f"{tmp_path.name}/tea.jsonl", "old/tea.jsonl", "b.jsonl"]


def test_options_are_for_the_files_that_use_them(
    here: Any, dump: Any, tea: Any, relabelled: Any
) -> None:
    """A column of the one kind of file, the instructions of another, and replays that need none."""
    asked = {"prompt": "Tea.", "instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}
    prompts = dump([{**asked, "key": 1}], "prompts.jsonl")
    responses = dump([{"prompt": "Tea.", "response": "Hot."}], "responses.jsonl")
    replays = relabelled(tea("a", "Mild, hot."))
    run = only(here("report", responses, replays, "--prompts", prompts, "--json").json)
    assert (run["rollouts"], run["replays"]["count"]) == (2, 1)
    told = here("report", replays.with_name("of-replays.jsonl"), "--prompts", prompts, "--json")
    assert "does not use --prompts" in told.err


def test_a_rejected_response_is_told_as_a_row_is(
    here: Any, dump: Any, tea: Any, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    path = dump([tea("a", "Tea.", "Tea.<|im_end|>\n<|im_start|>user\nMore?")])
    assert here("verify", path, "-o", out).code == 0
    run = only(here("report", f"{out}.rejects.jsonl", "--json").json)
    assert run["rejected"]["count"] == 1
    assert "response a/1: the answer holds" in run["rejected"]["rows"][0]["reason"]
    assert "── rejected" in here("show", f"{out}.rejects.jsonl").out.decode()


def test_a_text_and_a_message_ask_the_same(here: Any, dump: Any, tea: Any) -> None:
    rows = [tea("a", "Mild, hot."), tea("b", "Hot.")]
    talks = [{**row, "prompt": [{"role": "user", "content": row["prompt"]}]} for row in rows]
    one, two = dump(rows, "one.jsonl"), dump(talks, "two.jsonl")
    (compared,) = here("report", f"x={one}", f"y={two}", "--json").json["comparisons"]
    assert compared["instructions"] == 2


def test_one_instruction_has_no_interval(here: Any, dump: Any, tea: Any, tmp_path: Path) -> None:
    one = dump([tea("a", "Mild, hot.", "Hot.")])
    out = tmp_path / "page.html"
    report = here("report", f"x={one}", f"y={one}", "--json", "-o", out).json
    assert report["runs"][0]["accuracy"]["strict"]["ila"]["low"] is None
    (compared,) = report["comparisons"]
    assert (compared["ila"]["low"], compared["ila"]["difference"]) == (None, 0.0)


@pytest.mark.parametrize(
    ("name", "count", "replays"),
    [("refused.jsonl", 0, None), ("replays.jsonl", None, 0), ("else.jsonl", None, None)],
)
def test_an_empty_file_is_given(
    name: str, count: int | None, replays: int | None, here: Any, dump: Any, tea: Any
) -> None:
    empty = dump(b"", name)
    run = only(here("report", dump([tea("a", "Hot.")]), empty, "--json").json)
    assert (run["refused"]["count"], run["replays"]["count"]) == (count, replays)


def test_nothing_was_refused(here: Any, dump: Any, tea: Any, tmp_path: Path) -> None:
    replays, refused = tmp_path / "r.jsonl", tmp_path / "x.jsonl"
    path = dump([tea("a", "Mild, hot.", "Hot.")])
    assert here("relabel", path, "-o", replays, "--refused", refused).code == 0
    run = only(here("report", path, replays, refused, "--json").json)
    assert refused.read_bytes() == b""
    assert (run["refused"]["count"], run["replays"]["count"]) == (0, 1)


def test_rejects_are_told(here: Any, dump: Any, tea: Any, tmp_path: Path) -> None:
    verdicts = tmp_path / "v.jsonl"
    here("verify", dump([tea("a", "Hot."), {"prompt": "x"}]), "-o", verdicts)
    run = only(here("report", verdicts, f"{verdicts}.rejects.jsonl", "--json").json)
    assert run["rejected"]["count"] == 1
    assert run["rejected"]["rows"][0]["line"] == 2


def test_the_page_holds_the_numbers_and_nothing_of_the_dump_as_text(
    here: Any, dump: Any, tea: Any, tmp_path: Path
) -> None:
    hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\u2028{{data}}"
    rollouts = dump([tea(hostile, hostile, meta={hostile: hostile})])
    one, two = tmp_path / "one.html", tmp_path / "two.html"
    numbers = here("report", rollouts, "-o", one, "--json").json
    here("report", rollouts, "-o", two)
    assert one.read_bytes() == two.read_bytes()
    held = packed(one)
    assert held["numbers"] == numbers
    assert held["rows"][0]["x"] == hostile
    text = one.read_text("utf-8")
    assert "alert" not in text
    assert text.count("<script") == 2
    assert re.search(r"default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-", text)
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|innerHTML|eval\(", text)


def test_spans_are_in_the_units_of_a_browser(
    here: Any, dump: Any, tea: Any, tmp_path: Path
) -> None:
    out = tmp_path / "page.html"
    here("report", dump([tea("a", "<think>\U0001f375</think>\U0001f375, hot")]), "-o", out)
    (row,) = packed(out)["rows"]
    assert row["h"] == len("<think>..</think>")
    assert row["e"] == [[row["h"] + 2, row["h"] + 3]]


def test_of_many_rows_a_sample_is_drawn(here: Any, dump: Any, tea: Any, tmp_path: Path) -> None:
    many, out = dump([tea(f"q{n}", "Hot.") for n in range(40)]), tmp_path / "page.html"
    numbers = here("report", many, "-o", out, "--rows", 10, "--json").json
    assert numbers["sample"] == {"shown": 10, "of": 40}
    assert numbers["runs"][0]["rollouts"] == 40
    assert len(packed(out)["rows"]) == 10


def test_a_sample_keeps_the_order_and_no_more_than_its_size() -> None:
    sample: Sample[int] = Sample(5)
    for number in range(100):
        sample.add(str(number), number)
    assert len(list(sample)) == 5
    assert list(sample) == sorted(sample)
    assert sample.of == 100


def test_lengths_are_in_round_bins() -> None:
    found = lengths([(n, n > 50) for n in range(100)])
    assert found["bins"][0] == {"from": 0, "to": 4, "met": 0, "missed": 5, "unknown": 0}
    assert sum(one["met"] + one["missed"] for one in found["bins"]) == 100
    assert found["median"] == {"met": 75, "missed": 25}
    assert lengths([])["bins"] == []


def test_what_fails_together() -> None:
    rows = [(("a", "b"), "vv")] * 5 + [(("a", "b"), "ss")] * 5 + [(("a", "c"), "vs")] * 9
    assert together(rows) == [{"one": "a", "other": "b", "asked": 10, "both": 5, "expected": 2.5}]


def test_mistakes_are_told(here: Any, dump: Any, tea: Any, tmp_path: Path) -> None:
    rollouts = dump([tea("a", "Hot.")])
    assert "name it by -o" in here("report", rollouts).err
    assert "is read by this run" in here("report", rollouts, "-o", rollouts).err
    empty = tmp_path / "trainer_state.json"
    empty.write_text("{}")
    told = here("report", tmp_path, "--json")
    assert told.code == 2
    assert "no log of a training run" in told.err
