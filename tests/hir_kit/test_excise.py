from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hir_kit.relabel.contract import Refusal
from hir_kit.relabel.excision.excise import excise

HEADER = "The output must follow the following rules: "
TASK = "What was the Demon Core?"
WORDS = "The answer should not exceed 100 words"
CAPITALS = "Each word in the answer must start with a capital letter"
KEYWORDS = "The answer must include the keywords 'Demon Core' and 'Los Alamos'"
PERIOD = "The answer must end with a period"
ALL = [WORDS, CAPITALS, KEYWORDS, PERIOD]


def listing(*items: str, task: str = TASK) -> str:
    lines = [f"\n    {number}. {item}." for number, item in enumerate(items, start=1)]
    return f"{task} \n{HEADER}" + " ".join(lines)


def code(result: str | Refusal) -> str:
    return result.code if isinstance(result, Refusal) else "ok"


# ---------------------------------------------------------------- what is cut


@pytest.mark.parametrize("gone", range(4))
def test_each_item_of_a_listing_can_go(gone: int) -> None:
    keep = ALL[:gone] + ALL[gone + 1 :]
    assert excise(listing(*ALL), [ALL[gone]], keep) == listing(*keep)


@pytest.mark.parametrize(
    ("given_text", "written"),
    [
        ("Must include the keyword 'bane'", 'Must include the keyword "bane".'),
        ("must include the keyword ‘bane’.", "Must include the keyword 'bane'."),
        ("The output must follow the following rules: Sing a tune", "Sing a tune."),
        ("Must  include\nthe keyword 'bane'", "Must include the keyword 'bane.'"),
        ("Sing a tune.", "Sing a tune"),
    ],
)
def test_texts_are_found_in_spite_of_quotes_case_and_final_marks(
    given_text: str, written: str
) -> None:
    prompt = f"Explain it.\n{HEADER}\n1. {written}\n2. Rhyme a lot.\n"
    assert excise(prompt, [given_text], ["Rhyme a lot"]) == (
        f"Explain it.\n{HEADER}\n1. Rhyme a lot.\n"
    )


@pytest.mark.parametrize(
    ("prompt", "drop", "expected"),
    [
        # Styles of lists.
        ("Do it:\n1) Sing.\n2) Rhyme.\n3) Jump.", "Rhyme", "Do it:\n1) Sing.\n2) Jump."),
        ("Do it:\n(1) Sing.\n(2) Rhyme.", "Sing", "Do it:\n(1) Rhyme."),
        ("Do it:\na. Sing.\nb. Rhyme.\nc. Jump.", "Sing", "Do it:\na. Rhyme.\nb. Jump."),
        ("Do it:\n- Sing.\n- Rhyme.", "Rhyme", "Do it:\n- Sing."),
        ("Do it:\n* Sing\n* Rhyme\n\nThanks.", "Rhyme", "Do it:\n* Sing\n\nThanks."),
        ("Do it:\n  • Sing  \n  • Rhyme  \n", "Sing", "Do it:\n  • Rhyme  \n"),
        ("做：\n１．唱歌。\n２．跳舞。", "唱歌", "做：\n１．跳舞。"),
        ("做：\n一、唱歌\n二、跳舞\n三、画画", "跳舞", "做：\n一、唱歌\n二、画画"),
        ("做：\n①唱歌\n②跳舞", "唱歌", "做：\n①跳舞"),
        # Numbers.
        ("Do it:\n9. Sing.\n10. Rhyme.\n11. Jump.", "Sing", "Do it:\n9. Rhyme.\n10. Jump."),
        ("Do it:\n1. Sing.\n1. Rhyme.\n1. Jump.", "Sing", "Do it:\n1. Rhyme.\n1. Jump."),
        # Line ends and blank lines.
        ("Do it:\r\n1. Sing.\r\n2. Rhyme.\r\n", "Sing", "Do it:\r\n1. Rhyme.\r\n"),
        ("Do it:\n1. Sing.\n\n2. Rhyme.\n\nBye.", "Sing", "Do it:\n1. Rhyme.\n\nBye."),
        ("Do it:\n\n1. Sing.\n2. Rhyme.\n\nBye.", "Rhyme", "Do it:\n\n1. Sing.\n\nBye."),
        # Headers.
        (f"Explain it. {HEADER}\n1. Sing.\n\nThanks.", "Sing", "Explain it.\n\nThanks."),
        ("Explain it.\n\n**Constraints:**\n- Sing.", "Sing", "Explain it."),
        ("讲讲狗。\n请遵守以下规则：\n1、唱歌。", "唱歌", "讲讲狗。"),
        # Sentences.
        ("Explain it. Sing.", "Sing.", "Explain it."),
        ("Sing. Explain it.  ", "Sing", "Explain it.  "),
        ("Explain it. Sing. Rhyme!", "Sing", "Explain it. Rhyme!"),
        ("Explain it.\n\nSing.\n\nRhyme.", "Sing", "Explain it.\n\nRhyme."),
        ("Explain it.\nSing. Rhyme.", "Sing", "Explain it.\nRhyme."),
        ("Explain it. Additionally, sing a lot. Rhyme.", "sing a lot", "Explain it. Rhyme."),
        ("Explain it. Sing. Additionally, rhyme.", "Sing", "Explain it. Additionally, rhyme."),
        ("explain it\n\nSing.", "Sing", "explain it"),
        ("讲讲狗。唱歌。跳舞。", "唱歌", "讲讲狗。跳舞。"),
        ("讲讲狗。要唱歌；要跳舞；要画画。", "要跳舞", "讲讲狗。要唱歌；要画画。"),
        ("讲讲狗。要唱歌；要跳舞。", "要跳舞", "讲讲狗。要唱歌。"),
        ("Explain it. Finish with '?'.", "Finish with '?'", "Explain it."),
    ],
)
def test_what_stands_alone_is_cut_and_the_rest_closes_up(
    prompt: str, drop: str, expected: str
) -> None:
    assert excise(prompt, [drop], []) == expected


