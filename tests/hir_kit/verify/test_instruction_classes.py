"""Registries of instruction classes: made-up ones, and those that others publish."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import random
import sys
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import hir_kit
from hir_kit import ConstraintSpec, KwargsError, PluginError, Registry, Response
from hir_kit.authoring.pages import as_markdown
from hir_kit.plugin import verifiers_from

_CHANCE = random.Random()


class Counted:
    """Say a word so often."""

    def __init__(self, instruction_id: str) -> None:
        self.id = instruction_id

    def build_description(self, *, word: str, times: int | None = None, mood: Any = None) -> str:
        self._word = word
        self._times = random.randint(1, 5) if times is None or times < 0 else times
        self._mood = mood
        return f"Say {word} {self._times} times."

    def get_instruction_args(self) -> dict[str, Any]:
        return {"word": self._word, "times": self._times}

    def check_following(self, value: str) -> bool:
        if "raise" in value:
            raise ValueError("no such thing")
        return value.count(self._word) == self._times


class Private(Counted):
    def build_description(self, *, word: str = "a", times: int | None = None) -> str:  # type: ignore[override]
        return super().build_description(word=word, times=times or int(_CHANCE.random() * 1e9))


class Dice(Counted):
    def check_following(self, value: str) -> bool:
        return random.random() < len(value)


class Noting(Counted):
    def build_description(self, *, word: list[str]) -> str:  # type: ignore[override]
        self._word, self._times, self._words, self._seen = word[0], 1, word, [""]
        return f"Begin with {word[0]}."

    def check_following(self, value: str) -> bool:
        self._seen.append(value)
        self._words.append(value)
        return value.startswith(self._words.pop(0)) and len(self._seen) == 2


class Free(Counted):
    def build_description(self, **kwargs: Any) -> str:  # type: ignore[override]
        self._word, self._times = kwargs.get("word", "a"), 1
        return "Say it."

    def check_following(self, value: str) -> Any:
        return len(value)


def bound(cls: type[Any], kwargs: Mapping[str, Any], **options: Any) -> Any:
    registry = Registry()
    for made in verifiers_from({"say:word": cls}, **options):
        registry.add(made, "tests")
    return registry.bind(ConstraintSpec(next(iter(registry)), kwargs))


def test_a_class_becomes_a_verifier_with_its_sentence_and_verdicts() -> None:
    verifier = bound(Counted, {"word": "tea", "times": 2})
    assert verifier.describe() == "Say tea 2 times."
    assert verifier.check(Response("tea tea")).status == "satisfied"
    assert verifier.check(Response("tea")).status == "violated"


def test_a_prefix_stands_before_the_id() -> None:
    assert bound(Counted, {"word": "tea", "times": 2}, prefix="acme:").constraint_id == (
        "acme:say:word"
    )


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({}, "'word' is missing"),
        ({"word": 3}, "'word'"),
        ({"word": "tea", "times": "two"}, "'times'"),
        ({"word": "tea", "tines": 2}, "Did you mean 'times'"),
    ],
)
def test_kwargs_are_those_of_the_signature(kwargs: dict[str, Any], message: str) -> None:
    with pytest.raises(KwargsError, match=message):
        bound(Counted, kwargs)


def test_its_page_shows_the_defaults_of_the_signature() -> None:
    class Often(Counted):
        """Say a word often."""

        def build_description(self, *, word: str, times: int = 3) -> str:  # type: ignore[override]
            return super().build_description(word=word, times=times)

    page = as_markdown(type(bound(Often, {"word": "tea"})))
    assert "- `word`: str\n- `times`: int, by default `3`" in page
    assert "Where it draws at random what is not given, they are\n`unknown`" in page
    assert bound(Often, {"word": "tea"}).check(Response("tea tea tea")).satisfied


def test_whole_floats_are_integers() -> None:
    assert bound(Counted, {"word": "a", "times": 2.0, "mood": 3.0}).describe() == "Say a 2 times."


@pytest.mark.parametrize(
    ("cls", "kwargs", "reason"),
    [
        (Counted, {"word": "tea"}, "Counted draws at random what is not given: times, mood"),
        (Counted, {"word": "tea", "times": -1, "mood": 1}, "draws at random in place of"),
        (Private, {}, "Private draws at random what is not given: word, times"),
    ],
)
def test_what_is_drawn_at_random_is_never_taken(
    cls: type[Any], kwargs: dict[str, Any], reason: str
) -> None:
    state = random.getstate()
    verifier = bound(cls, kwargs)
    verdict = verifier.check(Response("tea"))
    assert verdict.status == "unknown"
    assert reason in (verdict.reason or "")
    with pytest.raises(PluginError, match="at random"):
        verifier.describe()
    assert random.getstate() == state


def test_a_check_that_draws_is_unknown() -> None:
    state = random.getstate()
    verdict = bound(Dice, {"word": "tea", "times": 1}).check(Response("tea"))
    assert (verdict.status, verdict.reason) == ("unknown", "Dice.check_following draws at random")
    assert random.getstate() == state


def test_what_a_class_notes_of_one_response_does_not_touch_the_next() -> None:
    verifier = bound(Noting, {"word": ["tea"]})
    found = [verifier.check(Response(text)).status for text in ("tea", "milk", "tea")]
    assert found == ["satisfied", "violated", "satisfied"]
    assert verifier.describe() == "Begin with tea."


def test_what_raises_or_is_no_answer_is_unknown() -> None:
    kit = hir_kit.load(installed=False)
    for cls in verifiers_from({"say:word": Counted, "say:free": Free}):
        kit.registry.add(cls, "tests")
    specs = [
        ConstraintSpec("say:word", {"word": "tea", "times": 1}),
        ConstraintSpec("say:free", {"anything": 1}),
    ]
    first, second = kit.checker(specs).check("raise").strict
    assert first.status == second.status == "unknown"
    assert "ValueError: no such thing" in (first.reason or "")
    assert "returned int, not a bool" in (second.reason or "")


@pytest.mark.parametrize("registry", [{}, [], {"a:b": int}, {"a:b": Counted("x")}, {3: Counted}])
def test_what_is_no_registry_is_refused(registry: Any) -> None:
    with pytest.raises(PluginError):
        verifiers_from(registry)


# On the command line, and in worker processes.

_MODULE = """
class Commas:
    "No comma."
    def __init__(self, id): pass
    def build_description(self): return "Use no commas."
    def check_following(self, value): return "," not in value
