"""Nothing is left undocumented, and nothing is documented that is not there."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import generate
import pytest
import sessions

import hir_kit
from hir_trainer.config import METHODS, RunArguments

DOCS = sessions.ROOT / "docs"
PAGES = [*generate.pages(), DOCS / "deviations.md"]
TEXTS = {page: page.read_text(encoding="utf-8") for page in PAGES if page.exists()}
EVERYTHING = "\n".join(TEXTS.values())
README = TEXTS[sessions.ROOT / "README.md"]
PLUGINS = TEXTS[DOCS / "plugins.md"]

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def _anchors(page: Path) -> set[str]:
    text = _FENCED.sub("", page.read_text(encoding="utf-8"))
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", TEXTS, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in _LINK.findall(_FENCED.sub("", TEXTS[page])):
        if re.match(r"https?:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in _anchors(target), link


@pytest.mark.parametrize("words", generate.command_names(), ids=" ".join)
def test_every_command_is_documented(words: tuple[str, ...]) -> None:
    assert f"## `{' '.join(('hir-kit', *words))}`\n" in TEXTS[DOCS / "cli.md"]


@pytest.mark.parametrize("words", generate.command_names()[1:], ids=" ".join)
def test_every_command_is_shown_or_named_outside_the_reference(words: tuple[str, ...]) -> None:
    rest = "\n".join(text for page, text in TEXTS.items() if page.name != "cli.md")
    assert re.search(rf"\b(?:hir-kit|make) {' '.join(words)}\b", rest)


def test_every_hook_is_documented_with_its_arguments() -> None:
    for name, shown in generate.hook_signatures().items():
        assert f"`{shown}`" in PLUGINS
        assert f"def {name}(register):" in PLUGINS, "show one"


def test_every_format_rewriter_and_verifier_is_documented() -> None:
    kit = hir_kit.load(installed=False)
    for name in (*kit.formats, *kit.instructions, *kit.rewriters):
        assert f"`{name}`" in EVERYTHING
    for id in kit.registry:
        owner, listed = kit.registry.owner(id), TEXTS[DOCS / "verifiers.md"]
        page = TEXTS[DOCS / "verifiers" / f"{owner}.md"]
        assert f"## `{id}`\n" in page or f"\n| `{id}` | " in page
        assert f"| [`{id}`](" in listed or f"(verifiers/{owner}.md)" in listed


@pytest.mark.parametrize("name", hir_kit.__all__)
def test_every_public_name_is_documented(name: str) -> None:
    assert f"| `{name}` |" in TEXTS[DOCS / "python.md"]


def test_every_key_and_method_of_training_is_documented() -> None:
    training = TEXTS[DOCS / "training.md"]
    for field in dataclasses.fields(RunArguments):
        assert f"`{field.name}`" in training
    for method in METHODS:
        assert f"`{method}`" in training


def test_every_preset_is_documented() -> None:
    for preset in (sessions.ROOT / "examples" / "train").iterdir():
        assert preset.name in TEXTS[DOCS / "training.md"]


def test_paths_and_modules_that_are_named_exist() -> None:
    for path in re.findall(
        r"`((?:hir_kit|verifiers|trainer|plugins)/[\w/]+(?:\.py|/))`", EVERYTHING
    ):
        assert (sessions.ROOT / path).exists(), path


def test_make_targets_and_extras_that_are_named_exist() -> None:
    makefile = (sessions.ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"\bmake (\w+)\b(?=`|\s{2,}#|;)", EVERYTHING):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    project = (sessions.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for extra in re.findall(r"hir-kit\[(\w+)\]", EVERYTHING):
        assert re.search(rf"^{extra} = \[", project, re.MULTILINE), extra


def test_the_first_screen_holds_the_two_commands_and_the_installation() -> None:
    first = "\n".join(README.splitlines()[:40])
    for command in ("make demo", "make test", "pip install hir-kit", "'hir-kit[train]'"):
        assert command in first


def test_no_page_names_a_machine_or_claims_a_speed() -> None:
    assert not re.search(r"(?<![\w.])/(?:tmp|home|work|root|usr|opt)/", EVERYTHING)
    assert not re.search(r"\d\s*(?:x|times) (?:as fast|faster)|/s(?:ec)?\b", EVERYTHING)
