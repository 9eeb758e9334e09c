"""Instructions in other languages: joined and released in their own, or refused."""

from __future__ import annotations

import pytest

import hir_kit
from hir_kit import Checker, ConstraintSpec, Group, Rollout
from hir_kit.model.rollout import Location
from hir_kit.relabel.engine import RelabelOptions, relabel_group
from hir_kit.relabel.tongues import language_of

KIT = hir_kit.load(installed=False)

# The task, the sentence without commas, the one about a cat, and how the waiver begins.
TONGUES = {
    "en": ("Write a note on tea.", "Do not use commas.", "Say cat.", "You do not have"),
    "de": ("Schreibe über den Tee.", "Verwende keine Kommas.", "Sag Katze.", "Diese Vorgabe"),
    "fr": ("Écris un mot sur le thé.", "N'utilise pas de virgules.", "Dis chat.", "Vous n'avez"),
    "es": ("Escribe una nota sobre el té.", "No uses comas.", "Di gato.", "No es necesario"),
    "pt": ("Escreva uma nota sobre o chá.", "Não use vírgulas.", "Diga gato.", "Não é"),
    "it": ("Scrivi una nota sul tè per me.", "Non usare virgole.", "Di' gatto.", "Non è"),
    "ru": ("Напиши заметку о чае.", "Не используй запятые.", "Скажи кот.", "Это требование"),
    "zh": ("写一段关于茶的话", "不要使用逗号。", "提到猫。", "以下要求"),
    "ja": (
        "お茶について書いて。",
        "コンマを使わないでください。",
        "猫と言う。",
        "次の条件",
    ),
    "ko": ("차에 대해 써 주세요.", "쉼표를 쓰지 마세요.", "고양이라고 하세요.", "다음 요구"),
}
CATS = dict(
    line.split()
    for line in (
        "en cat", "de Katze", "fr chat", "es gato", "pt gato", "it gatto", "ru кот", "zh 猫",
        "ja 猫", "ko 고양이",
    )
)  # fmt: skip


def rewritten(language: str, strategy: str, *, texts: bool = True) -> tuple[str | None, str]:
    task, comma, cat, _ = TONGUES[language]
    join = "" if language in ("zh", "ja") else " "
    constraints = [
        ConstraintSpec("punctuation:no_comma", {}, comma if texts else None),
        ConstraintSpec(
            "keywords:existence", {"keywords": [CATS[language]]}, cat if texts else None
        ),
    ]
    prompt = join.join([f"{task}。" if language == "zh" else task, "", cat, comma])
    result = KIT.rewrite(prompt, constraints, [0], task=task, rewriters=[strategy])
    code = "" if result.prompt else result.refusals[strategy].code
    return str(result.prompt) if result.prompt else None, code


@pytest.mark.parametrize("language", TONGUES)
def test_a_waiver_is_in_the_language_of_the_prompt(language: str) -> None:
    prompt, _ = rewritten(language, "waive")
    assert prompt is not None
    last = prompt.rpartition("\n\n")[2].splitlines()
    assert last[0].startswith(TONGUES[language][3])
    assert last[1] == f"- {TONGUES[language][1]}"


@pytest.mark.parametrize("language", [one for one in TONGUES if one != "en"])
def test_an_english_description_is_not_put_behind_it(language: str) -> None:
    assert rewritten(language, "waive", texts=False) == (None, "language")
    assert rewritten(language, "render", texts=False) == (None, "language")


@pytest.mark.parametrize(
    ("language", "joined"),
    [
        ("en", "Write a note on tea. Say cat."),
        ("de", "Schreibe über den Tee. Sag Katze."),
        ("zh", "写一段关于茶的话。提到猫。"),
        ("ja", "お茶について書いて。猫と言う。"),
    ],
)
def test_a_task_is_joined_as_the_language_does(language: str, joined: str) -> None:
    task, comma, cat, _ = TONGUES[language]
    kept = ConstraintSpec("keywords:existence", {"keywords": [CATS[language]]}, cat)
    gone = ConstraintSpec("punctuation:no_comma", {}, comma)
    prompt = f"{comma} {task} {cat}"
    result = KIT.rewrite(prompt, [gone, kept], [0], task=task, rewriters=["render"])
    assert result.prompt == joined


@pytest.mark.parametrize("language", TONGUES)
def test_languages_are_told(language: str) -> None:
    assert language_of("\n".join(TONGUES[language][:3])) == language


