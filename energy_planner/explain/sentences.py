"""The reasons of a plan in words, Japanese and English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from energy_planner.explain.reasons import Explanation, PeakShare

Language = Literal["ja", "en"]

_WHAT = {
    "ja": {"power": "出力の上限", "empty": "残量の下限", "full": "残量の上限"},
    "en": {"power": "at its power limit", "empty": "empty", "full": "full"},
}
_MOST = 3


def sentences(
    explanation: Explanation,
    peak_kw: float,
    hours: NDArray[np.float64],
    language: Language,
    *,
    worth: float | None = None,
) -> list[str]:
    """Return why the peak is what it is, most telling first.

    Args:
        explanation: of the plan.
        peak_kw: its billed peak.
        hours: (T,) length of each step.
        language: of the sentences.
        worth: what a kW less would save by the contract; None to take the plan's own prices.
    """
    shares = explanation.peak_shares[:_MOST]
    if not shares or worth == 0:
        return [_nothing_to_save(peak_kw, language)]
    return [_share(explanation, share, hours, language) for share in shares]


def _nothing_to_save(peak_kw: float, language: Language) -> str:
    if language == "ja":
        return f"ピークは既往値 {peak_kw:.1f} kW で決まり、下げても料金は変わりません。"
    return f"The peak is the {peak_kw:.1f} kW reached before: a lower one saves nothing."


def _share(
    explanation: Explanation, share: PeakShare, hours: NDArray[np.float64], language: Language
) -> str:
    binding = [b for b in explanation.bindings if b.step == share.first_step]
    words, clock = _WHAT[language], _clock(hours, share.first_step)
    if language == "ja":
        limits = "、".join(f"{b.asset} は{words[b.what]}" for b in binding) or "制約なし"
        return f"{clock} がピークを決めています(1 kW あたり {share.cost_per_kw:,.0f})。{limits}。"
    limits = ", ".join(f"{b.asset} {words[b.what]}" for b in binding) or "no asset is at a limit"
    return f"{clock} decides the peak ({share.cost_per_kw:,.0f} per kW): {limits}."


def _clock(hours: NDArray[np.float64], step: int) -> str:
    """Return when a step begins, in hours and minutes from the plan's beginning."""
    minutes = round(float(hours[:step].sum()) * 60)
    return f"+{minutes // 60:02d}:{minutes % 60:02d}"
