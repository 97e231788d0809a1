"""A benchmark's figure beside its goal."""

from __future__ import annotations


def told(value: float | None, relation: str, bound: float) -> dict[str, object]:
    """Return a figure beside its goal; what could not be measured is neither met nor missed."""
    goal = f"{relation} {bound:g}"
    if value is None:
        return {"value": None, "goal": goal, "met": None}
    met = value >= bound if relation == ">=" else value <= bound
    return {"value": round(value, 3), "goal": goal, "met": met}
