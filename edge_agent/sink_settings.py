"""Settings of the other brokers that readings go to, beside the hub: the tables `[sinks.NAME]`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from area_configs.domain.errors import Mistake, SettingsError
from area_configs.schema.fields import StrictFile, Text
from edge_agent.credentials import BadSecret, read_secret

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from area_configs.loader.toml_text import TomlText

_ONLY_LD = {"context", "history", "replay", "auto_history"}
_ONLY_V2 = {"service_path"}
_HUB_AGAIN = "is the name of the hub itself, which has the table [hub]: choose another name"


class SinkFile(StrictFile):
    """One more broker that readings go to."""

    kind: Literal["ngsi-ld", "ngsi-v2"] = Field(
        description="the broker's interface, ngsi-ld or ngsi-v2"
    )
    url: str = Field(
        pattern=r"^https?://[^\s?#]+$", description="the broker, https://name:port[/path]"
    )
    key_file: Text | None = Field(default=None, description="file with the broker's token")
    key_header: str = Field(
        default="Authorization",
        pattern=r"^[A-Za-z0-9-]{1,64}$",
        description="header of the token; Authorization sends it as a Bearer",
    )
    ca_file: Text | None = Field(default=None, description="the broker's own certificate (PEM)")
    tenant: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9_-]{0,50}$",
        description="NGSILD-Tenant, or Fiware-Service of NGSIv2",
    )
    service_path: str = Field(
        default="",
        pattern=r"^(/[\w/]*)?$",
        description="NGSIv2: Fiware-ServicePath, such as /power",
    )
    context: str = Field(
        default="", pattern=r"^(https?://\S+)?$", description="NGSI-LD: JSON-LD context of the Link"
    )
    history: bool = Field(default=True, description="NGSI-LD: send every reading, not the newest")
    replay: Literal["natural-key", "probe"] = Field(
        default="probe",
        description="NGSI-LD: whether the broker knows a resent reading, or is asked before",
    )
    auto_history: bool = Field(
        default=False, description="NGSI-LD: the broker itself records each upsert as history"
    )
    gzip: bool = Field(
        default=False, description="compress what is sent; not every broker reads it"
    )


@dataclass(frozen=True, slots=True)
class SinkSettings:
    """One more broker that readings go to; see `SinkFile` for the attributes."""

    name: str
    kind: Literal["ngsi-ld", "ngsi-v2"]
    url: str
    key: str = field(default="", repr=False)
    key_header: str = "Authorization"
    ca_file: Path | None = None
    tenant: str = ""
    service_path: str = ""
    context: str = ""
    history: bool = True
    replay: Literal["natural-key", "probe"] = "probe"
    auto_history: bool = False
    gzip: bool = False


def checked_sinks(sinks: dict[str, SinkFile], toml: TomlText) -> dict[str, SinkFile]:
    """Refuse what the schema cannot: settings of the other kind, and the hub's own name.

    Raises:
        SettingsError: every such mistake, in file order.
    """
    found = [toml.mistake(("sinks", "hub"), _HUB_AGAIN)] if "hub" in sinks else []
    for name, sink in sinks.items():
        other = _ONLY_V2 if sink.kind == "ngsi-ld" else _ONLY_LD
        words = f"does not belong to {sink.kind}"
        wrong = sorted(sink.model_fields_set & other)
        found += [toml.mistake(("sinks", name, key), words) for key in wrong]
    if found:
        raise SettingsError(tuple(sorted(found, key=lambda mistake: mistake.line)))
    return sinks


def sinks_of(
    files: Mapping[str, SinkFile], folder: Path, toml: TomlText
) -> tuple[SinkSettings, ...]:
    """Return the sinks with their tokens; relative paths count from `folder`.

    Raises:
        SettingsError: a token or certificate file is missing or open to other users; all of them.
    """
    secrets = _Files(folder, toml)
    sinks = tuple(
        SinkSettings(
            name=name,
            url=sink.url.rstrip("/"),
            key=secrets.token(name, sink.key_file),
            ca_file=secrets.certificate(name, sink.ca_file),
            **sink.model_dump(exclude={"url", "key_file", "ca_file"}),
        )
        for name, sink in files.items()
    )
    if secrets.mistakes:
        raise SettingsError(tuple(secrets.mistakes))
    return sinks


class _Files:
    """Looks at the files that sinks name, and collects what is wrong with them."""

    def __init__(self, folder: Path, toml: TomlText) -> None:
        self._folder = folder
        self._toml = toml
        self.mistakes: list[Mistake] = []

    def token(self, name: str, file: str | None) -> str:
        try:
            return read_secret(self._folder / file) if file else ""
        except BadSecret as error:
            self.mistakes.append(self._toml.mistake(("sinks", name, "key_file"), str(error)))
            return ""

    def certificate(self, name: str, file: str | None) -> Path | None:
        if not file:
            return None
        if not (self._folder / file).is_file():
            words = f"{self._folder / file} is no file: name the broker's certificate (PEM)"
            self.mistakes.append(self._toml.mistake(("sinks", name, "ca_file"), words))
        return self._folder / file