def test_nothing_dropped_changes_nothing() -> None:
    assert excise(listing(*ALL), [], ALL) == listing(*ALL)


def test_items_that_state_no_constraint_stay_and_are_numbered() -> None:
    prompt = listing("Sing", "Rhyme", "Jump")
    assert excise(prompt, ["Sing"], ["Jump"]) == listing("Rhyme", "Jump")


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("prompt", "drop", "keep", "expected"),
    [
        (listing("Sing", "Rhyme"), "Jump", [], "not-found"),
        (listing("Sing", "Rhyme"), " ... ", [], "not-found"),
        (listing("Sing", "Rhyme"), "Sing", ["Jump"], "kept-not-found"),
        (listing("Sing", "Rhyme"), "Sing", ["Sing"], "kept-too"),
        (listing("Sing") + "\n\n【Data】: ['Sing.']", "Sing", [], "repeated"),
        (listing("Sing and rhyme", "Jump"), "Sing", [], "not-alone"),
        (listing("Sing", "Jump") + "\n       and smile", "Jump", [], "not-alone"),
        (listing("Sing", "Jump") + "\n        - high", "Jump", [], "not-alone"),
        ("Explain it, sing.", "sing", [], "not-alone"),
        ("Explain it. Sing to ensure clarity.", "Sing", [], "not-alone"),
        ("Rules: 1. Sing. 2. Rhyme.", "Sing", [], "not-alone"),
        ("Explain it to Dr. Sing. Rhyme.", "Sing", [], "not-alone"),
        ("Explain it (briefly. Sing.)", "Sing", [], "not-alone"),
        ('Translate "Hello. Sing. Bye."', "Sing", [], "quoted"),
        ("Translate “Hello. Sing. Bye.”", "Sing", [], "quoted"),
        ("Explain:\n```\nHello. Sing. Bye.\n```", "Sing", [], "quoted"),
        ("Explain:\n> Hello. Sing. Bye.", "Sing", [], "quoted"),
        ("Question: Why? Sing.\nAnswer: So.\nQuestion: Who?", "Sing", [], "example"),
        ("Answer as these rules say:\n1. Sing.", "Sing", [], "header"),
        ("Do one of the following:\n1. Sing.\n2. Rhyme.", "Sing", [], "choice"),
        ("Do it:\n1. Sing.\n3. Rhyme.", "Sing", [], "numbering"),
        ("Do it:\n1. Sing.\n\nAnd then:\n2. Rhyme.", "Sing", [], "numbering"),
        ("Do it:\ni. Sing.\nii. Rhyme.", "Sing", [], "numbering"),
        ("Follow these 2 rules:\n- Sing.\n- Rhyme.", "Sing", [], "count"),
        ("Do it:\n1. Sing.\n2. Rhyme.\nRule 2 matters.", "Sing", [], "count"),
        (f"Explain it,\n{HEADER}\n1. Sing.", "Sing", [], "dangling"),
        ("Do it:\n- Sing; and\n- Rhyme.", "Rhyme", [], "dangling"),
        ("Explain it. Sing. It must also rhyme.", "Sing", [], "refers-back"),
        ("Explain it. Draw a table. This table has rows.", "Draw a table", [], "refers-back"),
        ("Explain it. Sing. Both are needed.", "Sing", [], "refers-back"),
        (
            listing("Draw a small map", "Rhyme", "Color the map"),
            "Draw a small map",
            ["Color the map"],
            "refers-back",
        ),
        (f"Explain it.\n{HEADER}\n- Sing.\n\nMeet all rules.", "Sing", [], "refers-back"),
        ("Sing. Additionally, explain it.", "Sing", [], "refers-back"),
        ("Sing.", "Sing", [], "nothing-left"),
        ("Sing. Rhyme.", "Sing", ["Rhyme"], "nothing-left"),
        ("Tell a story. Please rhyme.", "Tell a story", ["rhyme"], "nothing-left"),
    ],
)
def test_doubt_is_refused(prompt: str, drop: str, keep: list[str], expected: str) -> None:
    assert code(excise(prompt, [drop], keep)) == expected


