"""Japanese: every text has one, placeholders match, the compiled file is up to date, glyphs exist."""

from __future__ import annotations

import importlib.util
import string
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from fontTools.ttLib import TTFont
from PySide6.QtCore import QCoreApplication

from area_configs.domain.devices import KIND_NAMES
from area_configs.domain.quantities import QUANTITIES
from area_configs.loader import load_area
from desktop.models import alarms, area_tree, live_readings, wording
from desktop.twin.scene import words as twin_words
from desktop.views.languages import TRANSLATIONS, Languages
from desktop.views.theme import FONTS

ROOT = Path(__file__).parents[3]
TS = TRANSLATIONS / "console_ja.ts"


def script(name: str):
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def messages() -> list[tuple[str, str, ET.Element]]:
    tree = ET.parse(TS)  # noqa: S314  # our own file
    return [
        (context.findtext("name"), message.findtext("source"), message.find("translation"))
        for context in tree.getroot().iter("context")
        for message in context.iter("message")
    ]


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_no_text_is_unfinished_and_placeholders_match():
    assert len(messages()) > 60
    for context, source, translation in messages():
        assert translation.get("type") is None, f"{context}: {source}"
        assert translation.text, f"{context}: {source}"
        assert fields(translation.text) == fields(source), f"{context}: {source}"


@pytest.mark.slow
def test_the_files_are_up_to_date_with_the_sources(tmp_path):
    translate = script("update_translations")
    fresh = tmp_path / "console_ja.ts"
    fresh.write_bytes(TS.read_bytes())
    translate.update(fresh)
    assert fresh.read_text(encoding="utf-8") == TS.read_text(encoding="utf-8")
    compiled = tmp_path / "console_ja.qm"
    translate.release(TS, compiled)
    assert compiled.read_bytes() == TS.with_suffix(".qm").read_bytes()


@pytest.mark.usefixtures("qapp")
def test_the_compiled_file_speaks_and_falls_silent_again():
    languages = Languages()
    languages.choose("ja")
    try:
        assert QCoreApplication.translate("Navigation", "Overview") == "概要"
        close = QCoreApplication.translate("QPlatformTheme", "Close")
        assert close == "閉じる"  # Qt's own dialogs too
    finally:
        languages.choose("en")
    assert QCoreApplication.translate("Navigation", "Overview") == "Overview"


def test_models_and_twin_call_the_states_the_same():
    assert dict(twin_words.STATE_NAMES) == wording.STATE_NAMES


def written() -> str:
    """Everything that this edition can write in either language."""
    area = load_area("harumi")
    names = [*KIND_NAMES.values(), *(quantity.name for quantity in QUANTITIES.values())]
    names += [state for quantity in QUANTITIES.values() for state in quantity.states.values()]
    for table in (wording.STATE_NAMES, wording.REASON_NAMES, alarms.PRIORITY_NAMES):
        names += table.values()
    names += [*area_tree.HEADERS.values(), *live_readings.HEADERS.values(), wording.NEVER_HEARD]
    names += [area.name, area.attribution, *(g.name for g in area.gateways)]
    names += [d.name for d in area.devices] + [r.name for r in area.alarms]
    names += [rule.action for rule in area.alarms]
    symbols = "".join(quantity.symbol for quantity in QUANTITIES.values())
    texts = [text for name in names for text in (name.ja, name.en)]
    texts += [(source or "") + (ja.text or "") for _, source, ja in messages()]
    return "".join(texts) + symbols + wording.UNKNOWN + wording.MINUS + "→←↑↓×·■…"  # noqa: RUF001  # meant


@pytest.mark.parametrize("face", ["BIZUDPGothic-Regular.ttf", "BIZUDPGothic-Bold.ttf"])
def test_the_bundled_font_is_small_and_has_every_glyph(face):
    path = FONTS / face
    assert path.stat().st_size < 2_500_000
    with TTFont(path) as font:
        missing = {letter for letter in written() if ord(letter) not in font.getBestCmap()}
        licence = font["name"].getDebugName(13)
    assert not missing
    assert "SIL Open Font License" in licence
    assert (FONTS / "OFL.txt").read_text(encoding="utf-8").count("PERMISSION & CONDITIONS") == 1
