"""The fields that several kinds of file share."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from area_configs.domain.areas import Position
from area_configs.domain.names import Name

_T = TypeVar("_T")

# TOML gives lists; a strict tuple would refuse them.
Items = Annotated[tuple[_T, ...], Field(strict=False)]
# Ids become folder names, parts of URNs and keys of other files.
ID_FORM = r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$"
Id = Annotated[str, Field(pattern=ID_FORM, max_length=64)]
TYPE_FORM = r"^[A-Z][A-Za-z0-9]*$"
FINGERPRINT_FORM = r"^[0-9A-Fa-f]{2}(?::?[0-9A-Fa-f]{2}){31}$"
UUID_FORM = r"^(?:[0-9a-f]{4}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$"
HOURS_FORM = r"^(?:[01]\d|2[0-3]):[0-5]\d-(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$"
# What a person is told that a pattern means; of others the field's description says enough.
FORMS = {
    ID_FORM: "small letters, digits, and single - or _ between them",
    TYPE_FORM: "a capitalised word such as Device",
    FINGERPRINT_FORM: "64 hexadecimal digits, with or without colons",
    HOURS_FORM: "hours of the day such as 21:00-06:00 or 00:00-24:00",
    UUID_FORM: "four hex digits or a long UUID, in small letters",
}
Text = Annotated[str, Field(min_length=1, max_length=500)]


class StrictFile(BaseModel):
    """A table of a file: unknown keys, wrong types, infinities and NaN are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class NameFile(StrictFile):
    """A name in both languages."""

    ja: Text = Field(description="the name in Japanese")
    en: Text = Field(description="the name in English")

    def to_domain(self) -> Name:
        """Return the name as the domain knows it."""
        return Name(self.ja, self.en)


class PositionFile(StrictFile):
    """A place in Japan, in JGD2011 degrees."""

    latitude: float = Field(ge=20.0, le=46.0, description="degrees north, within Japan")
    longitude: float = Field(ge=122.0, le=154.5, description="degrees east, within Japan")
    height_m: float = Field(
        default=0.0, ge=-100.0, le=1000.0, description="metres above the ground at that place"
    )

    def to_domain(self) -> Position:
        """Return the place as the domain knows it."""
        return Position(self.latitude, self.longitude, self.height_m)