@pytest.mark.parametrize(
    ("task", "drop"),
    [
        ("Give its parts, ensuring each XML element has a maximum of three attributes.",
         "Each XML element must have no more than three attributes"),
        ("Correct it, ensuring that the corrected sentence has each word capitalized.",
         "The answer must have each word capitalized."),
        ("Sum it up, ensuring the inclusion of the term 'spinal cord injuries'.",
         "Must include the keyword 'spinal cord injuries'"),
        ("Write a 300-word summary.", "At least 300 words"),
        ("Sum it up in under 100 words.", "The response must contain at most 100 words"),
        ("Write a three-paragraph essay.", "The answer must have exactly 3 paragraphs"),
        ("Give a one-sentence definition.", "The answer must be at most 1 sentence long"),
        ("Explain it in 50 words or less.", "The answer must not exceed 50 words"),
        ("Give facts in a table with 3 columns.", "The table must have at most 3 columns"),
        ("Present the data in a table.", "The answer must be in a table with at most 5 rows"),
        ("Explain it; the final punctuation is a period.", "Ending punctuation must be a period"),
        ("Explain it and mention 'heat death'.", "Must include the keyword 'heat death'"),
        ("Explain it using the word disorder.", "Must include the keyword 'disorder'"),
        ("Explain it; 'heat death' appears in it.", "Must include the keyword 'heat death'"),
        ("Explain it in ALL CAPS.", "The answer must use capitalized letters for each word"),
        ("Explain it in Markdown format.", "Use Markdown formatting"),
        ("Explain it with headings.", "The answer must use heading levels to organize sections"),
        ("Explain it as JSON.", "The response must be a JSON object"),
        ("Explain it in French.", "The answer must be in French"),
        ("Explain it as a bulleted list.", "Use at least 3 bullet points"),
        ("Write a poem starting with 'Alas'.", "The response must start with the word 'Alas'"),
        ("Explain it, split into several parts.", "The answer must use heading levels"),
        ("写一篇200字的文章。", "字数不超过200字"),
        ("请用英文解释它。", "回答必须使用英文"),
        ("Explain it in the form of a short blurb.", "The response should be a short blurb"),
        ("Length: Sentences", "At most 3 sentences"),
    ],
)  # fmt: skip
def test_what_the_task_asks_for_in_other_words_is_woven(task: str, drop: str) -> None:
    assert code(excise(listing(drop, "Be kind", task=task), [drop], ["Be kind"])) == "woven"


