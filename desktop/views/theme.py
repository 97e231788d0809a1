"""The look: colour tokens of both themes, palette, style sheet, fonts.

Grey is normal and colour means abnormal (ISA-101). Contrast follows WCAG 2.1, 1.4.3; a test holds
every pair of tokens that carries text.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from shiboken6 import isValid

from desktop.views.style_sheet import written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QApplication, QWidget

ThemeName = Literal["light", "dark", "contrast"]
FONTS = Path(__file__).parent.parent / "fonts"
FAMILY = "BIZ UDPGothic"
STEP = 8  # the spacing grid, pixels
_BODY_PX = 13
_LINEAR_BELOW = 0.04045  # of sRGB, IEC 61966-2-1


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme by what they are for."""

    window: str
    surface: str
    field: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    chosen: str
    alarm: str
    alarm_field: str
    warning: str
    warning_field: str
    stale: str
    stale_field: str
    hatch: str
    grid: str
    lines: tuple[str, ...]

    def text_pairs(self) -> dict[str, tuple[str, str]]:
        """Return every pair of colours in which text is written, by name."""
        return {
            "text on window": (self.text, self.window),
            "text on surface": (self.text, self.surface),
            "text on field": (self.text, self.field),
            "text on chosen": (self.text, self.chosen),
            "muted on window": (self.muted, self.window),
            "muted on surface": (self.muted, self.surface),
            "muted on field": (self.muted, self.field),
            "muted on chosen": (self.muted, self.chosen),
            "accent on surface": (self.accent, self.surface),
            "accent on window": (self.accent, self.window),
            "on accent": (self.on_accent, self.accent),
            "alarm on alarm field": (self.alarm, self.alarm_field),
            "alarm on field": (self.alarm, self.field),
            "alarm on surface": (self.alarm, self.surface),
            "alarm on chosen": (self.alarm, self.chosen),
            "text on alarm field": (self.text, self.alarm_field),
            "warning on warning field": (self.warning, self.warning_field),
            "warning on field": (self.warning, self.field),
            "warning on surface": (self.warning, self.surface),
            "stale on stale field": (self.stale, self.stale_field),
            "stale on field": (self.stale, self.field),
            "text on warning field": (self.text, self.warning_field),
            **{f"line {n}": (line, self.field) for n, line in enumerate(self.lines)},
        }


LIGHT = Tokens(
    window="#DFE2E5",
    surface="#ECEEF0",
    field="#F7F8F9",
    border="#B9C0C6",
    text="#1D2429",
    muted="#4A545C",
    accent="#2F5573",
    on_accent="#FFFFFF",
    chosen="#CBD9E4",
    alarm="#A3170F",
    alarm_field="#F8D9D5",
    warning="#6B4300",
    warning_field="#F5E3BF",
    stale="#5C4480",
    stale_field="#E4DCEF",
    hatch="#C3C9CE",
    grid="#C9CED3",
    lines=("#1F4E79", "#00615A", "#64428F", "#5A4630", "#36505C", "#7A2F6B"),
)
DARK = Tokens(
    window="#171B1F",
    surface="#20262B",
    field="#14181B",
    border="#434D56",
    text="#E4E8EB",
    muted="#A9B3BB",
    accent="#9CC2E0",
    on_accent="#10202C",
    chosen="#2B4459",
    alarm="#FFA299",
    alarm_field="#561A16",
    warning="#F1C56B",
    warning_field="#463310",
    stale="#C9B2EC",
    stale_field="#382B4C",
    hatch="#353E46",
    grid="#323A41",
    lines=("#8EBEE6", "#79CBBB", "#C1A8E8", "#D3B79A", "#B3C7D1", "#E3A2D3"),
)
CONTRAST = Tokens(
    window="#000000",
    surface="#000000",
    field="#0A0A0A",
    border="#FFFFFF",
    text="#FFFFFF",
    muted="#E0E0E0",
    accent="#FFD83D",
    on_accent="#000000",
    chosen="#003C8F",
    alarm="#FFB3AB",
    alarm_field="#5C0000",
    warning="#FFDD66",
    warning_field="#332600",
    stale="#DCC8FF",
    stale_field="#2A1248",
    hatch="#5A5A5A",
    grid="#6A6A6A",
    lines=("#9AD0FF", "#7CE8D4", "#D8BEFF", "#FFD3A6", "#DDE7EE", "#FFB3E6"),
)
TOKENS: dict[ThemeName, Tokens] = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}


