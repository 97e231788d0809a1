"""Which layers the twin shows, by which choice, and what each of them says of its picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from area_configs.domain.names import Name

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a layer, such as a scenario."""

    key: str
    name: Name


@dataclass(frozen=True, slots=True)
class LayerInfo:
    """One layer as it is offered.

    Attributes:
        about: what it shows, in a sentence.
        group: layers of one group paint the same surface: at most one of them is on; empty
            where it goes with every other.
        options: its choices, the first one stands; none where there is nothing to choose.
    """

    key: str
    name: Name
    about: Name
    group: str = ""
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class LegendStep:
    """One colour and what it means."""

    colour: Colour
    text: str


@dataclass(frozen=True, slots=True)
class GivenAdvice:
    """An advice that a person may decide on, as it stands on the screen.

    Attributes:
        topic: what it is for, such as `water_gate`; device: whose values it rests on.
        advice: in a word, such as `close`; text and reasons: in the language of the screen.
        told_us: the instant for which it holds, microseconds UTC.
    """

    topic: str
    device: str
    advice: str
    text: str
    reasons: tuple[str, ...]
    told_us: int


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """What a layer says of the picture that it shows now, in the language of the screen.

    Attributes:
        unit: of the legend's numbers, empty where it has none.
        source: where the numbers come from, and how they were made.
        scenario: what is assumed; empty where it shows what is.
        when: for which instant or span it holds.
        notes: sentences that a person must read, most important first.
        headers, rows: the same as a table.
        buildings: gml:id of the building that each row is of; empty where rows are of other things.
        working: True while a calculation is still going on.
        advice: what a person is asked to decide on, None where there is nothing.
    """

    steps: tuple[LegendStep, ...] = ()
    unit: str = ""
    source: str = ""
    scenario: str = ""
    when: str = ""
    notes: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    buildings: tuple[str, ...] = ()
    working: bool = False
    advice: GivenAdvice | None = None


class TwinLayers(QObject):
    """The layers on offer, which of them are on, and what they told last."""

    offered = Signal()
    changed = Signal(str)  # key of the layer that was switched or got another choice
    told = Signal(str)  # key of the layer that says something new
    building_chosen = Signal(str)  # gml:id, empty for none: on the map or in a table

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._infos: dict[str, LayerInfo] = {}
        self._options: dict[str, str] = {}
        self._on: list[str] = []
        self._facts: dict[str, LayerFacts] = {}
        self._building = ""

    @property
    def building(self) -> str:
        """Return the chosen building's gml:id, empty for none."""
        return self._building

    def choose_building(self, ident: str) -> None:
        """Choose a building, or none with an empty id; says so only where it changes."""
        if ident != self._building:
            self._building = ident
            self.building_chosen.emit(ident)

    @property
    def infos(self) -> tuple[LayerInfo, ...]:
        """Return what is on offer, in order."""
        return tuple(self._infos.values())

    @property
    def wanted(self) -> dict[str, str]:
        """Return the keys of the layers that are on, in order, each with its choice."""
        return {key: self._options[key] for key in self._infos if key in self._on}

    def offer(self, infos: Sequence[LayerInfo]) -> None:
        """Offer other layers; all of them are off."""
        self._infos = {info.key: info for info in infos}
        self._options = {i.key: i.options[0].key if i.options else "" for i in infos}
        self._on, self._facts = [], {}
        self.offered.emit()

    def is_on(self, key: str) -> bool:
        """Tell whether a layer is shown."""
        return key in self._on

    def option(self, key: str) -> str:
        """Return a layer's choice, empty where it has none."""
        return self._options.get(key, "")

    def facts(self, key: str) -> LayerFacts:
        """Return what a layer told last; nothing where it is off."""
        return self._facts.get(key, LayerFacts())

    def switch(self, key: str, on: bool) -> None:
        """Show or hide a layer; the others of its group are hidden.

        Raises:
            KeyError: no such layer is offered.
        """
        info = self._infos[key]
        if on == (key in self._on):
            return
        if on:
            for other in [o for o in self._on if self._rivals(self._infos[o], info)]:
                self.switch(other, False)
            self._on.append(key)
        else:
            self._on.remove(key)
            self._facts.pop(key, None)
        self.changed.emit(key)

    def choose(self, key: str, option: str) -> None:
        """Choose a layer's scenario.

        Raises:
            KeyError: the layer has no such choice.
        """
        if option not in {known.key for known in self._infos[key].options}:
            raise KeyError(option)
        if option != self._options[key]:
            self._options[key] = option
            self.changed.emit(key)

    def tell(self, facts: Mapping[str, LayerFacts]) -> None:
        """Take what the layers say of their pictures now."""
        for key, said in facts.items():
            if key in self._on and self._facts.get(key) != said:
                self._facts[key] = said
                self.told.emit(key)

    @staticmethod
    def _rivals(one: LayerInfo, other: LayerInfo) -> bool:
        return bool(one.group) and one.group == other.group
