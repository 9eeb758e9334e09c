"""Plugins: three ways to register, and what happens to those that are broken."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

import hir_kit
from hir_kit import ConstraintSpec, DuplicateError, PluginError
from hir_kit.plugins import loading as plugins

FUNCTION = '''
from hir_kit import PositiveInt, Response, fails, passes, verifier

@verifier(
    "acme:max_bangs",
    describe="Use at most {limit} exclamation marks.",
    cases=(passes("Hi!", limit=1), fails("Hi!!", limit=1)),
)
def max_bangs(response: Response, *, limit: PositiveInt = 1) -> bool:
    """Not too excited."""
    return response.text.count("!") <= limit
'''
CLASS = '''
from hir_kit import Response, Verdict, Verifier, fails, passes

class NoBang(Verifier, id="acme:no_bang"):
    """No exclamation mark."""

    cases = (passes("Hi."), fails("Hi!"))

    def describe(self) -> str:
        return "Use no exclamation mark."

    def check(self, response: Response) -> Verdict:
        return self.verdict("!" not in response.text)
'''
PACKAGE = f"""{CLASS}
from hir_kit import hookimpl

@hookimpl
def register_verifiers(register):
    register(NoBang)
"""


PACK = """
from hir_kit import hookimpl

@hookimpl
def register_verifier_modules(register):
    register("acme_rules", ["acme:no_bang"])
"""


def _statuses(kit: hir_kit.Kit, spec: ConstraintSpec, *texts: str) -> list[str]:
    checker = kit.checker([spec])
    return [checker.check(text).strict[0].status.value for text in texts]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Give a function that makes a module and lets it be announced by an entry point."""
    found: list[EntryPoint] = []

    def entry_points(group: str) -> list[EntryPoint]:
        return [point for point in found if point.group == group]

    def announce(code: str, name: str = "acme", module: str = "acme_plugin") -> None:
        (tmp_path / f"{module}.py").write_text(code, encoding="utf-8")
        monkeypatch.delitem(sys.modules, module, raising=False)
        found.append(EntryPoint(name, module, plugins.ENTRY_POINT_GROUP))

    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(plugins, "entry_points", entry_points)
    return announce


# three ways


def test_a_decorated_function_in_a_file(plugin: Any) -> None:
    kit = hir_kit.load([plugin(FUNCTION)])
    assert _statuses(kit, ConstraintSpec("acme:max_bangs"), "Hi!", "Hi!!") == [
        "satisfied",
        "violated",
    ]
    assert _statuses(kit, ConstraintSpec("acme:max_bangs", {"limit": 2}), "Hi!!") == ["satisfied"]
    bound = kit.registry.bind(ConstraintSpec("acme:max_bangs", {"limit": 2}))
    assert bound.describe() == "Use at most 2 exclamation marks."
    assert type(bound).__doc__ == "Not too excited."
    with pytest.raises(hir_kit.KwargsError, match="limit: int > 0 \\(optional\\)"):
        kit.registry.bind(ConstraintSpec("acme:max_bangs", {"limit": 0}))


def test_a_class_in_a_file(plugin: Any) -> None:
    path = plugin(CLASS)
    kit = hir_kit.load([path])
    assert _statuses(kit, ConstraintSpec("acme:no_bang"), "Hi", "Hi!") == ["satisfied", "violated"]
    loaded = kit.plugins[-1]
    assert (loaded.name, loaded.source, loaded.error) == ("mine.py", str(path), None)
    assert loaded.version.startswith("sha256:")
    assert loaded.provides == ("verifier acme:no_bang",)
    assert kit.versions()["mine.py"] == loaded.version


