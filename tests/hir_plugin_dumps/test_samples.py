"""Every sample in examples/dumps says what the groups say that it was made of."""

from __future__ import annotations

import json
import runpy
import sys

import pytest

from .conftest import CHOSEN, DUMPS, KIT, asked, asked_by, originals, read_dump, rows_of

SAMPLES = {
    "verl/12.jsonl": "verl",
    "verl_v1/12.jsonl": "verl",
    "lm_eval/samples_ifeval.jsonl": "lm-eval",
}


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_is_read_as_what_it_was_made_of(sample: str) -> None:
    read = read_dump(SAMPLES[sample], DUMPS / sample)
    assert read.rejects == []
    known = originals()
    assert [asked_by(group) for group in read.groups] == [asked(known[id]) for id in CHOSEN]
    ids = [rollout.id for group in read.groups for rollout in group.rollouts]
    assert len(set(ids)) == len(ids) == 24
    assert all(group.complete for group in read.groups)


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_rows_one_by_one_have_the_same_ids(sample: str) -> None:
    whole = read_dump(SAMPLES[sample], DUMPS / sample)
    pieces = read_dump(SAMPLES[sample], DUMPS / sample, whole_groups=False)
    assert not any(group.complete for group in pieces.groups)
    texts = {r.id: r for group in pieces.groups for r in group.rollouts}
    assert texts == {r.id: r for group in whole.groups for r in group.rollouts}


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_is_recognized_by_its_format_alone(sample: str) -> None:
    row = rows_of(sample)[0]
    formats = [item for item in KIT.formats.values() if hasattr(item, "recognizes")]
    assert [item.name for item in formats if item.recognizes(row)] == [SAMPLES[sample]]


@pytest.mark.parametrize("script", ["make_verl.py"])
def test_the_samples_are_what_their_scripts_write(
    script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(DUMPS), *sys.path])
    files = runpy.run_path(str(DUMPS / script))["files"]()
    for name, rows in files.items():
        assert json.loads(json.dumps(rows)) == rows_of(name)
