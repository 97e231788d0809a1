"""The language of the screen: installs Japanese, or nothing, for English is the source."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QObject, QTranslator, Signal

if TYPE_CHECKING:
    from area_configs.domain.names import Language

TRANSLATIONS = Path(__file__).parent.parent / "translations"


class Languages(QObject):
    """Holds the translators; a change reaches every widget as a LanguageChange event."""

    changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._language: Language = "en"
        self._translators = [
            self._load("console_ja", str(TRANSLATIONS)),
            self._load("qtbase_ja", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
        ]

    @property
    def language(self) -> Language:
        """Return the language in use."""
        return self._language

    def choose(self, language: Language) -> None:
        """Speak a language from now on."""
        if language == self._language:
            return
        self._language = language
        for translator in self._translators:
            if language == "ja":
                QCoreApplication.installTranslator(translator)
            else:
                QCoreApplication.removeTranslator(translator)
        self.changed.emit(language)

    def _load(self, name: str, folder: str) -> QTranslator:
        translator = QTranslator(self)
        translator.load(name, folder)  # an absent file leaves the English text
        return translator