@pytest.mark.parametrize("text", ["Tulis puisi laut ö", "Напиши, будь ласка, її ім'я", "...ö"])
def test_what_is_not_told_is_not_released(text: str) -> None:
    assert language_of(text) is None
    spec = ConstraintSpec("punctuation:no_comma", {}, text)
    result = KIT.rewrite(text, [spec], [0], rewriters=["waive"])
    assert result.refusals["waive"].code == "language"


def test_a_waiver_has_no_lists_of_python() -> None:
    spec = ConstraintSpec("keywords:existence", {"keywords": ["cat", "dog"]})
    prompt = "Write on tea. Say cat and dog. Include the words cat and dog."
    result = KIT.rewrite(prompt, [spec], [0], rewriters=["waive"])
    assert result.prompt is not None
    assert "['" not in str(result.prompt)
    assert '"cat", "dog"' in str(result.prompt)


def test_a_compound_states_it() -> None:
    task = "Schreibe einen kommafreien Text über den Tee."
    gone = ConstraintSpec("punctuation:no_comma", {}, "Verwende keine Kommas.")
    kept = ConstraintSpec("keywords:existence", {"keywords": ["Katze"]}, 'Erwähne "Katze".')
    prompt = f'{task} Verwende keine Kommas. Erwähne "Katze".'
    result = KIT.rewrite(prompt, [gone, kept], [0], task=task)
    assert result.prompt is None
    assert result.refusals["render"].code == "still-asked"


def _replays(prompt: str, kept: ConstraintSpec, response: str) -> tuple[int, set[str]]:
    """Return how many replays there are of a response that lacks the cat, and why none is."""
    gone = ConstraintSpec("keywords:existence", {"keywords": ["猫"]}, "必须提到“猫”。")
    group = Group("1", prompt, (kept, gone), (Rollout("1", response),), Location("dump", 1))
    checker = Checker(KIT.registry, group.constraints)
    done = relabel_group(
        group, [checker.check(response)], checker, [KIT.rewriters["excise"]], RelabelOptions()
    )
    codes = {reason.code for one in done.refused for reason in one.reasons.values()}
    return len(done.replays), codes


@pytest.mark.parametrize(
    ("id", "said", "response", "code"),
    [
        ("punctuation:no_comma", "不要使用任何逗号。", "茶，很好喝。", "language"),
        ("punctuation:no_comma", "不要使用任何逗号。", "茶很好喝。", None),
    ],
)
def test_no_replay_stands_on_an_english_reading(
    id: str, said: str, response: str, code: str | None
) -> None:
    kept = ConstraintSpec(id, {}, said)
    replays, codes = _replays(f"请介绍茶。{said}必须提到“猫”。", kept, response)
    assert replays == (code is None)
    assert codes == ({code} if code else set())


COMMAS = "punctuation:no_comma"
WORDS, SENTENCES = "length_constraints:number_words", "length_constraints:number_sentences"


@pytest.mark.parametrize(
    ("id", "kwargs", "task", "said", "response", "code"),
    [
        (COMMAS, {}, "Tell of tea in Chinese.", "No commas.", "茶，很好喝。", "language"),
        (COMMAS, {}, "Tell of tea in Chinese.", "No commas.", "茶很好喝。", None),
        (COMMAS, {}, "Tell of tea.", "No commas.", "Tea (茶，咖啡) is nice.", "language"),
        (COMMAS, {}, "Tell of tea.", "No commas.", "Tea (茶) is nice.", None),
        (COMMAS, {}, "Tell of tea in Arabic.", "No commas.", "الشاي لذيذ، جدا.", "language"),
        (WORDS, {"num_words": 5, "relation": "less than"}, "Tell of tea in Chinese.",
         "Use less than 5 words.", "茶是世界上最受欢迎的饮料。", "language"),
        (WORDS, {"num_words": 3, "relation": "less than"}, "Tell of tea in Thai.",
         "Use less than 3 words.", "ชาเป็นเครื่องดื่มที่ได้รับความนิยม", "language"),
        (SENTENCES, {"num_sentences": 3, "relation": "less than"}, "Tell of tea in Japanese.",
         "Use less than 3 sentences.", "お茶は美味しい。体に良い。毎日飲む。", "language"),
        (SENTENCES, {"num_sentences": 3, "relation": "less than"}, "Tell of tea in Japanese.",
         "Use less than 3 sentences.", "お茶は美味しい。体に良い。", None),
    ],
)  # fmt: skip
def test_a_response_in_another_script_is_read_as_that_is_read(
    id: str, kwargs: dict[str, object], task: str, said: str, response: str, code: str | None
) -> None:
    kept = ConstraintSpec(id, kwargs, said)
    replays, codes = _replays(f"{task} {said} 必须提到“猫”。", kept, response)
    assert replays == (code is None)
    assert codes == ({code} if code else set())