@pytest.mark.parametrize(
    ("task", "drop"),
    [
        ("What was the Demon Core?", "Must include the keyword 'Demon Core'"),
        ('Define the term "botargas".', "Must include the keyword 'botargas'"),
        ("When will the eclipse occur?", "Must include the keyword 'eclipse'"),
        ("What is the capital city of New York?", "Use capitalized letters for each word"),
        ("What is the maximum speed of cars?", "At most 100 words"),
        ("What is the French Revolution?", "The answer must be in French"),
        ("How is JSON read?", "The answer must be in JSON format"),
        ("How are tables joined in SQL?", "Include a table with at most 3 rows"),
        ("Correct this sentence.", "The answer must contain at least 2 sentences"),
        ("List 10 facts.", "The table must have exactly 10 rows"),
        ("Who were the last 5 presidents?", "The answer must end with a period"),
        ("Give the dates in a table.", "The table must have exactly two rows"),
        ("List all known allotropic forms.", "The list has at most 5 allotropic modifications"),
    ],
)
def test_a_task_about_the_same_things_is_not_woven(task: str, drop: str) -> None:
    expected = listing("Be kind", task=task)
    assert excise(listing(drop, "Be kind", task=task), [drop], ["Be kind"]) == expected


@pytest.mark.parametrize(
    ("keep", "drop", "expected"),
    [
        ("Between 100 and 150 words", "No more than 150 words", "woven"),
        ("No more than 150 words", "Between 100 and 150 words", "ok"),
        ("At least 100 words", "No more than 150 words", "ok"),
        ("Each cell has at most 10 words", "No more than 150 words", "ok"),
        ("No more than 40 words", "Each slide has at most 50 words", "woven"),
        ("At least 3 sentences", "At least one complete sentence", "woven"),
        ("Each sentence must end with a period", "Ending punctuation must be a period", "woven"),
        ("Ending punctuation must be a period", "Each sentence must end with a period", "ok"),
        ("Include the keywords 'a b' and 'c d'", "Include the keyword 'a b'", "woven"),
        ("Include the keyword 'a b'", "Include the keywords 'a b' and 'c d'", "ok"),
        ("Use a level 2 heading titled 'Facts'", "Include a level 2 heading", "woven"),
        ("Include a level 2 heading", "Use at least two heading levels", "ok"),
        ("A table of 3 rows is needed", "If a table is used, it has at most 5 rows", "woven"),
    ],
)
def test_a_kept_constraint_must_not_imply_the_dropped_one(
    keep: str, drop: str, expected: str
) -> None:
    assert code(excise(listing(keep, drop), [drop], [keep])) == expected


# ---------------------------------------------------------------- properties

SENTENCES = [
    "Sing a cheerful tune",
    "Mention the harbor",
    "Avoid gloomy adjectives",
    "Rhyme wherever possible",
    "Greet the reader warmly",
    "Keep a 'seafaring' mood",
    "避免使用成语",
    "Prefer short vowels",
    "Must include the keyword 'lantern'",
    "Thank your grandmother",
]
MARKS: dict[str, Callable[[int], str]] = {
    "1.": lambda n: f"{n}.",
    "1)": lambda n: f"{n})",
    "(1)": lambda n: f"({n})",
    "a.": lambda n: f"{chr(96 + n)}.",
    "-": lambda _: "-",
    "*": lambda _: "*",
    "•": lambda _: "•",
    "1、": lambda n: f"{n}、",
}
parts = st.lists(st.sampled_from(SENTENCES), min_size=2, max_size=8, unique=True)


def draw_drop(data: st.DataObject, items: list[str]) -> list[str]:
    chosen = data.draw(st.lists(st.sampled_from(items), min_size=1, unique=True))
    return [item for item in items if item in chosen]


