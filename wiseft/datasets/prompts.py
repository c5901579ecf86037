"""Prompt templates: a class name goes in place of `{}`."""

from __future__ import annotations

GENERAL = (
    "a photo of a {}.",
    "a blurry photo of a {}.",
    "a dark photo of a {}.",
    "a close-up of a {}.",
    "a painting of a {}.",
    "a cartoon of a {}.",
    "a sketch of a {}.",
    "a drawing of a {}.",
)
"""For folders that bring no templates of their own: photographs first, and a few other styles."""
