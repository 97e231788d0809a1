"""Settings of one gateway's agent: the TOML file that a technician writes, checked as a whole.

`read_settings` checks the file by itself; `Settings.installation` brings it together with the area
and the secrets. Both tell every mistake at once.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from area_configs.domain.errors import AreaFileError, Mistake, SettingsError
from area_configs.loader import area_ids, load_area
from area_configs.loader.sentences import schema_mistakes, suggest
from area_configs.loader.toml_text import TomlText
from area_configs.schema.fields import StrictFile
from area_configs.schema.gateway_document import TRIAL_S, DeviceSettingsFile, LogFile
from edge_agent.credentials import (
    BadSecret,
    LinkSecrets,
    OpcUaIdentity,
    RouteBSecrets,
    SecretStore,
    checked_id,
    checked_password,
    read_secret,
)
from edge_agent.log import hide
from edge_agent.settings.asking import asked, unpolled
from edge_agent.settings.choices import Control, LogLimits
from edge_agent.settings.files import CareFile, LinkFile, LinksFile, SettingsFile
from edge_agent.sink_settings import SinkFile, SinkSettings, checked_sinks, sinks_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from area_configs.domain.areas import Area, Device, Gateway, Link


_F = TypeVar("_F", bound=StrictFile)
_FILES = ("route_b_id_file", "password_file")
_INLINE = ("route_b_id", "password")
IDENTITY_FILE = "identity.pem"


@dataclass(frozen=True, slots=True)
class Installation:
    """One gateway as it stands: its area, its links as they are wired here, their secrets."""

    area: Area
    gateway: Gateway
    secrets: dict[str, LinkSecrets] = field(default_factory=dict)
    device_secrets: dict[str, dict[str, str]] = field(default_factory=dict, repr=False)
    unpolled: frozenset[str] = frozenset()

    def devices_on(self, link: Link) -> tuple[Device, ...]:
        """Return the devices behind one link that are to be asked."""
        here = (d for d in self.area.devices_of(self.gateway.id) if d.link == link.id)
        return tuple(device for device in here if device.id not in self.unpolled)


@dataclass(frozen=True, slots=True)
class Settings:
    """A settings file that is right by itself; every path is absolute."""

    file: Path
    gateway: str
    area: str
    data: Path
    hub_url: str
    hub_key_file: Path | None = None
    links_file: Path | None = None
    secret_files: dict[str, tuple[Path, Path]] = field(default_factory=dict)
    sink_files: dict[str, SinkFile] = field(default_factory=dict)
    folder: Path | None = None
    monitor_port: int = 9464
    log: LogLimits = field(default_factory=LogLimits)
    hub_ca: Path | None = None
    hub_public_key: str = ""
    control: Control = field(default_factory=Control)
    care: CareFile = field(default_factory=CareFile, repr=False)
    configuration: int = 0
    trial_s: float = TRIAL_S
    devices: dict[str, DeviceSettingsFile] = field(default_factory=dict)
    commissioning_required: bool = False

    @property
    def identity_file(self) -> Path:
        """Return the file of the gateway's own key; there is none where it was never made."""
        return self.data / IDENTITY_FILE

    @property
    def secret_store(self) -> SecretStore:
        """Return where secrets are that the settings do not name."""
        passed_on = os.environ.get("CREDENTIALS_DIRECTORY")
        return SecretStore(self.data / "secrets", Path(passed_on) if passed_on else None)

    @property
    def log_folder(self) -> Path:
        """Return the folder of the reading log."""
        return self.data / "log"

    def sinks(self) -> tuple[SinkSettings, ...]:
        """Return the other brokers, with their tokens.

        Raises:
            SettingsError: a token or certificate file is missing or open to other users; all.
        """
        folder = self.folder or self.file.absolute().parent
        return sinks_of(self.sink_files, folder, _toml(self.file))

    def hub_key(self) -> str:
        """Return the key for the hub, empty where none is set.

        Raises:
            SettingsError: the key file is missing or open to other users.
        """
        if self.hub_key_file is None:
            return ""
        try:
            return read_secret(self.hub_key_file)
        except BadSecret as error:
            toml = _toml(self.file)
            raise SettingsError((toml.mistake(("hub", "key_file"), str(error)),)) from error

    def here(self) -> tuple[Area, Gateway]:
        """Return the area and this gateway in it, without its secrets.

        Raises:
            AreaFileError: the area has mistakes.
            SettingsError: it has no such gateway.
        """
        return _Assembly(self).place()

    def hub_authority(self) -> Path | None:
        """Return the file of the hub's own certificate authority, None for the public ones.

        Raises:
            SettingsError: the file cannot be read.
        """
        if self.hub_ca is None:
            return None
        try:
            self.hub_ca.read_bytes()
        except OSError as error:
            words = f"{self.hub_ca} cannot be read: {error.strerror}"
            raise SettingsError((_toml(self.file).mistake(("hub_ca",), words),)) from error
        return self.hub_ca

    def installation(self, links: Collection[str] | None = None) -> Installation:
        """Bring settings, area, overrides and the secrets of some links, by default of all, together.

        Raises:
            AreaFileError: the area has mistakes.
            SettingsError: the settings do not fit the area, or a secret is not usable; all of them.
        """
        return _Assembly(self).installation(links)


