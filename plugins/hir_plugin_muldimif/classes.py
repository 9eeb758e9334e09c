"""The checker classes of MulDimIF's evaluation, and the categories that each is given."""

from __future__ import annotations

CLASSES = {
    "Content_Keywords": ("Content_Keywords", "Content_Keywords: Must include"),
    "Content_Others": (
        "Citations_In-text",
        "Content_Identifiers",
        "Content_Length",
        "Content_Mention",
        "Content_Quotes",
        "Content_Sources",
    ),
    "Content_Punctuation": (
        "Content_Punctuation",
        "Content_Punctuation: Ending punctuation",
        "Punctuation_Ending punctuation",
    ),
    "Format_Json": ("Format_Json", "Json_Number of attributes", "Json_Object nesting levels"),
    "Format_Markdown": (
        "Format_Markdown",
        "Format_Markdown: Heading levels",
        "Markdown_Block quotes",
        "Markdown_Heading levels",
    ),
    "Format_Others": (
        "Format_Blurb",
        "Format_Bullet Points",
        "Format_Length",
        "Format_Markdown: Block quotes",
        "Format_Text",
        "Format_XML",
        "References_Format",
        "Table_Table",
        "XML_Number of attributes",
    ),
    "Format_Table": (
        "Format_Table",
        "Format_Table: Column limit",
        "Format_Table: Row limit",
        "Table_Column limit",
        "Table_Row limit",
    ),
    "Language_Chinese": (
        "Language_Chinese",
        "Language_Chinese: Simplified",
        "Language_Chinese: Traditional",
    ),
    "Language_English": (
        "Language_English",
        "Language_English: All Uppercase",
        "Language_English: Capitalized",
    ),
    "Length_Paragraphs": (
        "Length_Paragraphs",
        "Length_Paragraphs: At least",
        "Length_Paragraphs: At most",
        "Length_Paragraphs: Range",
        "Paragraphs_At most",
    ),
    "Length_Sentences": (
        "Length_Sentences",
        "Length_Sentences: At least",
        "Length_Sentences: At most",
        "Length_Sentences: Range",
        "Sentences_At least",
        "Sentences_At most",
    ),
    "Length_Words": (
        "Format_Word Count",
        "Length_Words",
        "Length_Words: At least",
        "Length_Words: At most",
        "Length_Words: Range",
        "Words_At most",
    ),
}
_CLASS_OF = {category: name for name, categories in CLASSES.items() for category in categories}


def class_of(category: str, subcategory: str) -> str:
    """Return the class that checks a category and subcategory; both, joined, where none does."""
    name = f"{category.strip()}_{subcategory.strip()}"
    return _CLASS_OF.get(name, name)
