"""Names that people read, in Japanese and English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["ja", "en"]


@dataclass(frozen=True, slots=True)
class Name:
    """One thing's name in both languages; neither is ever empty."""

    ja: str
    en: str

    def text(self, language: Language) -> str:
        """Return the name in one language."""
        return self.ja if language == "ja" else self.en