def read_settings(path: Path, folder: Path | None = None) -> Settings:
    """Return the settings of a file; relative paths count from `folder`, or else from its own.

    Raises:
        SettingsError: every mistake of the file, in file order.
    """
    toml = _toml(path)
    content = _content(toml, SettingsFile)
    folder = (folder or path.parent).absolute()
    secrets = {
        link: (folder / files.route_b_id_file, folder / files.password_file)
        for link, files in content.secrets.items()
    }
    return Settings(
        file=path,
        gateway=content.gateway,
        area=content.area if content.area in area_ids() else str(folder / content.area),
        data=folder / content.data,
        hub_url=content.hub.url.rstrip("/"),
        hub_key_file=folder / content.hub.key_file if content.hub.key_file else None,
        links_file=folder / content.links if content.links else None,
        secret_files=secrets,
        sink_files=checked_sinks(content.sinks, toml),
        folder=folder,
        monitor_port=content.monitor.port,
        log=_limits(content.log),
        hub_ca=folder / content.hub_ca if content.hub_ca else None,
        hub_public_key=content.hub.public_key or "",
        control=Control(content.control.demand, content.control.target_kw or 0.0),
        care=content.care,
        commissioning_required=content.commissioning.required,
        configuration=content.configuration,
        trial_s=content.trial_s,
        devices=content.devices,
    )


def require_same_log(new: Settings, old: Settings) -> None:
    """Check that two settings are of one gateway with one data folder: its log goes on.

    Raises:
        SettingsError: they are not; another log needs another agent.
    """
    mistakes = tuple(
        _toml(new.file).mistake(
            (key,), f"cannot change while the agent runs, it is {before}: stop it first, then start"
        )
        for key, before, after in (
            ("gateway", repr(old.gateway), repr(new.gateway)),
            ("data", str(old.data), str(new.data)),
        )
        if before != after
    )
    if mistakes:
        raise SettingsError(mistakes)