def test_an_installed_package(install: Callable[..., None]) -> None:
    install(PACKAGE)
    kit = hir_kit.load()
    assert _statuses(kit, ConstraintSpec("acme:no_bang"), "Hi", "Hi!") == ["satisfied", "violated"]
    assert kit.registry.owner("acme:no_bang") == "acme"
    assert kit.plugins[-1].source == "installed: unknown distribution"
    assert "acme:no_bang" not in hir_kit.load(installed=False).registry


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ("wording(self): return Wording(unit='tea')", "no unit 'tea'. Known: answer, attribute,"),
        ("wording(self): return Wording(topics=('tea',))", "no topic 'tea'. Known: attribute,"),
        ("wording(self): return Wording(names=('(',))", "names: '(' is no pattern: missing )"),
        ("wording(self): return Wording(hints=('(?i)x',))", "hints: '(?i)x' is no pattern: "),
        ("wording(self): return Wording(names='teas')", "names are a tuple of texts, got 'teas'"),
        ("wording(self): return Wording.count('word', 3, 'over')", "no relation 'over'. Known: "),
        ("wording(self): return 'tea'", "wording() returned str, not a Wording"),
        ("entails(self): raise OSError('gone')", "entails() raised OSError: gone"),
        ("quoted(self): return self.no", "quoted() raised AttributeError"),
        ("evidence(self, response): return response.no", "evidence() raised AttributeError"),
        ("relax(self, response): return 1 / 0", "relax() raised ZeroDivisionError"),
    ],
)
def test_what_a_verifier_says_of_itself_is_checked_and_breaks_no_run(
    method: str, said: str, here: Any, dump: Any, row: Any, plugin: Any
) -> None:
    code = f"from hir_kit.plugin import Wording\n{CLASS}\n    def {method}\n"
    mine = plugin(code)
    ran = here("verifiers", "check", "acme:no_bang", "--plugin", mine)
    assert (ran.code, said in ran.out.decode()) == (1, True), ran.out
    asked = [{"id": "acme:no_bang"}, {"id": "punctuation:no_comma"}]
    dumped = dump([row("Hi!", prompt="Hi. Do not use bangs. No commas.", constraints=asked)])
    assert here("relabel", dumped, "-o", "-", "--relax", "first", "--plugin", mine).code == 0
    assert here("lint", dumped, "--plugin", mine).code == 0


def test_a_package_that_is_really_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "acme_real.py").write_text(PACKAGE, encoding="utf-8")
    info = tmp_path / "acme_real-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-real\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text("[hir_kit]\nacme = acme_real\n")
    monkeypatch.syspath_prepend(tmp_path)
    loaded = next(item for item in hir_kit.load().plugins if item.name == "acme")
    assert (loaded.source, loaded.version, loaded.error) == ("installed: acme-real", "1.2", None)


@pytest.mark.parametrize("code", [FUNCTION, CLASS], ids=["function", "class"])
def test_a_plugins_own_cases_are_checked(code: str, here: Any, plugin: Any) -> None:
    id = "acme:max_bangs" if code is FUNCTION else "acme:no_bang"
    ran = here("verifiers", "check", id, "--plugin", plugin(code))
    assert (ran.code, ran.out) == (0, b"1 verifier, 2 cases: all hold\n")
    ran = here(
        "verifiers", "check", id, "--plugin", plugin(code.replace('fails("Hi!', 'fails("Hi'))
    )
    assert ran.code == 1
    assert b"expected violated, got satisfied" in ran.out


# packs


def test_a_module_of_verifiers_is_imported_when_one_of_its_ids_is_met(
    install: Callable[..., None], tmp_path: Path
) -> None:
    install(PACK)
    (tmp_path / "acme_rules.py").write_text(CLASS, encoding="utf-8")
    kit = hir_kit.load()
    assert "verifier acme:no_bang" in next(p for p in kit.plugins if p.name == "acme").provides
    assert "acme:no_bang" in list(kit.registry)
    assert "acme_rules" not in sys.modules
    spec = ConstraintSpec("acme:no_bang")
    assert _statuses(kit, spec, "Hi.", "Hi!") == ["satisfied", "violated"]
    assert sys.modules.pop("acme_rules")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (CLASS.replace("acme:no_bang", "acme:other"), "'acme:no_bang', 'acme:other'"),
        (f"{CLASS}class Two(NoBang, id='acme:two'): pass", "'acme:two'"),
        ("1 / 0", "importing acme_rules raised ZeroDivisionError"),
        ("import no_such_module_anywhere", "importing acme_rules raised ModuleNotFoundError"),
    ],
)
def test_a_module_of_verifiers_that_is_broken_makes_its_ids_unknown(
    install: Callable[..., None], tmp_path: Path, code: str, said: str
) -> None:
    install(PACK)
    (tmp_path / "acme_rules.py").write_text(code, encoding="utf-8")
    checker = hir_kit.load().checker([ConstraintSpec("acme:no_bang")])
    [verdict] = checker.check("Hi.").strict
    sys.modules.pop("acme_rules", None)
    assert verdict.status == "unknown"
    assert "acme" in str(verdict.reason)
    assert said in str(verdict.reason)


