"""What the energy page says in sentences, Japanese and English: reasons, limits, life cycles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from area_configs.domain.names import Language, Name
from desktop.models.wording import number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from area_configs.domain.areas import Area
    from area_configs.domain.energy import EnergySite
    from energy_planner.errors import Conflict
    from energy_planner.proposal import Proposal

_ASSETS = {
    "grid": Name("受電", "Grid"),
    "photovoltaic": Name("太陽光", "Solar power"),
    "hydrogen delivery": Name("水素の配送", "Hydrogen delivery"),
    "hydrogen pipeline": Name("水素パイプライン", "Hydrogen pipeline"),
}
_AT_LIMIT = {
    "power": Name("出力が上限", "is at its power limit"),
    "empty": Name("残量が下限", "is empty"),
    "full": Name("残量が上限", "is full"),
}
LIMITS = {
    "contract": Name("契約電力", "contract power"),
    "import_limit": Name("受電設備の上限", "import limit"),
    "dispensing": Name("水素の充填", "hydrogen dispensing"),
    "service_level": Name("充填サービス率", "service level"),
    "end_level": Name("計画終了時の残量", "content at the end"),
    "energy": Name("出発までの充電量", "energy until departure"),
    "heat": Name("熱の供給", "heat supply"),
}
STATES = {
    "sent": Name("送信済み", "sent"),
    "delivered": Name("受領済み", "delivered"),
    "applied": Name("適用中", "applied"),
    "read_back": Name("確認済み", "read back"),
    "failed": Name("失敗", "failed"),
    "expired": Name("期限切れ", "lapsed"),
}
STAGES = {
    "gather": Name("実績を収集中", "Collecting measurements"),
    "forecast": Name("需要を予測中", "Forecasting"),
    "model": Name("モデルを作成中", "Setting up"),
    "quick": Name("概略計画を計算中", "Finding a quick plan"),
    "search": Name("最適計画を探索中", "Searching the best plan"),
    "done": Name("まとめ中", "Finishing"),
}
_MODELS = {
    "yesterday": Name("前日と同じ", "as yesterday"),
    "7 days ago": Name("7日前と同じ", "as 7 days ago"),
    "like days": Name("類似日の平均", "mean of like days"),
    "ridge": Name("リッジ回帰", "ridge regression"),
}
_SUN = "photovoltaic"  # all that the sun gives is used: no limit that anybody could move
_MOST_MARGINS = 5
_PENNY = 0.005


@dataclass(frozen=True, slots=True)
class Voice:
    """Whose plan is spoken of, and in which language."""

    area: Area
    site: EnergySite
    zone: ZoneInfo
    language: Language

    def name(self, asset: str) -> str:
        """Return what people call an asset of a plan."""
        if asset in _ASSETS:
            return _ASSETS[asset].text(self.language)
        names = {device.id: device.name for device in self.area.devices}
        return names[asset].text(self.language) if asset in names else asset


def local(second: float, zone: ZoneInfo) -> datetime:
    """Return an instant on a wall clock."""
    return datetime.fromtimestamp(second, tz=UTC).astimezone(zone)


def model(ident: str, language: Language) -> str:
    """Return what people call a forecast model."""
    return _MODELS[ident].text(language) if ident in _MODELS else ident


def clock(second: float, zone: ZoneInfo) -> str:
    """Write an instant as month, day and time of day."""
    moment = local(second, zone)
    return f"{moment.month}/{moment.day} {moment:%H:%M}"


def conflict(voice: Voice, one: Conflict, begins: Sequence[float]) -> str:
    """Say which limit cannot be kept, when, by how much, and what the smallest way out is."""
    at = clock(begins[min(one.step, len(begins) - 1)], voice.zone)
    name, short = voice.name(one.asset), f"{number(one.short, 1)} {one.unit}"
    limit = LIMITS[one.limit].text(voice.language) if one.limit in LIMITS else one.limit
    if voice.language == "ja":
        return f"{at} から {name} の{limit}が {short} 不足します。{_way_out(one, short, 'ja')}"
    return f"From {at} the {limit} of {name} is {short} short. {_way_out(one, short, 'en')}"


def _way_out(one: Conflict, short: str, language: Language) -> str:
    ways = {
        "contract": Name(
            f"最小の緩和: 契約を {short} 上げるか、その分の負荷を減らす。",
            f"Smallest way out: a contract {short} higher, or that much less load.",
        ),
        "end_level": Name(
            f"最小の緩和: 終了時の残量を {short} 下げる。",
            f"Smallest way out: end with {short} less.",
        ),
    }
    other = Name(
        f"最小の緩和: この制約を {short} 緩める。", f"Smallest way out: give way by {short}."
    )
    return ways.get(one.limit, other).text(language)


def peak_reason(voice: Voice, made: Proposal) -> str:
    """Say what decides the peak and what a kW less would bring."""
    language, plan = voice.language, made.made.plan
    billed, peak = made.proposed.peak_kw, plan.peak_kw
    saved = made.idle.cost - made.proposed.cost
    currency = made.made.currency
    if billed > peak + 0.05:
        ja = f"今月すでに {number(billed, 1)} kW を記録しているため、これより下げても基本料金は変わりません。計画は目標 {number(peak, 1)} kW を守ります。"
        en = f"{number(billed, 1)} kW was reached before: a lower peak saves nothing of the demand charge. The plan holds {number(peak, 1)} kW."
        return ja if language == "ja" else en
    ja = f"計画は {number(peak, 1)} kW を守り、何もしない場合より {number(saved, 0)} {currency} 少なく済みます。"
    en = f"The plan holds {number(peak, 1)} kW and costs {number(saved, 0)} {currency} less than doing nothing."
    return ja if language == "ja" else en


def step_reasons(voice: Voice, made: Proposal, step: int) -> list[str]:
    """Say of one step: what it does, which limits bind, what one more kWh or kg would save."""
    plan, language, currency = made.made.plan, voice.language, made.made.currency
    reasons = plan.explanation
    lines = [_does(voice, made, step)]
    limits = reasons.limits[step] if step < len(reasons.limits) else ()
    names = [_bound(voice, ident, what) for ident, what in limits if ident != _SUN]
    if names:
        joined = ("、" if language == "ja" else "; ").join(names)
        lines.append(f"制約: {joined}。" if language == "ja" else f"Binding: {joined}.")
    else:
        lines.append(
            "どの設備も上限に達していません。" if language == "ja" else "No asset is at a limit."
        )
    if step < len(reasons.energy_value):
        value = number(abs(float(reasons.energy_value[step])), 1)
        lines.append(
            f"この時刻の 1 kWh の価値は {value} {currency} です。"
            if language == "ja"
            else f"One more kWh here would save {value} {currency}."
        )
    if step < len(reasons.kg_value):
        value = number(float(reasons.kg_value[step]), 0)
        lines.append(
            f"水素 1 kg の価値は {value} {currency} です。"
            if language == "ja"
            else f"One more kg of hydrogen would save {value} {currency}."
        )
    return lines


def margins(voice: Voice, made: Proposal) -> list[str]:
    """Say what one more kW, kWh or kg of each asset would save over the plan, most first."""
    language, currency = voice.language, made.made.currency
    lines = []
    for one in made.made.plan.explanation.margins[:_MOST_MARGINS]:
        if one.saves < _PENNY or one.asset == _SUN:
            continue
        unit = "kW" if one.what == "power" else _content_unit(voice, one.asset)
        name, saves = voice.name(one.asset), number(one.saves, 1)
        lines.append(
            f"{name}: あと 1 {unit} で {saves} {currency} 節約"
            if language == "ja"
            else f"{name}: one more {unit} saves {saves} {currency}"
        )
    return lines


def _does(voice: Voice, made: Proposal, step: int) -> str:
    at = clock(made.made.steps.starts()[step].timestamp(), voice.zone)
    bought, idle = made.proposed.import_kw[step], made.idle.import_kw[step]
    if voice.language == "ja":
        return f"{at}: 受電 {number(float(bought), 1)} kW(何もしない場合 {number(float(idle), 1)} kW)。"
    return f"{at}: {number(float(bought), 1)} kW from the grid ({number(float(idle), 1)} kW when doing nothing)."


def _bound(voice: Voice, ident: str, what: str) -> str:
    words = _AT_LIMIT[what].text(voice.language) if what in _AT_LIMIT else what
    name = voice.name(ident)
    return f"{name}は{words}" if voice.language == "ja" else f"{name} {words}"


def _content_unit(voice: Voice, ident: str) -> str:
    hydrogen = voice.site.hydrogen
    return "kg" if hydrogen and hydrogen.device == ident else "kWh"