class _Assembly:
    """Puts an installation together and collects what does not fit."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._toml = _toml(settings.file)
        self._mistakes: list[Mistake] = []

    def place(self) -> tuple[Area, Gateway]:
        area = load_area(self._settings.area)
        gateway = self._gateway(area)
        if gateway is None:
            raise SettingsError(tuple(self._mistakes))
        return area, gateway

    def installation(self, wanted: Collection[str] | None) -> Installation:
        settings = self._settings
        area = load_area(settings.area)
        gateway = self._gateway(area)
        overrides, links_toml = self._overrides()
        if gateway is None:
            raise SettingsError(tuple(self._mistakes))
        known = {link.id: link for link in gateway.links}
        self._refuse_unknown(self._toml, "secrets", settings.secret_files, known)
        self._refuse_unknown(links_toml, "links", overrides.links, known)
        self._refuse_unknown(links_toml, "secrets", overrides.secrets, known)
        links = tuple(_overridden(link, overrides) for link in gateway.links)
        area = self._moved(area, overrides, links_toml)
        self._refuse_devices(area, ("devices",), settings.devices)
        self._refuse_devices(area, ("care", "wearers"), settings.care.wearers)
        needed = {link.id: link for link in links if wanted is None or link.id in wanted}
        secrets = self._secrets(tuple(needed.values()), overrides, links_toml)
        here = (one for one in area.devices_of(gateway.id) if one.link in needed)
        devices = {one.id: self._stored(one.id) for one in here}
        for device, key in overrides.bind_keys.items():
            devices.setdefault(device, {})["bind_key"] = key
        if self._mistakes:
            raise SettingsError(tuple(self._mistakes))
        kept = {owner: found for owner, found in devices.items() if found}
        hide(secret for found in kept.values() for secret in found.values())
        routes = [one for one in secrets.values() if isinstance(one, RouteBSecrets)]
        hide(text for one in routes for text in (one.route_b_id, one.password))
        area, silent = asked(area, settings.devices), unpolled(settings.devices)
        return Installation(area, replace(gateway, links=links), secrets, kept, silent)

    def _gateway(self, area: Area) -> Gateway | None:
        wanted = self._settings.gateway
        known = {gateway.id: gateway for gateway in area.gateways}
        if wanted not in known:
            message = f"area {area.id!r} has no gateway {wanted!r}{suggest(wanted, known)}"
            self._note(self._toml, ("gateway",), message)
        return known.get(wanted)

    def _overrides(self) -> tuple[LinksFile, TomlText]:
        if self._settings.links_file is None:
            return LinksFile(), self._toml
        try:
            toml = _toml(self._settings.links_file)
            return _content(toml, LinksFile), toml
        except SettingsError as error:
            self._mistakes += error.mistakes
            return LinksFile(), self._toml

    def _refuse_unknown(
        self, toml: TomlText, table: str, given: dict[str, Any], known: dict[str, Link]
    ) -> None:
        for link in given:
            if link not in known:
                message = f"gateway {self._settings.gateway!r} has no link {link!r}"
                self._note(toml, (table, link), message + suggest(link, known))

    def _refuse_devices(self, area: Area, table: tuple[str, ...], given: dict[str, Any]) -> None:
        known = [device.id for device in area.devices_of(self._settings.gateway)]
        for device in given:
            if device not in known:
                message = f"gateway {self._settings.gateway!r} has no device {device!r}"
                self._note(self._toml, (*table, device), message + suggest(device, known))

    def _moved(self, area: Area, overrides: LinksFile, toml: TomlText) -> Area:
        """Return the area with its devices at their other addresses."""
        moved: dict[str, str] = {}
        for name, link in overrides.links.items():
            known = {d.id for d in area.devices_of(self._settings.gateway) if d.link == name}
            for device in link.addresses.keys() - known:
                message = f"link {name!r} has no device {device!r}{suggest(device, known)}"
                self._note(toml, ("links", name, "addresses", device), message)
            moved |= link.addresses
        devices = (replace(d, address=moved.get(d.id, d.address)) for d in area.devices)
        return replace(area, devices=tuple(devices)) if moved else area

    def _secrets(
        self, links: tuple[Link, ...], overrides: LinksFile, links_toml: TomlText
    ) -> dict[str, LinkSecrets]:
        identity = OpcUaIdentity(self._settings.data / "opc_ua")
        found: dict[str, LinkSecrets] = {
            link.id: identity for link in links if link.kind == "opc_ua"
        }
        for link in (link for link in links if link.kind == "b_route"):
            if link.id in overrides.secrets:
                inline = overrides.secrets[link.id]
                pair = (inline.route_b_id, inline.password)
                secrets = self._checked(links_toml, link.id, *pair, names=_INLINE)
            elif link.id in self._settings.secret_files:
                secrets = self._from_files(link.id, *self._settings.secret_files[link.id])
            else:
                secrets = self._from_store(link.id)
            if secrets:
                found[link.id] = secrets
        return found

    def _stored(self, owner: str) -> dict[str, str]:
        """Return the secrets that are stored for a link or device."""
        try:
            return self._settings.secret_store.of(owner)
        except BadSecret as error:
            self._note(self._toml, ("secrets", owner), str(error))
            return {}

    def _from_store(self, link: str) -> RouteBSecrets | None:
        try:
            pair = self._settings.secret_store.route_b(link)
        except BadSecret as error:
            self._note(self._toml, ("secrets", link), str(error))
            return None
        return self._checked(self._toml, link, *pair, names=_INLINE)

    def _from_files(self, link: str, id_file: Path, password_file: Path) -> RouteBSecrets | None:
        texts = []
        for name, file in zip(_FILES, (id_file, password_file), strict=True):
            try:
                texts.append(read_secret(file))
            except BadSecret as error:
                self._note(self._toml, ("secrets", link, name), str(error))
        if len(texts) < len(_FILES):
            return None
        return self._checked(self._toml, link, *texts, names=_FILES)

    def _checked(
        self, toml: TomlText, link: str, route_b_id: str, password: str, *, names: tuple[str, str]
    ) -> RouteBSecrets | None:
        before = len(self._mistakes)
        plain = []
        checks = (checked_id, checked_password)
        for name, text, check in zip(names, (route_b_id, password), checks, strict=True):
            try:
                plain.append(check(text))
            except BadSecret as error:
                self._note(toml, ("secrets", link, name), str(error))
        return RouteBSecrets(*plain) if len(self._mistakes) == before else None

    def _note(self, toml: TomlText, path: tuple[str, ...], message: str) -> None:
        self._mistakes.append(toml.mistake(path, message))


def _limits(log: LogFile) -> LogLimits:
    most, free = log.most_mib << 20, log.free_mib << 20
    return LogLimits(log.keep_days, most, free, log.when_full, log.clock_wait_s)


def _overridden(link: Link, overrides: LinksFile) -> Link:
    other = overrides.links.get(link.id, LinkFile())
    given = {key: value for key, value in dict(other).items() if value is not None}
    del given["addresses"]
    return replace(link, **given)


def _toml(path: Path) -> TomlText:
    try:
        return TomlText(path)
    except AreaFileError as error:
        raise SettingsError(error.mistakes) from None


def _content(toml: TomlText, model: type[_F]) -> _F:
    try:
        return model.model_validate(toml.values)
    except ValidationError as error:
        found = [toml.mistake(path, words) for path, words in schema_mistakes(error, model)]
        raise SettingsError(tuple(sorted(found, key=lambda mistake: mistake.line))) from None
