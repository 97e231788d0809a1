"""The fields of an area's parts as forms show them: what belongs to the kind of each part, and no more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, cast

from area_configs.domain.names import Name
from area_configs.domain.protocols import LINKS, LinkKind
from area_configs.schema.energy_file import EnergyFile, TariffFile
from area_configs.schema.fields import PositionFile
from desktop.models.area_draft import tables_at
from desktop.models.area_field_words import (
    CHOICES,
    GROUPS,
    HINTS,
    LABELS,
    LINK_KINDS,
    STANDARD,
    UNITS,
)
from desktop.models.area_moves import fitting_links

if TYPE_CHECKING:
    from collections.abc import Iterator

    from area_configs.area_edit import AreaText
    from area_configs.loader.locator import Path
    from desktop.models.area_catalogue import Catalogue

Kind = Literal["text", "number", "whole", "flag", "choice", "list", "id"]

_WHOLE = {"unit", "epsg", "baudrate", "tcp_port", "ratchet_months"}
_NUMBERS = {"latitude", "longitude", "height_m", "export_price", "power_factor", "market_fee"}
_NUMBERS |= {"contract_kw", "import_limit_kw", "export_limit_kw", "critical_kw", "demand_rate"}
_NUMBERS |= {"excess_rate", "carbon_kg_per_kwh", "price"}
_OPTIONAL = {"height_m", "building", "baudrate", "parity", "tcp_port", "interface", "adapter"}
_OPTIONAL |= {"security", "trust", "export_limit_kw", "critical_kw", "photovoltaic", "currency"}
_OPTIONAL |= {"export_price", "demand_rate", "demand", "ratchet_months", "excess_rate"}
_OPTIONAL |= {"power_factor", "market_fee", "carbon_kg_per_kwh"}
_CONTRACT = ("meter", "contract_kw", "import_limit_kw", "export_limit_kw", "critical_kw")
_TARIFF = (
    *("currency", "demand_rate", "demand", "ratchet_months", "excess_rate", "power_factor"),
    *("export_price", "market_fee", "carbon_kg_per_kwh"),
)
_BANDS: Path = ("energy", "tariff", "bands")


@dataclass(frozen=True, slots=True)
class AreaField:
    """One field of a form.

    Attributes:
        path: where its value stands in the area file.
        choices: of a `choice`, each with its words.
        optional: it may be left out; `default` holds then, where one is known.
        currency: of the area's prices.
    """

    path: Path
    kind: Kind
    choices: tuple[tuple[Any, Name], ...] = ()
    optional: bool = False
    default: Any = None
    currency: str = "JPY"

    @property
    def key(self) -> str:
        """Return the last part of the path."""
        return str(self.path[-1])

    def label(self) -> Name:
        """Return its name."""
        both = self.path[-2:]
        return LABELS.get(f"{both[0]}.{both[-1]}") or LABELS.get(self.key) or Name(*[self.key] * 2)

    def unit(self) -> str:
        """Return its unit, empty where it has none."""
        return UNITS.get(self.key, "").format(currency=self.currency)

    def hint(self) -> Name | None:
        """Return what helps to fill it in: what holds where it is left empty, or an example."""
        if self.default is None:
            return HINTS.get(self.key)
        said = next((words for value, words in self.choices if value == self.default), None)
        plain = f"{self.default:g}" if isinstance(self.default, float) else str(self.default)
        words = said or Name(plain, plain)
        return Name(STANDARD.ja.format(value=words.ja), STANDARD.en.format(value=words.en))


@dataclass(frozen=True, slots=True)
class Group:
    """Fields under one heading; `removable` is the path of what can be taken out as a whole."""

    name: Name
    fields: tuple[AreaField, ...]
    removable: Path = ()


def groups_of(state: AreaText, part: Path, catalogue: Catalogue) -> tuple[Group, ...]:
    """Return the form of a part: the area (), ("energy",), a gateway or a device."""
    if part == ("energy",):
        return tuple(_energy(state))
    if part[:1] == ("gateways",):
        return tuple(_gateway(state, part))
    if part[:1] == ("devices",):
        return tuple(_device(state, part, catalogue))
    return tuple(_area())


def _area() -> Iterator[Group]:
    yield Group(GROUPS["area"], _fields((), (("name", "ja"), ("name", "en"))))
    yield Group(
        GROUPS["place"],
        _fields((), (("centre", "latitude"), ("centre", "longitude"), ("epsg",))),
    )
    keys = (("attribution", "ja"), ("attribution", "en"), ("model_district",))
    yield Group(GROUPS["credit"], _fields((), keys))


def _gateway(state: AreaText, part: Path) -> Iterator[Group]:
    yield Group(GROUPS["gateway"], _named(part))
    yield Group(GROUPS["position"], _position(part))
    for at, link in tables_at(state, (*part, "links")):
        rule = LINKS.get(cast("LinkKind", link.get("kind")))
        keys = (*rule.needs, *rule.may) if rule else ()
        fields = (
            AreaField((*at, "id"), "id"),
            AreaField((*at, "kind"), "choice", tuple(LINK_KINDS.items())),
            *_fields(at, tuple((key,) for key in keys)),
        )
        name = GROUPS["link"]
        ident = link.get("id", "")
        yield Group(Name(f"{name.ja} {ident}", f"{name.en} {ident}"), fields, at)


def _device(state: AreaText, part: Path, catalogue: Catalogue) -> Iterator[Group]:
    profiles = catalogue.of(state.file.parent)
    device = state.value(part) or {}
    models = tuple((ident, _model_name(ident, one.name)) for ident, one in profiles.items())
    gateways = tuple(
        (one.get("id", ""), _name_of(one)) for _, one in tables_at(state, ("gateways",))
    )
    links = fitting_links(state, device.get("gateway", ""), profiles.get(device.get("profile", "")))
    kind = links.get(device.get("link", ""))
    needed = LINKS[kind].devices if kind else "none"
    wiring = [
        AreaField((*part, "profile"), "choice", models),
        AreaField((*part, "gateway"), "choice", gateways),
        AreaField((*part, "link"), "choice", tuple(_link_name(*one) for one in links.items())),
    ]
    if needed != "none":
        wiring += _fields(part, ((needed,),))
    yield Group(GROUPS["device"], _named(part))
    yield Group(GROUPS["wiring"], tuple(wiring))
    yield Group(GROUPS["position"], (*_position(part), *_fields(part, (("building",),))))


def _energy(state: AreaText) -> Iterator[Group]:
    at: Path = ("energy",)
    devices = tuple((one.get("id", ""), _name_of(one)) for _, one in tables_at(state, ("devices",)))
    meter, *others = _CONTRACT
    yield Group(
        GROUPS["contract"],
        (
            AreaField((*at, meter), "choice", devices),
            *_fields(at, tuple((key,) for key in others)),
            AreaField((*at, "photovoltaic"), "list", optional=True),
        ),
    )
    tariff = _fields((*at, "tariff"), tuple((key,) for key in _TARIFF))
    yield Group(GROUPS["tariff"], _priced(state, tariff))
    for place, _ in tables_at(state, _BANDS):
        number = int(place[-1]) + 1
        name = GROUPS["band"]
        fields = _fields(place, (("begins",), ("ends",), ("price",)))
        yield Group(
            Name(f"{name.ja}{number}", f"{name.en} {number}"), _priced(state, fields), place
        )


def _priced(state: AreaText, fields: tuple[AreaField, ...]) -> tuple[AreaField, ...]:
    currency = state.value(("energy", "tariff", "currency"))
    return tuple(replace(one, currency=str(currency or "JPY")) for one in fields)


def _named(part: Path) -> tuple[AreaField, ...]:
    return (AreaField((*part, "id"), "id"), *_fields(part, (("name", "ja"), ("name", "en"))))


def _position(part: Path) -> tuple[AreaField, ...]:
    keys = ("latitude", "longitude", "height_m")
    return _fields((*part, "position"), tuple((key,) for key in keys))


def _fields(part: Path, keys: tuple[Path, ...]) -> tuple[AreaField, ...]:
    return tuple(_field((*part, *key)) for key in keys)


def _field(path: Path) -> AreaField:
    key = str(path[-1])
    kind: Kind = "text"
    if key in CHOICES:
        kind = "choice"
    elif key in _WHOLE:
        kind = "whole"
    elif key in _NUMBERS:
        kind = "number"
    elif key == "model_district":
        kind = "flag"
    return AreaField(path, kind, CHOICES.get(key, ()), key in _OPTIONAL, _default(key))


def _default(key: str) -> Any:
    """Return what holds where an optional field is left out, as the schema has it."""
    for table in (PositionFile, EnergyFile, TariffFile):
        field = table.model_fields.get(key)
        if field is not None and not field.is_required():
            return None if field.default in {None, ""} else field.default
    return None


def _name_of(one: Any) -> Name:
    names = one.get("name")
    ident = str(one.get("id", ""))
    if not isinstance(names, dict):
        return Name(ident, ident)
    return Name(f"{names.get('ja', '')} ({ident})", f"{names.get('en', '')} ({ident})")


def _model_name(ident: str, name: Name) -> Name:
    return Name(f"{name.ja} ({ident})", f"{name.en} ({ident})")


def _link_name(ident: str, kind: LinkKind) -> tuple[str, Name]:
    words = LINK_KINDS[kind]
    return ident, Name(f"{ident} ({words.ja})", f"{ident} ({words.en})")
