"""Temporal queries: what of a history is asked for, and in which form (GS CIM 009, 4.11, 4.5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from platform_hub.server.governance.answers import bad_request, invalid_request
from platform_hub.server.history import periods
from platform_hub.server.history.periods import Duration
from platform_hub.server.history.series import Window
from platform_hub.server.ngsi_ld import criteria
from platform_hub.server.ngsi_ld.fragments import NO_DATASET
from platform_hub.server.store.evolution import Slice
from platform_hub.wire import timestamps

if TYPE_CHECKING:
    from platform_hub.server.ngsi_ld.json_ld import Context
    from platform_hub.server.ngsi_ld.parameters import Parameters

NORMALIZED, VALUES, AGGREGATED = "normalized", "temporalValues", "aggregatedValues"
_FORMS = {
    "normalized": NORMALIZED,
    "concise": NORMALIZED,
    "temporalValues": VALUES,
    "simplified": VALUES,
    "aggregatedValues": AGGREGATED,
}
FORMATS = frozenset(_FORMS)
OPTIONS = FORMATS | {"sysAttrs"}
TIME_PARAMETERS = (
    "timerel",
    "timeAt",
    "endTimeAt",
    "timeproperty",
    "lastN",
    "aggrMethods",
    "aggrPeriodDuration",
)
FORM_PARAMETERS = ("attrs", "pick", "omit", "datasetId", "lang", "options", "format", "local")
RELATIONS = frozenset({"before", "after", "between"})
TIME_PROPERTIES = ("observedAt", "createdAt", "modifiedAt", "deletedAt")
CORE_MEMBERS = frozenset({"id", "type", "scope", "createdAt", "modifiedAt"})
_MAX_LAST = 10_000_000


@dataclass(frozen=True, slots=True)
class TimeQuery:
    """A relation to instants, as it was asked.

    Attributes:
        relation: before, after, between; empty where none is asked for.
        at_us, ends_us: the instants of the relation.
        property: which time of an instance is meant.
        last: only so many newest instances.
    """

    relation: str = ""
    at_us: int | None = None
    ends_us: int | None = None
    property: str = "observedAt"
    last: int | None = None

    def cut(self, datasets: frozenset[str] | None) -> Slice:
        """Return what is meant: `between` includes its begin and not its end."""
        begins_us, ends_us = self._span()
        by_arrival = self.property in {"createdAt", "modifiedAt"}
        return Slice(begins_us, ends_us, by_arrival, datasets)

    def _span(self) -> tuple[int | None, int | None]:
        if self.at_us is None:
            return None, None
        if self.relation == "before":
            return None, self.at_us - 1
        if self.relation == "after":
            return self.at_us + 1, None
        return self.at_us, None if self.ends_us is None else self.ends_us - 1


@dataclass(frozen=True, slots=True)
class Wish:
    """All that is asked of histories; names as the store keeps them.

    Attributes:
        form: NORMALIZED, VALUES or AGGREGATED.
        attributes: names, all where empty; an entity that has none of them is not meant.
        pick, omit: members of the entity, likewise.
        datasets: ids of datasets with "" for the default one; None means all.
        methods, duration: of aggregation.
        concise: normalised, but without what goes without saying.
        languages: which texts of a LanguageProperty, all where empty.
    """

    time: TimeQuery = field(default_factory=TimeQuery)
    form: str = NORMALIZED
    system: bool = False
    attributes: frozenset[str] = frozenset()
    pick: frozenset[str] = frozenset()
    omit: frozenset[str] = frozenset()
    datasets: frozenset[str] | None = None
    methods: tuple[str, ...] = ()
    duration: Duration = field(default_factory=Duration)
    concise: bool = False
    languages: str = ""

    def window(self) -> Window:
        """Return what to read."""
        return Window(
            self.time.cut(self.datasets),
            self.attributes or self.pick,
            self.omit,
            self.time.last,
            self.time.property == "deletedAt",
        )

    def shows(self, member: str) -> bool:
        """Tell whether a member of an entity is written."""
        return (not self.pick or member in self.pick) and member not in self.omit


def read_parameters(parameters: Parameters, context: Context) -> Wish:
    """Read the wish of a GET.

    Raises:
        Refused: names the parameter.
    """
    parameters.flag("local")
    words = _options(parameters)
    return _wish(
        _time_query(
            {
                "timerel": parameters.text("timerel"),
                "timeAt": parameters.instant("timeAt"),
                "endTimeAt": parameters.instant("endTimeAt"),
                "timeproperty": parameters.text("timeproperty"),
            },
            parameters.number("lastN", 1, _MAX_LAST),
        ),
        (words, parameters.text("format")),
        {
            name: frozenset(context.stored(one) for one in parameters.names(name))
            for name in ("attrs", "pick", "omit")
        },
        (parameters.names("aggrMethods"), parameters.text("aggrPeriodDuration")),
        (parameters.names("datasetId"), parameters.text("lang")),
    )


def read_body(body: dict[str, Any], parameters: Parameters, context: Context) -> Wish:
    """Read the wish of a `Query` body; its form stands in the URL.

    Raises:
        Refused: names the member.
    """
    given = body.get("temporalQ", {})
    if not isinstance(given, dict):
        raise bad_request("temporalQ must be an object")
    if unknown := given.keys() - set(TIME_PARAMETERS):
        raise bad_request(f"temporalQ does not know {', '.join(sorted(unknown))[:200]}")
    time = {
        "timerel": _text(given, "timerel"),
        "timeAt": _instant(given, "timeAt"),
        "endTimeAt": _instant(given, "endTimeAt"),
        "timeproperty": _text(given, "timeproperty"),
    }
    return _wish(
        _time_query(time, _last(given)),
        (_options(parameters), parameters.text("format")),
        {
            name: frozenset(context.stored(one) for one in criteria.texts(body, name))
            for name in ("attrs", "pick", "omit")
        },
        (criteria.texts(given, "aggrMethods"), _text(given, "aggrPeriodDuration")),
        (criteria.texts(body, "datasetId"), _text(body, "lang")),
    )


def _wish(
    time: TimeQuery,
    forms: tuple[frozenset[str], str],
    members: dict[str, frozenset[str]],
    aggregation: tuple[tuple[str, ...], str],
    narrowing: tuple[tuple[str, ...], str],
) -> Wish:
    form, word = _form(*forms)
    if members["attrs"] and (members["pick"] or members["omit"]):
        raise bad_request("attrs excludes pick and omit")
    if both := members["pick"] & members["omit"]:
        raise bad_request(f"{', '.join(sorted(both))} stands in pick and in omit")
    methods, duration = _aggregation(form, *aggregation)
    datasets = frozenset("" if one == NO_DATASET else one for one in narrowing[0])
    return Wish(
        time,
        form,
        "sysAttrs" in forms[0],
        members["attrs"],
        members["pick"],
        members["omit"],
        datasets or None,
        methods,
        duration,
        word == "concise",
        narrowing[1],
    )


def _time_query(given: dict[str, Any], last: int | None) -> TimeQuery:
    relation, at_us, ends_us = given["timerel"], given["timeAt"], given["endTimeAt"]
    if relation and relation not in RELATIONS:
        raise bad_request(f"timerel must be one of {', '.join(sorted(RELATIONS))}")
    if bool(relation) != (at_us is not None):
        raise bad_request("timerel and timeAt are given together or not at all")
    if (relation == "between") != (ends_us is not None):
        raise bad_request("endTimeAt is given with timerel=between, and only then")
    time_property = given["timeproperty"] or "observedAt"
    if time_property not in TIME_PROPERTIES:
        raise bad_request(f"timeproperty must be one of {', '.join(TIME_PROPERTIES)}")
    return TimeQuery(relation or "", at_us, ends_us, time_property, last)


def _text(given: dict[str, Any], name: str) -> str:
    held = given.get(name, "")
    if not isinstance(held, str):
        raise bad_request(f"{name} must be a text")
    return held


def _instant(given: dict[str, Any], name: str) -> int | None:
    text = _text(given, name)
    try:
        return timestamps.from_text(text) if text else None
    except (ValueError, OverflowError) as error:
        raise bad_request(f"{name} is not an ISO 8601 instant: {error}") from error


def _last(given: dict[str, Any]) -> int | None:
    held = given.get("lastN")
    if held is None:
        return None
    if not isinstance(held, int) or isinstance(held, bool) or not 1 <= held <= _MAX_LAST:
        raise bad_request(f"lastN must be a whole number from 1 to {_MAX_LAST}")
    return held


def _options(parameters: Parameters) -> frozenset[str]:
    """Return the words of `options`; one that is not known makes the request unreadable (6.3.7)."""
    words = frozenset(parameters.names("options"))
    if unknown := words - OPTIONS:
        known = ", ".join(sorted(OPTIONS))
        raise invalid_request(
            f"options does not know {', '.join(sorted(unknown))}; it knows {known}"
        )
    return words


def _form(words: frozenset[str], named: str) -> tuple[str, str]:
    """Return the form and its word; where `format` is given it decides (6.3.7)."""
    if named and named not in FORMATS:
        raise invalid_request(f"format must be one of {', '.join(sorted(FORMATS))}")
    asked = {named} if named else set(words & FORMATS)
    if len({_FORMS[word] for word in asked}) > 1:
        raise bad_request("options asks for more than one representation")
    word = next(iter(asked), NORMALIZED)
    return _FORMS[word], word


def _aggregation(
    form: str, methods: tuple[str, ...], duration: str
) -> tuple[tuple[str, ...], Duration]:
    if form != AGGREGATED:
        return (), Duration()
    if not methods:
        raise bad_request(f"aggregatedValues needs aggrMethods, of {', '.join(periods.METHODS)}")
    if unknown := set(methods) - set(periods.METHODS):
        known = ", ".join(periods.METHODS)
        raise bad_request(
            f"aggrMethods does not know {', '.join(sorted(unknown))}; it knows {known}"
        )
    try:
        return methods, periods.parse(duration) if duration else Duration()
    except ValueError as error:
        raise bad_request(f"aggrPeriodDuration: {error}") from error
