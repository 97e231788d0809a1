"""The fields of a gateway's configuration, made from its schema: kinds, limits, words, mistakes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ValidationError

from area_configs.domain.names import Name
from area_configs.schema.gateway_document import DeviceSettingsFile, GatewayDocument

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pydantic_core import ErrorDetails

Path = tuple[str, ...]
Kind = Literal["number", "whole", "text", "choice", "flag"]
DEVICES = "devices"
_AREA = "area"  # only a new area pack changes it

LABELS = {
    "hub_url": Name("ハブのアドレス", "Hub address"),
    "trial_s": Name("試行時間", "Trial time"),
    "demand": Name("30分デマンド制御", "Hold the 30-minute demand"),
    "target_kw": Name("目標デマンド", "Demand target"),
    "keep_days": Name("保存日数", "Days kept"),
    "most_mib": Name("ログ容量の上限", "Log at most"),
    "free_mib": Name("ディスクの空き確保", "Disk kept free"),
    "when_full": Name("容量不足のとき", "When full"),
    "clock_wait_s": Name("時刻合わせ待ち", "Wait for the clock"),
    "period_s": Name("読み取り周期", "Read every"),
    "polled": Name("読み取る", "Read it"),
}
GROUPS = {
    "": Name("通信", "Connection"),
    "control": Name("制御", "Control"),
    "log": Name("測定ログ", "Reading log"),
}
HINTS = {
    "hub_url": Name("https://名前:ポート", "https://name:port"),
    "trial_s": Name(
        "この時間内にハブと通信できなければ自動で元に戻ります",
        "Without the hub's answer within this time the change is taken back by itself",
    ),
    "target_kw": Name("空欄: 契約電力", "Empty: the contract"),
    "period_s": Name("空欄: 機種の標準", "Empty: as the model says"),
}
CHOICE_NAMES = {
    "refuse": Name("新しい値を断る", "Refuse new readings"),
    "drop-oldest": Name("古い未送信値を捨てる", "Drop the oldest unsent"),
}
UNITS = {"_s": Name("秒", "s"), "_kw": Name("kW", "kW"), "_mib": Name("MiB", "MiB")}
_DAYS = Name("日", "days")

# By the types of pydantic's errors; {ge}, {le} and {gt} are their context.
_WORDS = {
    "greater_than_equal": ("{ge:g} 以上にしてください", "At least {ge:g}"),
    "greater_than": ("{gt:g} より大きくしてください", "More than {gt:g}"),
    "less_than_equal": ("{le:g} 以下にしてください", "At most {le:g}"),
    "float_type": ("数値を入力してください", "Enter a number"),
    "finite_number": ("数値を入力してください", "Enter a number"),
    "int_type": ("整数を入力してください", "Enter a whole number"),
    "int_from_float": ("整数を入力してください", "Enter a whole number"),
    "bool_type": ("true か false を入力してください", "Enter true or false"),
    "string_pattern_mismatch": (
        "形式が違います(例 https://hub:8443)",
        "Not of the form https://hub:8443",
    ),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form.

    Attributes:
        path: where its value stands in the document.
        optional: it may be left empty.
        minimum, maximum: limits, both included; `above`: one that is not.
        choices: of a `choice`.
        default: what holds where nothing is given.
    """

    path: Path
    kind: Kind
    optional: bool = False
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    choices: tuple[str, ...] = ()
    default: Any = None

    @property
    def key(self) -> str:
        """Return the last part of the path."""
        return self.path[-1]

    def label(self) -> Name:
        """Return its name."""
        return LABELS.get(self.key) or Name(self.key, self.key)

    def unit(self) -> Name:
        """Return its unit, empty where it has none."""
        if self.key.endswith("_days"):
            return _DAYS
        found = (name for suffix, name in UNITS.items() if self.key.endswith(suffix))
        return next(found, Name("", ""))


@cache
def gateway_fields() -> tuple[Field, ...]:
    """Return the fields of a gateway's own settings, in the order of its schema."""
    schema = GatewayDocument.model_json_schema()
    return tuple(_fields(schema, schema, ()))


def device_fields(device: str) -> tuple[Field, ...]:
    """Return the fields of one device's settings."""
    schema = DeviceSettingsFile.model_json_schema()
    return tuple(_fields(schema, schema, (DEVICES, device)))


def mistakes(document: Mapping[str, Any], known: Collection[str]) -> dict[Path, Name]:
    """Return everything that is wrong with a document, by path."""
    found: dict[Path, Name] = {}
    try:
        GatewayDocument.model_validate(dict(document))
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            found[tuple(str(part) for part in detail["loc"])] = words(detail)
    for device in document.get(DEVICES, {}):
        if device not in known:
            found[DEVICES, device] = Name(
                f"このゲートウェイに機器「{device}」はありません",
                f"This gateway has no device {device!r}",
            )
    return found


def describe(path: Path) -> Name:
    """Return a path in words: group or device, then the field."""
    key = LABELS.get(path[-1]) or Name(path[-1], path[-1])
    if len(path) == 1:
        return key
    group = GROUPS.get(path[0]) or Name(path[1], path[1])
    return Name(f"{group.ja} / {key.ja}", f"{group.en} / {key.en}")


def _fields(part: Mapping[str, Any], whole: Mapping[str, Any], path: Path) -> Iterator[Field]:
    for key, given in part["properties"].items():
        shape, optional = _resolved(given, whole)
        if "properties" in shape:
            yield from _fields(shape, whole, (*path, key))
        elif key not in {DEVICES, _AREA}:
            yield _field((*path, key), shape, optional, given.get("default"))


def _resolved(given: Mapping[str, Any], whole: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    """Follow a reference and take off `or null`."""
    options = given.get("anyOf", [given])
    real = next(one for one in options if one.get("type") != "null")
    optional = len(options) > 1
    if "$ref" in real:
        real = whole["$defs"][real["$ref"].rpartition("/")[2]]
    return real, optional


def _field(path: Path, shape: Mapping[str, Any], optional: bool, default: Any) -> Field:
    choices = tuple(shape.get("enum", ()))
    kinds: dict[str, Kind] = {"number": "number", "integer": "whole", "boolean": "flag"}
    return Field(
        path,
        "choice" if choices else kinds.get(shape["type"], "text"),
        optional,
        shape.get("minimum"),
        shape.get("maximum"),
        shape.get("exclusiveMinimum"),
        choices,
        default,
    )


def words(detail: ErrorDetails) -> Name:
    """Return what is wrong with one value, in both languages."""
    ja, en = _WORDS.get(detail["type"], ("正しくありません({msg})", "{msg}"))
    facts = {"msg": detail["msg"], **detail.get("ctx", {})}
    return Name(ja.format_map(facts), en.format_map(facts))