INSTRUCTION_DICT = {"punctuation:no_comma": Commas}
OTHER_DICT = {"my:no_comma": Commas}
"""


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    name = f"published_{tmp_path.name}".replace("-", "_")
    (tmp_path / f"{name}.py").write_text(_MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield name
    sys.modules.pop(name, None)


def test_a_taken_id_is_refused_naming_both_and_the_way_out(published: str) -> None:
    with pytest.raises(hir_kit.DuplicateError) as raised:
        hir_kit.load(registries=[f"{published}:INSTRUCTION_DICT"], installed=False)
    said = str(raised.value)
    assert f"of {published}:INSTRUCTION_DICT is taken by hir_verifiers" in said
    assert f"`--registry PREFIX={published}:INSTRUCTION_DICT`" in said


@pytest.mark.parametrize("prefix", ["acme", "acme:"])
def test_a_prefix_frees_the_ids(published: str, prefix: str) -> None:
    given = f"{prefix}={published}:INSTRUCTION_DICT"
    kit = hir_kit.load(registries=[given, given], installed=False)
    assert kit.registry.owner("acme:punctuation:no_comma") == given
    assert kit.versions()[given].startswith("sha256:")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("nothing", r"MODULE:NAME.*'nothing'"),
        ("a b:NAME", r"MODULE:NAME"),
        (":NAME", r"MODULE:NAME"),
        ("=json:NAME", r"MODULE:NAME"),
        ("no_such_module_here:NAME", r"no module 'no_such_module_here'"),
        ("json:INSTRUCTION_DICT", r"json has no INSTRUCTION_DICT"),
        ("json:dumps", r"a registry is a mapping"),
    ],
)
def test_what_cannot_be_a_registry_is_said(given: str, message: str) -> None:
    with pytest.raises(PluginError, match=message):
        hir_kit.load(registries=[given], installed=False)


def test_worker_processes_load_it_too(
    published: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from hir_kit.cli import main

    row = {"prompt": "x", "constraints": [{"id": "my:no_comma"}], "responses": ["a", "a, b"]}
    dump = tmp_path / "dump.jsonl"
    dump.write_text("".join(json.dumps({**row, "id": str(n)}) + "\n" for n in range(3)))
    options = ["--registry", f"{published}:OTHER_DICT", "--workers", "1", "-o", "-"]
    with pytest.raises(SystemExit) as ended:
        main(["verify", str(dump), *options])
    assert not ended.value.code
    lines = capfd.readouterr().out.splitlines()
    assert [json.loads(line)["follow_all"] for line in lines] == [True, False] * 3


# Those that others publish.


def _lm_eval(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Import lm-eval's classes without the rest of it, which needs many packages."""
    found = importlib.util.find_spec("lm_eval")
    assert found is not None
    assert found.submodule_search_locations is not None
    monkeypatch.setenv("LOCAL_RANK", "1")  # only the first rank downloads
    where = next(iter(found.submodule_search_locations))
    for name in ("lm_eval", "lm_eval.tasks", "lm_eval.tasks.ifeval"):
        module = ModuleType(name)
        module.__path__ = [str(Path(where, *name.split(".")[1:]))]
        monkeypatch.setitem(sys.modules, name, module)
    registry = "lm_eval.tasks.ifeval.instructions_registry"
    module = importlib.import_module(registry)
    for name in [name for name in sys.modules if name.startswith("lm_eval.")]:
        monkeypatch.setitem(sys.modules, name, sys.modules[name])
    return module