def luminance(colour: str) -> float:
    """Return the relative luminance of `#RRGGBB` (WCAG 2.1)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        p / 12.92 if p <= _LINEAR_BELOW else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.1)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


class Theme(QObject):
    """The theme in use; whoever paints by hand asks `tokens` at every paint."""

    changed = Signal()

    def __init__(self, name: ThemeName = "light", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._scale = 100
        self._turning = False
        self._later: tuple[ThemeName, int] | None = None  # asked for while it turns

    @property
    def scale(self) -> int:
        """Return the size of all text, percent."""
        return self._scale

    @property
    def name(self) -> ThemeName:
        """Return the name of the theme."""
        return self._name

    @property
    def tokens(self) -> Tokens:
        """Return its colours."""
        return TOKENS[self._name]

    def colour(self, name: str) -> QColor:
        """Return one of its colours by token name."""
        return QColor(getattr(self.tokens, name))

    def px(self, pixels: int) -> int:
        """Return a length that goes with the text, in the size of text that is in use."""
        return round(pixels * self._scale / 100)

    def choose(self, name: ThemeName, application: QApplication, scale: int = 0) -> None:
        """Dress the application; with `scale` in another size of text too, percent."""
        self._undress(name, application, scale)
        self._dress(application)
        self.changed.emit()

    def turn(self, name: ThemeName, application: QApplication, scale: int = 0) -> None:
        """Dress the application in steps between which it answers; `changed` tells the last one.

        Nothing is painted meanwhile: half dressed it is never seen.
        """
        if self._turning:
            self._later = (name, scale)
            return
        self._turning, self._later = True, None
        windows = [one for one in application.topLevelWidgets() if one.isVisible()]
        for window in windows:
            window.setUpdatesEnabled(False)
        self._undress(name, application, scale)
        QTimer.singleShot(0, self, lambda: self._turn_on(application, windows))

    def _turn_on(self, application: QApplication, windows: Sequence[QWidget]) -> None:
        self._dress(application)
        QTimer.singleShot(0, self, lambda: self._turn_out(application, windows))

    def _turn_out(self, application: QApplication, windows: Sequence[QWidget]) -> None:
        self._turning = False
        self.changed.emit()
        for window in windows:
            if isValid(window):
                window.setUpdatesEnabled(True)
        if self._later:
            self.turn(self._later[0], application, self._later[1])

    def _undress(self, name: ThemeName, application: QApplication, scale: int) -> None:
        """Take the new colours, and no style sheet: one is put on faster than it is changed."""
        self._name, self._scale = name, scale or self._scale
        application.setPalette(palette(self.tokens))
        application.setFont(body_font(self._scale))
        application.setStyleSheet("")

    def _dress(self, application: QApplication) -> None:
        application.setStyleSheet(style_sheet(self.tokens, self._scale))


def load_fonts() -> None:
    """Make the bundled faces known to Qt."""
    for face in sorted(FONTS.glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(face))


def body_font(scale: int = 100) -> QFont:
    """Return the font of running text; `scale` in percent."""
    font = QFont(FAMILY)
    font.setPixelSize(round(_BODY_PX * scale / 100))
    return font


def sized(font: QFont, pixels: int, *, bold: bool = False) -> QFont:
    """Return a font in another size."""
    changed = QFont(font)
    changed.setPixelSize(pixels)
    changed.setBold(bold)
    return changed


def palette(tokens: Tokens) -> QPalette:
    """Return the Qt palette of a theme."""
    roles = {
        QPalette.ColorRole.Window: tokens.window,
        QPalette.ColorRole.WindowText: tokens.text,
        QPalette.ColorRole.Base: tokens.field,
        QPalette.ColorRole.AlternateBase: tokens.surface,
        QPalette.ColorRole.Text: tokens.text,
        QPalette.ColorRole.PlaceholderText: tokens.muted,
        QPalette.ColorRole.Button: tokens.surface,
        QPalette.ColorRole.ButtonText: tokens.text,
        QPalette.ColorRole.Highlight: tokens.chosen,
        QPalette.ColorRole.HighlightedText: tokens.text,
        QPalette.ColorRole.ToolTipBase: tokens.field,
        QPalette.ColorRole.ToolTipText: tokens.text,
        QPalette.ColorRole.Link: tokens.accent,
        QPalette.ColorRole.Mid: tokens.border,
    }
    made = QPalette()
    for role, colour in roles.items():
        made.setColor(role, QColor(colour))
    disabled = QPalette.ColorGroup.Disabled
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(disabled, role, QColor(tokens.muted))
    return made


def style_sheet(tokens: Tokens, scale: int = 100) -> str:
    """Return the Qt style sheet of a theme, every size of text in it scaled, percent."""
    values = {name: getattr(tokens, name) for name in tokens.__slots__ if name != "lines"}
    return written({**values, "family": FAMILY, "body": str(_BODY_PX)}, scale)
