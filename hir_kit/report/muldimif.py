"""MulDimIF's two levels of constraint categories, as its evaluation maps what the data says."""

from __future__ import annotations

_FIRST = {
    "Citations": "Content",
    "Json": "Format",
    "Markdown": "Format",
    "Paragraphs": "Length",
    "Punctuation": "Content",
    "References": "Content",
    "Sentences": "Length",
    "Table": "Format",
    "Words": "Length",
    "XML": "Format",
}
_OWN = {
    "Content_Length": ("Length", "Words"),
    "Content_Mention": ("Content", "Keywords"),
    "Content_Quotes": ("Content", "Punctuation"),
    "Content_Sources": ("Content", "Identifiers"),
    "Citations_In-text": ("Content", "Identifiers"),
    "References_Format": ("Content", "Identifiers"),
    "Format_Blurb": ("Length", "Words"),
    "Format_Bullet Points": ("Content", "Identifiers"),
    "Format_Length": ("Length", "Words"),
    "Format_Text": ("Content", "Identifiers"),
    "Format_Word Count": ("Length", "Words"),
}


def levels_of(category: str, subcategory: str) -> tuple[str, str]:
    """Return the first and second level of a constraint, of 4 and of 12.

    Source: `constraint_mapping` in the evaluation of Junjie-Ye/MulDimIF.
    """
    if own := _OWN.get(f"{category}_{subcategory}"):
        return own
    if category in _FIRST:
        return _FIRST[category], category
    return category, subcategory.partition(":")[0]
