"""Settings of a gateway as they were at the instant that a replay shows; nothing in it can be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from typing_extensions import override

from desktop.models.configuration_draft import at_path
from desktop.models.time_source import Mode
from desktop.views.panels import Translated, column, label, spaced
from desktop.views.settings_form import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from PySide6.QtWidgets import QWidget

    from desktop.models.area_models import AreaModels
    from desktop.models.settings_fields import Field


class PastSettings(Translated):
    """Hidden while the present is shown."""

    def __init__(
        self,
        models: AreaModels,
        gateway: str,
        fields: Sequence[Field],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._models, self._gateway, self._fields = models, gateway, fields
        self._head, self.lines = label("heading"), QLabel()
        self.lines.setWordWrap(True)
        self.lines.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.lines.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        box = column(self._head, self.lines, gap=8)
        box.setStretch(1, 1)
        self.setLayout(box)
        models.time.changed.connect(self.refresh)
        models.replay.changed.connect(self.refresh)
        models.replay.configurations.changed.connect(self.refresh)
        models.time.moved.connect(self._moved)
        self._version = -1
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self._head.setText(self.tr("Settings as they were"))
        self.refresh()

    def refresh(self) -> None:
        """Show what the gateway ran at the shown instant."""
        replayed = self._models.time.mode is Mode.REPLAY
        self.setVisible(replayed)
        if replayed:
            self.lines.setText(spaced(*self._words()))

    def _moved(self, _: object) -> None:
        version = self._models.replay.configurations.versions().get(self._gateway, 0)
        if version != self._version:
            self._version = version
            self.refresh()

    def _words(self) -> Sequence[str]:
        past = self._models.replay.configurations
        version = past.versions().get(self._gateway, 0)
        if not past.known(self._gateway):
            return [self.tr("The hub has not said yet what the gateway ran then.")]
        if not version:
            return [self.tr("No configuration from this hub was in force then.")]
        document = past.document(self._gateway)
        if document is None:
            return [self.tr("Version {n} is being asked for.").format(n=version)]
        head = self.tr("In force then: version {n}").format(n=version)
        return [head, *(self._line(field, document) for field in self._fields)]

    def _line(self, field: Field, document: Mapping[str, Any]) -> str:
        language, value = self._models.language, at_path(document, field.path)
        name = field.label().text(language)
        if value is None:
            return f"{name}: {self.tr('standard')}"
        return f"{name}: {shown(value, language)} {field.unit().text(language)}".rstrip()