# broken ones


BROKEN = {
    "import": ("import no_such_module_anywhere", "No module named 'no_such_module_anywhere'"),
    "syntax": ("def", "SyntaxError"),
    "raises": ("\n\n1 / 0", "ZeroDivisionError: division by zero (acme_plugin.py:3)"),
    "leaves": ("raise SystemExit(0)", "SystemExit"),
    "nothing": ("x = 1", "it defines no verifier and no hook"),
    "misspelt hook": (
        "from hir_kit import hookimpl\n@hookimpl\ndef register_verifers(register): pass",
        "'register_verifers' is no hook. Did you mean 'register_verifiers'",
    ),
    "bare hook": ("def register_verifiers(register): pass", "register_verifiers lacks @hookimpl"),
    "wrong argument": (
        "from hir_kit import hookimpl\n@hookimpl\ndef register_verifiers(registry): pass",
        "registry",
    ),
    "a hook that raises": (
        "from hir_kit import hookimpl\n@hookimpl\ndef register_verifiers(register): {}['x']",
        "KeyError: 'x' (acme_plugin.py:3)",
    ),
    "an instance": (
        "from hir_kit import hookimpl\n@hookimpl\ndef register_verifiers(register): register(7)",
        "register(...) takes a Verifier class, got 7",
    ),
    "without id": (
        f"{PACKAGE}\nclass Abstract(NoBang): pass\nNoBang = Abstract",
        "Abstract needs an id",
    ),
    "ids that are no list": (PACK.replace('["acme:no_bang"]', "'acme:no_bang'"), "'acme:no_bang'"),
    "ids without a name": (PACK.replace("acme:no_bang", ""), "acme_rules needs an id, got ''"),
    "a taken id in a module": (
        PACK.replace("acme:no_bang", "punctuation:no_comma"),
        "the constraint id 'punctuation:no_comma' of acme is taken by hir_verifiers",
    ),
    "a taken id": (
        PACKAGE.replace("acme:no_bang", "punctuation:no_comma"),
        "the constraint id 'punctuation:no_comma' of acme is taken by hir_verifiers",
    ),
    "one id twice": (f"{PACKAGE}    register(NoBang)", "of acme is taken by acme"),
    "half a format": (
        "from hir_kit import hookimpl\n@hookimpl\ndef register_formats(register): register(7)",
        "a format has name, summary, uses, read; 7 lacks",
    ),
    "the class of a format": (
        (
            "from hir_kit import hookimpl\nfrom hir_kit.read.hir import HirFormat\n"
            "@hookimpl\ndef register_formats(register): register(HirFormat)"
        ),
        "not the class HirFormat",
    ),
    "a taken format": (
        (
            "from hir_kit import hookimpl\nfrom hir_kit.read.hir import HirFormat\n"
            "@hookimpl\ndef register_formats(register): register(HirFormat())"
        ),
        "the format hir of acme is taken by hir_kit.plugins.builtin",
    ),
    "a taken rewriter": (
        (
            "from hir_kit import hookimpl\nfrom hir_kit.relabel.strategies import Render\n"
            "@hookimpl\ndef register_rewriters(register): register(Render())"
        ),
        "the rewriter render of acme is taken by hir_kit.plugins.builtin",
    ),
    "a star": (
        "from hir_kit import verifier\n@verifier('a:b', describe='x')\ndef f(r, **k): return True",
        "verifier 'a:b': '*' and positional-only parameters cannot be kwargs",
    ),
    "no type": (
        "from hir_kit import verifier\n@verifier('a:b', describe='x')\ndef f(r, n): return True",
        "give the parameter 'n' a type",
    ),
    "no parameter": (
        "from hir_kit import verifier\n@verifier('a:b', describe='x')\ndef f(): return True",
        "the function must take the response first",
    ),
    "a taken name": (
        (
            "from hir_kit import verifier\n"
            "@verifier('a:b', describe='x')\ndef f(r, check: int): return True"
        ),
        "a kwarg cannot be named 'check'",
    ),
    "a sentence with a slip": (
        (
            "from hir_kit import verifier\n"
            "@verifier('a:b', describe='At most {limt}.')\ndef f(r, limit: int): return True"
        ),
        "names 'limt', which is no kwarg. Did you mean 'limit'?",
    ),
    "a sentence with a brace": (
        (
            "from hir_kit import verifier\n"
            "@verifier('a:b', describe='At most {.')\ndef f(r, limit: int): return True"
        ),
        "describe='At most {.'",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_plugin_is_reported_and_the_others_load(
    case: str, install: Callable[..., None]
) -> None:
    code, said = BROKEN[case]
    install(code)
    install(PACKAGE.replace("acme:no_bang", "good:no_bang"), "good", "good_plugin")
    kit = hir_kit.load()
    broken = next(item for item in kit.plugins if item.name == "acme")
    assert broken.error is not None
    assert said in broken.error
    assert broken.provides == ()
    assert "good:no_bang" in kit.registry
    assert kit.registry.owner("punctuation:no_comma") == "hir_verifiers"


def test_a_broken_plugin_registers_nothing_at_all(install: Callable[..., None]) -> None:
    install(f"{PACKAGE}    register(7)")
    assert "acme:no_bang" not in hir_kit.load().registry


def test_a_broken_plugin_is_shown(install: Callable[..., None], here: Any) -> None:
    install("import no_such_module_anywhere")
    shown = here("plugins")
    assert shown.code == 0
    assert b"BROKEN: ModuleNotFoundError" in shown.out
    listed = here("plugins", "--json").json
    assert listed["schema"] == 1
    assert [item["error"] is None for item in listed["plugins"]].count(False) == 1
    warned = here("verifiers", "list", "--json")
    assert "Warning: plugin acme (installed: unknown distribution) is not in use" in warned.err
    assert warned.json["schema"] == 1


@pytest.mark.parametrize("how", ["argument", "environment"])
def test_strict_makes_a_broken_plugin_an_error(
    how: str, install: Callable[..., None], monkeypatch: pytest.MonkeyPatch, here: Any
) -> None:
    install("1 / 0")
    monkeypatch.setenv("HIR_KIT_STRICT_PLUGINS", "1" if how == "environment" else "0")
    with pytest.raises(PluginError, match=r"plugin acme .*ZeroDivisionError"):
        hir_kit.load(strict=how == "argument")
    if how == "environment":
        ran = here("plugins")
        assert ran.code == 2
        assert ran.err.startswith("Error: plugin acme (installed: unknown distribution): ")


def test_a_broken_file_is_an_error_as_it_was_asked_for(plugin: Any) -> None:
    path = plugin("1 / 0")
    with pytest.raises(PluginError, match=r"mine\.py.*ZeroDivisionError.*\(mine\.py:1\)"):
        hir_kit.load([path])
    assert not [name for name in sys.modules if name.startswith("hir_kit_plugin_") and
                getattr(sys.modules[name], "__file__", "") == str(path)]  # fmt: skip


def test_a_taken_id_names_both_owners(plugin: Any) -> None:
    files = [plugin(CLASS, "one.py"), plugin(CLASS, "two.py")]
    with pytest.raises(DuplicateError, match=r"'acme:no_bang' of two\.py is taken by one\.py"):
        hir_kit.load(files)


def test_a_file_that_is_given_twice_is_loaded_once(plugin: Any) -> None:
    path = plugin(FUNCTION)
    kit = hir_kit.load([path, path.parent / "." / path.name, path])
    assert [item.source for item in kit.plugins if item.name == path.name] == [str(path)]


def test_two_files_of_one_name_can_be_told_apart(plugin: Any) -> None:
    files = [plugin(CLASS, "a/mine.py"), plugin(CLASS, "b/mine.py")]
    with pytest.raises(DuplicateError, match=r"b/mine\.py is taken by .*a/mine\.py"):
        hir_kit.load(files)


@pytest.mark.parametrize("name", ["mine.txt", "mine"])
def test_a_file_that_is_no_python_is_named(name: str, plugin: Any) -> None:
    with pytest.raises(PluginError, match=r"is not a Python file \(\.py\)"):
        hir_kit.load([plugin(CLASS, name)])


# choosing


def test_only_the_named_plugins_load(
    install: Callable[..., None], monkeypatch: pytest.MonkeyPatch, plugin: Any
) -> None:
    install(PACKAGE)
    monkeypatch.setenv("HIR_KIT_LOAD_PLUGINS", "hir_verifiers, hir_kit.plugins.builtin")
    kit = hir_kit.load([plugin(FUNCTION)])
    assert [item.name for item in kit.plugins] == [
        "hir_kit.plugins.builtin",
        "hir_verifiers",
        "mine.py",
    ]
    assert "acme:max_bangs" in kit.registry


def test_no_plugin_at_all(monkeypatch: pytest.MonkeyPatch, here: Any, dump: Any, row: Any) -> None:
    monkeypatch.setenv("HIR_KIT_LOAD_PLUGINS", "")
    assert hir_kit.load().plugins == []
    ran = here("verify", dump([row()]))
    assert ran.code == 2
    assert "HIR_KIT_LOAD_PLUGINS" in ran.err


def test_a_misspelt_name_is_an_error_not_an_empty_house(
    monkeypatch: pytest.MonkeyPatch, here: Any
) -> None:
    monkeypatch.setenv("HIR_KIT_LOAD_PLUGINS", "hir_verifier")
    ran = here("verifiers", "list")
    assert ran.code == 2
    assert "'hir_verifier'" in ran.err
    assert "Did you mean 'hir_verifiers'" in ran.err


# resources, and descriptions that fail


def test_a_resource_that_cannot_say_its_state_is_no_end(
    here: Any, dump: Any, row: Any, plugin: Any
) -> None:
    code = (
        "from hir_kit import hookimpl\n@hookimpl\n"
        "def register_resources(register): register('word list', lambda: 1 / 0)"
    )
    ran = here("verify", dump([row()]), "--plugin", plugin(code), "--json")
    assert ran.code == 0
    assert ran.json["resources"]["word list"] == (
        "unknown (mine.py: the resource 'word list' raised ZeroDivisionError: division by zero "
        "(mine.py:3))"
    )


@pytest.mark.parametrize("command", ["show", "check"])
@pytest.mark.parametrize("json", [True, False])
def test_a_description_that_fails_is_one_line(
    json: bool, command: str, here: Any, plugin: Any
) -> None:
    code = CLASS.replace('return "Use no exclamation mark."', "return self.nothing")
    options = ["--json"] if json else []
    ran = here("verifiers", command, "acme:no_bang", "--plugin", plugin(code), *options)
    assert ran.code == (1 if command == "check" else 2)
    assert "describe() raised AttributeError" in ran.out.decode() + ran.err


def test_a_verifier_without_documentation_or_plain_default_is_shown(here: Any, plugin: Any) -> None:
    code = """
from pydantic import Field
from hir_kit import Verifier

class Odd(Verifier, id="acme:odd"):
    words: list[str] = Field(default_factory=list)
    shape: str | None = None
"""
    path = plugin(code)
    shown = here("verifiers", "show", "acme:odd", "--plugin", path, "--json").json
    assert shown["parameters"] == [
        {"name": "words", "type": "list[str]", "required": False, "default": []},
        {"name": "shape", "type": "str | None", "required": False, "default": None},
    ]
    page = here("verifiers", "show", "acme:odd", "--plugin", path).out.decode()
    assert "by default `[]`" in page
    assert "(not documented)" in page


def test_an_id_that_is_not_there_has_near_ones(here: Any) -> None:
    ran = here("verifiers", "show", "keywords:existance")
    assert ran.code == 2
    assert "Did you mean 'keywords:existence'" in ran.err


def test_cases_with_a_type_would_be_a_kwarg_and_are_refused() -> None:
    with pytest.raises(hir_kit.PluginError, match=r"write `cases = \.\.\.` without"):

        class Typed(hir_kit.Verifier, id="test:typed"):
            cases: tuple[hir_kit.Case, ...] = ()
