"""The area editor between files, hub and page: the draft is kept, the map follows it, both ways out."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import platformdirs
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from area_configs import area_edit, area_pack
from area_configs.area_edit import AreaText
from area_configs.domain.errors import (
    AreaFileError,
    HubRejected,
    HubUnavailable,
    Mistake,
    SmartAreaError,
)
from area_configs.domain.names import Name
from area_configs.loader import area_file, area_ids
from desktop.bridge.area_jobs import AreaJobs
from desktop.bridge.area_judge import AreaJudge
from desktop.models.area_moves import Spot
from desktop.models.drafts import Autosave
from desktop.models.selection import Selection
from desktop.settings import SHOW_ANEW

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from area_configs.area_pack import Imported
    from area_configs.domain.areas import Area
    from desktop.app.cities import Cities
    from desktop.bridge.area_desk import AreaDesk
    from desktop.models.area_models import AreaModels
    from desktop.models.drafts import Drafts
    from desktop.twin.meshes import CityDrawing
    from desktop.twin.placing import PlacingViewport
    from desktop.views.editor.editor_page import EditorPage
    from desktop.views.languages import Languages
    from desktop.views.main_window import MainWindow
    from desktop.views.theme import Theme
    from platform_hub.client.area_client import AreaClient

_SEND, _FILE, _IMPORT = "area_pack", "file", "import"
_IMPORTED = Name("建物データの取込", "Buildings imported")
_DRAFT = "area"


class Parts(NamedTuple):
    """What of the console the editor is wired to; `city` gives the one that is drawn already."""

    area_desk: AreaDesk
    window: MainWindow
    languages: Languages
    theme: Theme
    drafts: Drafts
    city: Callable[[], CityDrawing | None]


class EditorWiring(QObject):
    """Wires one console's area editor; its draft is opened with the page, its map when that is shown."""

    def __init__(self, parts: Parts, models: AreaModels, source: str | Path, etag: str) -> None:
        """Edit the area of a folder, a file or a bundled id; `etag` where it is the hub's."""
        super().__init__(models)
        self._console, self._draft, self._states = parts, models.area_draft, models.states
        self._jobs, self._judge = AreaJobs(self), AreaJudge(self)
        self._twin: PlacingViewport | None = None
        self._cities: Cities | None = None
        self._drawn: tuple[Any, ...] = ()
        self._planted: list[tuple[Any, ...]] = []
        self._city_drawn = False
        self._begun_with = (models.area.geometry, models.area.centre, models.area.epsg)
        self._sent: AreaText | None = None
        self._chosen = Selection(self)
        file = area_file(source)
        self._begun = AreaText(file, area_edit.read_text(file)), etag, models.area
        self._judge.judged.connect(self._draft.take_verdict)
        self._draft.judge_elsewhere(self._judge.ask)
        self._fixed = bool(etag) or str(source) in area_ids()
        name = _DRAFT if etag else f"{_DRAFT}/{file}"
        self._autosave = Autosave(parts.drafts, name, self._draft.content, self)
        self._kept = parts.drafts.find(name)
        self._connect()
        parts.window.when_made("editor", self._open)

    def _open(self, page: EditorPage) -> None:
        """Open the draft, bind the page, and take up a draft that was kept."""
        self._draft.open(*self._begun)
        page.fixed = self._fixed
        page.shown.connect(self.open_map)
        page.file_wanted.connect(self._save)
        page.hub_wanted.connect(self._send)
        page.import_wanted.connect(self._import)
        page.arm_wanted.connect(self._arm)
        page.anew_wanted.connect(lambda: QApplication.exit(SHOW_ANEW))
        self._autosave.failed.connect(page.say)
        page.retranslate()
        self._restore()

    @property
    def page(self) -> EditorPage:
        """Return the page; it is made where nobody has wanted it yet."""
        page: EditorPage = self._console.window.page("editor")
        return page

    @property
    def twin(self) -> PlacingViewport | None:
        """Return the map, None before the page was looked at."""
        return self._twin

    @property
    def drawn(self) -> bool:
        """Tell whether the map shows the city."""
        return self._city_drawn

    def close(self) -> None:
        """Keep the draft, end every thread and give the graphics back."""
        if self._console.window.made("editor"):  # else nothing was opened: what is kept stays
            self._autosave.flush()
        self._jobs.close()
        self._judge.close()
        if self._cities:
            self._cities.blockSignals(True)
            self._cities.close()
        if self._twin:
            self._twin.close_graphics()

    def _connect(self) -> None:
        draft, desk = self._draft, self._console.area_desk
        draft.changed.connect(self._autosave.touch)
        draft.changed.connect(self._follow)
        draft.chosen_changed.connect(self._choose)
        self._chosen.changed.connect(self._chosen_in_map)
        self._jobs.done.connect(self._done)
        self._jobs.failed.connect(lambda _, why: self.page.say(why))
        desk.answered.connect(self._answered)
        desk.failed.connect(self._failed)
        self._console.languages.changed.connect(self._speak)
        self._console.theme.changed.connect(self._dress)

    def _restore(self) -> None:
        """Take up what was being edited when the console ended, however it ended."""
        if self._kept is None:
            return
        with contextlib.suppress(KeyError, TypeError, ValueError, SmartAreaError):
            if self._draft.restore(self._kept.content):
                self.page.say(self.tr("The draft from before is back. Undo takes it away again."))
            else:
                self.page.say(
                    self.tr(
                        "The area was changed since your draft was begun: the draft is kept at {path}."
                    ).format(path=self._put_aside(self._kept.content))
                )

    def _put_aside(self, content: Any) -> Path:
        folder = _state_folder()
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"draft-{time.strftime('%Y%m%d-%H%M%S')}.toml"
        path.write_text(str(content["text"]), encoding="utf-8")
        return path

    # ------------------------------------------------------------ the map

    def open_map(self) -> None:
        """Make the map, once; the page asks for it when it is first looked at."""
        from desktop.twin.placing import PlacingViewport  # noqa: PLC0415  # VTK behind the window

        page, area = self.page, self._draft.area  # the draft is opened with the page
        if area is None or self._twin is not None:
            return
        self._twin = PlacingViewport(area, self._chosen, self._states)
        self._twin.placed.connect(self._placed)
        self._twin.lifted.connect(self._lifted)
        self._twin.gateway_chosen.connect(self._chosen_in_map)
        self._twin.disarmed.connect(lambda: self.page.say(""))
        page.show_map(self._twin)
        self._speak()
        self._dress()
        self._read_city()

    def _read_city(self) -> None:
        from desktop.app.cities import Cities  # noqa: PLC0415  # its readers, behind the window

        area = self._draft.area
        if area is None or self._twin is None:
            return
        self._drawn = (area.geometry, area.centre, area.epsg)
        city = self._console.city() if self._drawn == self._begun_with else None
        if city is not None:
            self._show_city(city)
            return
        if self._cities:
            self._cities.blockSignals(True)
            self._cities.close()
        self._cities = Cities(area, self)
        self._cities.drawn.connect(self._show_city)
        self._cities.failed.connect(self.page.say)
        self._cities.start()

    def _show_city(self, city: CityDrawing) -> None:
        if self._twin:
            self._twin.show_city(city)
            self._city_drawn, self._planted = True, []
            self._follow()

    def _follow(self) -> None:
        area = self._draft.area
        if self._twin is None or area is None:
            return
        if (area.geometry, area.centre, area.epsg) != self._drawn:
            self._read_city()
        if (planted := _planted(area)) != self._planted:
            self._planted = planted
            self._twin.set_area(area)

    def _arm(self, ident: str) -> None:
        if self._twin:
            self._twin.arm(ident)
            self._twin.setFocus()

    def _placed(self, ident: str, *spot: Any) -> None:
        self.page.take_spot(ident, Spot(*spot))

    def _lifted(self, ident: str, height_m: float) -> None:
        part = self.page.part_of(ident)
        if part is None:
            return
        position = self._draft.state.value((*part, "position"))
        building = self._draft.state.value((*part, "building")) or ""
        spot = Spot(position["latitude"], position["longitude"], height_m, building)
        self.page.take_spot(ident, spot)

    def _choose(self) -> None:
        """Show in the map what is chosen in the tree."""
        part = self._draft.chosen
        ident = self._draft.state.value((*part, "id")) if part else ""
        device = str(ident or "") if part[:1] == ("devices",) else ""
        self._chosen.choose(device)
        if self._twin and not device:
            self._twin.choose_no_building()

    def _chosen_in_map(self, ident: str) -> None:
        part = self.page.part_of(ident) if ident else None
        if part is not None:
            self._draft.choose(part)

    def _speak(self) -> None:
        if self._twin:
            self._twin.set_language(self._console.languages.language)

    def _dress(self) -> None:
        if self._twin:
            self._twin.set_theme(self._console.theme.name != "light")

    # ------------------------------------------------------------ the ways out

    def _save(self, folder: Path | None) -> None:
        state, before = self._draft.state, self._draft.applied

        def save() -> AreaText:
            if folder is None and state.file == before.file:
                area_edit.write_text(state.file, state.text, before.text)
                return state
            return _copied(state, folder or before.file.parent)

        self._jobs.run(_FILE, save)

    def _send(self, note: str) -> None:
        state, etag = self._draft.state, self._draft.etag
        self.page.say(self.tr("The hub checks the area ..."))

        def send(client: AreaClient) -> dict[str, Any]:
            files = area_pack.files_of(state.file, state.text)
            return client.send_pack(area_pack.pack_files(files), etag, note)

        self._sent = state
        self._console.area_desk.ask(_SEND, send)

    def _import(self, files: Sequence[Path]) -> None:
        state = self._draft.state
        target = _state_folder() / time.strftime("buildings-%Y%m%d-%H%M%S")

        def work() -> Imported:
            target.parent.mkdir(parents=True, exist_ok=True)
            return area_pack.import_buildings(state.file, files, target, text=state.text)

        self._jobs.run(_IMPORT, work)

    def _done(self, topic: str, found: Any) -> None:
        if topic == _IMPORT:
            self._imported(found)
            return
        self._draft.saved(found)
        self.page.say(self.tr("Saved: {path}").format(path=found.file))
        self.page.anew.setVisible(not self._fixed)

    def _imported(self, found: Imported) -> None:
        file = found.area.geometry[0].parent.parent / "area.toml"
        self._draft.put(AreaText(file, area_edit.read_text(file)), _IMPORTED)
        words = self.tr("{n} buildings imported. Moved along with the centre: {moved}")
        moved = ", ".join(found.moved) or self.tr("nothing")
        self.page.say(words.format(n=found.buildings, moved=moved))

    def _answered(self, topic: str, answer: object) -> None:
        if topic != _SEND or not isinstance(answer, dict) or self._sent is None:
            return
        self._draft.saved(self._sent, f'"{answer["digest"]}"')
        self._autosave.flush()
        words = self.tr("Version {n} of the area is in force at the hub. Told: {told}.")
        told = ", ".join(answer["gateways"]) or self.tr("no gateway")
        text = words.format(n=answer["version"], told=told)
        if answer["notTold"]:
            more = self.tr("Not told, as they have never reported: {names}.")
            text += " " + more.format(names=", ".join(answer["notTold"]))
        self.page.say(text)
        self.page.anew.show()

    def _failed(self, topic: str, error: Exception) -> None:
        if topic == _SEND and isinstance(error, HubRejected | HubUnavailable | AreaFileError):
            self.page.say(self.tr("Not sent, the draft is kept: {why}").format(why=error))


def _planted(area: Area) -> list[tuple[Any, ...]]:
    """Return what the map shows of gateways and devices."""
    gateways = [(one.id, one.name, one.position) for one in area.gateways]
    devices = [(d.id, d.name, d.position, d.profile, d.building) for d in area.devices]
    return [*gateways, *devices]


def _state_folder() -> Path:
    return platformdirs.user_state_path("smart-area") / "editor"


def _copied(state: AreaText, folder: Path) -> AreaText:
    """Put the whole area into a folder, geometry included; one that is there is not replaced."""
    if folder.exists():
        message = "is there already: choose another folder, or remove it first"
        raise AreaFileError((Mistake(str(folder), 0, "", message),))
    area_pack.put_files(area_pack.files_of(state.file, state.text), folder)
    return AreaText(folder / "area.toml", state.text)