def _if_verifiable(part: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    import nltk

    monkeypatch.setattr(nltk, "download", lambda *_, **__: False)
    return importlib.import_module(f"if_verifiable.{part}.instructions_registry")


def _published(name: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    package = name.split("/")[0]
    if importlib.util.find_spec(package) is None:
        if os.environ.get("HIR_KIT_REQUIRE_SHARED") == "1" and sys.version_info >= (3, 11):
            pytest.fail(f"{package} is not installed; `make test` installs it")
        pytest.skip(f"{package} is not installed; the extra `dev` has it")
    if package == "lm_eval":
        module = _lm_eval(monkeypatch)
    else:
        module = _if_verifiable(name.split("/")[1], monkeypatch)
    registry: dict[str, Any] = module.INSTRUCTION_DICT
    return registry


def _rows(shared: Path, name: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    folder = shared / "data" / name
    responses = {}
    for line in (folder / "responses_qwen25_7b.jsonl").read_text().splitlines():
        row = json.loads(line)
        responses[row["prompt"]] = row["response"]
    for line in (folder / "prompts.jsonl").read_text().splitlines():
        row = json.loads(line)
        for id, kwargs in zip(row["instruction_id_list"], row["kwargs"], strict=True):
            given = {key: value for key, value in kwargs.items() if value is not None}
            yield id, given, responses[row["prompt"]]


def _asked(cls: type[Any], id: str, kwargs: Mapping[str, Any], text: str) -> str:
    """Return what the class itself says; "unknown" where it raises, or draws at random."""
    from langdetect import DetectorFactory

    state, seed = random.getstate(), DetectorFactory.seed
    DetectorFactory.seed = 0
    try:
        made = cls(id)
        made.build_description(**kwargs)
        answer = made.check_following(text)
        drew = random.getstate() != state
    except Exception:
        return "unknown"
    finally:
        random.setstate(state)
        DetectorFactory.seed = seed
    return "unknown" if drew else "satisfied" if answer else "violated"


@pytest.mark.parametrize(
    ("name", "data", "part", "most_unknown"),
    [("lm_eval", "ifeval", (0, 2), 60), ("if_verifiable/ifeval", "ifeval", (1, 2), 60),
     ("if_verifiable/ifbench", "ifbench", (0, 1), 60)],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")
def test_published_classes_say_what_they_say_when_asked_directly(
    name: str,
    data: str,
    part: tuple[int, int],
    most_unknown: int,
    shared: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    classes = _published(name, monkeypatch)
    registry = Registry()
    for cls in verifiers_from(classes, prefix="ref:"):
        registry.add(cls, "tests")
    wrong, unknowns = [], 0
    for id, kwargs, text in islice(_rows(shared, data), part[0], None, part[1]):
        spec = ConstraintSpec(f"ref:{id}", kwargs)
        verdict = hir_kit.Checker(registry, [spec]).check(text).strict[0]
        expected = _asked(classes[id], id, kwargs, text)
        unknowns += expected == "unknown"
        if verdict.status.value != expected:
            wrong.append((id, kwargs, verdict, expected))
    assert not wrong
    assert unknowns <= most_unknown
