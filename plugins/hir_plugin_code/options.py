"""What is chosen of the pack: whether code from data runs at all, and how much it may use."""

from __future__ import annotations

from pydantic import BaseModel, Field


class CodeOptions(BaseModel):
    """The options of the pack."""

    allow: bool = Field(False, description="Run functions that come with data, in a sandbox.")
    seconds: float = Field(
        2.0, ge=0.1, le=600.0, description="How long one function may compute on one response."
    )
    megabytes: int = Field(
        256, ge=16, le=2000, description="How much memory it may use beside Python's own."
    )


class Chosen:
    """The options that are in use.

    Attributes:
        options: What was given, or the defaults.
    """

    options = CodeOptions.model_validate({})


def configure(options: CodeOptions) -> None:
    """Take the options."""
    Chosen.options = options