@given(
    items=parts,
    data=st.data(),
    mark=st.sampled_from(sorted(MARKS)),
    indent=st.sampled_from(["", "  ", "    ", "\t"]),
    newline=st.sampled_from(["\n", "\r\n", " \n", "\n\n"]),
    end=st.sampled_from([".", "", ";", "!"]),
    after=st.sampled_from(["", "\n", "\n\nThanks in advance!", "\n\nText: one. two."]),
    header=st.sampled_from(["Rules:", HEADER, "Please follow these rules:", "请遵守以下规则："]),
)
def test_a_list_equals_the_list_of_what_is_kept(
    items: list[str],
    data: st.DataObject,
    mark: str,
    indent: str,
    newline: str,
    end: str,
    after: str,
    header: str,
) -> None:
    def build(texts: list[str]) -> str:
        if not texts:
            return "Tell a story." + after
        lines = [f"{indent}{MARKS[mark](n)} {text}{end}" for n, text in enumerate(texts, 1)]
        return f"Tell a story.\n{header}{newline}" + newline.join(lines) + after

    drop = draw_drop(data, items)
    keep = [item for item in items if item not in drop]
    result = excise(build(items), drop, keep)
    if end == ";" and items[-1] in drop and keep:
        assert code(result) == "dangling"
    else:
        assert result == build(keep)


@given(
    items=parts,
    data=st.data(),
    space=st.sampled_from([" ", "  ", "\n", "\n\n"]),
    first=st.booleans(),
)
def test_sentences_equal_the_sentences_that_are_kept(
    items: list[str], data: st.DataObject, space: str, first: bool
) -> None:
    def build(texts: list[str]) -> str:
        sentences = [f"{text}." for text in texts]
        whole = ["Tell a story.", *sentences] if first else [*sentences, "Tell a story."]
        return space.join(whole)

    drop = draw_drop(data, items)
    keep = [item for item in items if item not in drop]
    assert excise(build(items), drop, keep) == build(keep)


JOINTS = [". ", "\n", "\r\n", "1. ", "2. ", "- ", "'", '"', "```", "；", "。", ": ", " ", "Rules:"]
TRICKS = ["and ", "(", "a table", "The table", "It ", "\u3000", "①", "İ", "ß", "100 words"]
pieces = st.sampled_from([*SENTENCES[:4], *JOINTS, *TRICKS])


@given(
    prompt=st.lists(pieces | st.text(max_size=5), max_size=25).map("".join),
    drop=st.lists(st.sampled_from(SENTENCES[:4]) | st.text(max_size=12), max_size=3),
    keep=st.lists(st.sampled_from(SENTENCES[:4]) | st.text(max_size=12), max_size=3),
)
def test_any_text_is_answered_and_no_result_breaks_the_promise(
    prompt: str, drop: list[str], keep: list[str]
) -> None:
    result = excise(prompt, drop, keep)
    if isinstance(result, Refusal):
        assert result.code
        assert result.reason
    elif drop:
        folded = " ".join(result.lower().split())
        assert not any(text.lower() in folded for text in drop if text in SENTENCES)
        assert all(text.lower() in folded for text in keep if text in SENTENCES)
        assert len(result) < len(prompt)


@pytest.mark.parametrize(
    "filler",
    [
        "(" * 100_000,
        " " * 100_000,
        "\n" * 100_000,
        "'a " * 33_000,
        "1. a\n" * 20_000,
        "> \n" * 33_000,
        "a: " * 33_000,
        "not " * 25_000,
        "\n".join(" " * (n % 60) + "- x" for n in range(3_000)),
    ],
    ids=lambda filler: repr(filler[:6]),
)
def test_long_texts_take_no_time(filler: str) -> None:
    start = time.process_time()
    excise(f"{filler}\nTell a story.\nRules:\n1) Sing.\n2) Rhyme.", ["Sing"], ["Rhyme"])
    excise(f"Tell a story. Sing. {filler}", ["Sing"], [])
    assert time.process_time() - start < 5.0
