"""Sentences for people in both languages: what was refused, why, and what to do; nothing changed then."""

from __future__ import annotations

import os

from area_configs.domain.errors import SmartAreaError
from area_configs.domain.names import Language, Name
from firmware_tools.sentences.joining import JOINING
from firmware_tools.sentences.serving import SERVING

Pair = tuple[str, str]

SENTENCES: dict[str, Pair] = {**JOINING, **SERVING}


_TRIALS: dict[str, str] = {  # the English stands with the release: what decides knows one language
    "healthy": "自己診断に合格しました",
    "heard": "ハブに届き、送ったデータの受領が確認されました",
    "no link before": "単体では正常です。ハブとは更新前からつながっていません",
    "hub not reached": "更新前は届いていたハブに、期限内に届きませんでした",
    "hub refuses": "ハブがこの版の送るデータを拒否しました",
    "nothing acknowledged": "送ったデータの受領をハブが確認しませんでした",
    "agent silent": "エージェントが応答しなくなりました",
    "never healthy": "起動しても正常になりませんでした",
    "does not stay up": "起動しても動き続けませんでした",
    "not whole": "ファイルが壊れています",
    "asked for": "人の指示で元に戻しました",
}


def trial_words(reason: str, why: str) -> Pair:
    """Return why the trial of a release ended, in both languages; `why` is the sentence that was noted."""
    told = _TRIALS.get(reason)
    return why, f"{told}({why})" if told and why else told or why


class Refused(SmartAreaError):
    """Do what the sentence says; `code` names it, `facts` fill it, a `Name` in either language."""

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        self.facts = facts
        super().__init__(self.words("en"))

    def words(self, language: Language) -> str:
        """Return the sentence in a language."""
        facts = {
            name: fact.text(language) if isinstance(fact, Name) else fact
            for name, fact in self.facts.items()
        }
        return SENTENCES[self.code][language == "ja"].format(**facts)

    def why(self, language: Language = "en") -> str:
        """Return the reason alone, for records; the sentence where it has none."""
        found = self.facts.get("why")
        if found is None:
            return self.words(language)
        return found.text(language) if isinstance(found, Name) else str(found)


class Unreachable(Refused):
    """Wait and retry: a gateway or device does not answer."""


def language() -> Language:
    """Return `ja` where the terminal speaks Japanese, else `en` (LC_ALL, LC_MESSAGES, LANG)."""
    found = next((text for key in _LOCALE if (text := os.environ.get(key))), "")
    return "ja" if found.lower().startswith("ja") else "en"


_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")
