"""Why care refuses something: one sentence in Japanese and English, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from area_configs.domain.care_scores import ScoreOutOfRange
from area_configs.domain.names import Name
from platform_hub.server.governance.answers import Refused, plain
from platform_hub.wire import problems

if TYPE_CHECKING:
    from collections.abc import Iterable

    from area_configs.domain.care import Scope
    from area_configs.domain.care_scores import UnknownItem
    from platform_hub.wire.problems import Problem

_CONFLICT = 409
_SCOPES = {
    "wearable": Name("機器の記録", "wearable"),
    "records": Name("スコアと記録", "records"),
    "research": Name("統計への利用", "research"),
}

_INPUTS = {
    "respiration": "呼吸数",
    "spo2": "SpO2",
    "oxygen": "酸素投与",
    "systolic": "収縮期血圧",
    "pulse": "脈拍",
    "alert": "意識",
    "temperature": "体温",
}


def no_resident(ident: str) -> Refused:
    """Refuse a resident that is not registered."""
    short = ident[:80]
    return _not_found(Name(f"入居者 {short} は登録されていません", f"there is no resident {short}"))


def no_event(number: str) -> Refused:
    """Refuse an event that this resident has not."""
    short = number[:20]
    said = Name(
        f"この入居者に できごと {short} はありません", f"there is no event {short} of this resident"
    )
    return _not_found(said)


def not_assigned() -> Refused:
    """Refuse a caregiver who does not look after this resident."""
    said = Name(
        "この入居者の担当ではありません。管理者に担当の登録を頼むか、理由を書いて緊急に見てください",
        "you are not assigned to this resident: ask the manager, or look in need with a reason",
    )
    return _refused(problems.forbidden(said.en), said)


def no_consent(scope: Scope) -> Refused:
    """Refuse what no valid consent covers."""
    said = Name(
        f"「{_SCOPES[scope].ja}」の有効な同意がありません。先に同意を記録してください。何も保存していません",
        f"no valid consent for '{scope}': record the consent first; nothing was stored",
    )
    return _conflict("Consent missing", said)


def registered_already(ident: str) -> Refused:
    """Refuse to register somebody twice."""
    said = Name(f"入居者 {ident} はすでに登録されています", f"there is a resident {ident} already")
    return _conflict("Already exists", said)


def no_wearable(device: str, known: Iterable[str]) -> Refused:
    """Refuse to give out what nobody can wear."""
    listed = ", ".join(sorted(known)) or "-"
    short = device[:60]
    said = Name(
        f"{short} は、このエリアの身に着ける機器ではありません。使えるのは {listed} です。何も変えていません",
        f"{short} is no wearable of this area; known: {listed}; nothing was changed",
    )
    return _bad_request(said)


def worn_already(device: str) -> Refused:
    """Refuse to give out what somebody else wears."""
    said = Name(
        f"{device} は別の入居者が使っています。先にその方から外してください。何も変えていません",
        f"{device} is worn by another resident: take it back from them first; nothing was changed",
    )
    return _conflict("Worn already", said)


def nothing_to_withdraw() -> Refused:
    """Refuse to take back what was not given."""
    said = Name("取り消せる同意がありません", "there is no valid consent to withdraw")
    return _conflict("Nothing to withdraw", said)


def no_day(field: str, text: str) -> Refused:
    """Refuse a date that is none."""
    said = Name(
        f"{field}: {text} という日はありません。YYYY-MM-DD の形で書いてください",
        f"{field}: there is no day {text}; write YYYY-MM-DD",
    )
    return _bad_request(said)


def no_scope(text: str) -> Refused:
    """Refuse a word that is no scope of a consent."""
    known = ", ".join(_SCOPES)
    said = Name(
        f"scopes: {text[:40]} はありません。使えるのは {known} です",
        f"scopes: there is no {text[:40]!r}; known: {known}",
    )
    return _bad_request(said)


def no_instrument(ident: str, known: Iterable[str]) -> Refused:
    """Refuse an instrument that is not known."""
    listed = ", ".join(known)
    said = Name(
        f"評価尺度 {ident!r} はありません。使えるのは {listed} です",
        f"there is no instrument {ident!r}; known: {listed}",
    )
    return _bad_request(said)


def wrong_score(error: ScoreOutOfRange | UnknownItem) -> Refused:
    """Refuse an item or a value that an instrument does not have."""
    if isinstance(error, ScoreOutOfRange):
        allowed = ", ".join(map(str, sorted(error.allowed)))
        japanese = f"{error.item} に {error.value} は使えません。{allowed} のどれかを入れるか、空のままにします"
    else:
        japanese = f"項目 {error.item[:60]!r} はこの評価尺度にありません"
    said = Name(f"{japanese}。何も保存していません", f"{error}; nothing was stored")
    return _bad_request(said)


def nothing_to_correct(number: int) -> Refused:
    """Refuse to correct what is not there."""
    said = Name(
        f"この入居者に直せる記録 {number} はありません",
        f"there is no record {number} of this resident to correct",
    )
    return _bad_request(said)


def cycle_closed(number: int) -> Refused:
    """Refuse a step of a cycle that is over."""
    said = Name(
        f"ケアサイクル {number} は終わっています。記録を直すか、次のサイクルを始めてください",
        f"care cycle {number} is closed: correct a step of it, or begin the next cycle",
    )
    return _conflict("Closed", said)


def answered_already(by: str) -> Refused:
    """Refuse a second answer to an event."""
    return _conflict("Answered already", Name(f"{by} さんが先に確認しました", f"{by} was faster"))


def news2_off() -> Refused:
    """Refuse NEWS2 where the hub does not offer it."""
    said = Name(
        "NEWS2 は使わない設定です。使うには hub.toml の [care] に news2 = true と書きます。何も保存していません",
        "NEWS2 is off at this hub: set news2 = true below [care] in hub.toml; nothing was stored",
    )
    return _conflict("Switched off", said)


def incomplete(missing: Iterable[str]) -> Refused:
    """Refuse a part of NEWS2: a partial total would look like a low one."""
    named = list(missing)
    said = Name(
        f"NEWS2 は7項目がそろわないと計算しません。足りない項目: {'、'.join(_INPUTS[one] for one in named)}。"
        "何も保存していません",
        f"NEWS2 needs all seven inputs; missing: {', '.join(named)}; nothing was stored",
    )
    return _bad_request(said)


def not_yet() -> Refused:
    """Refuse what was taken in the future."""
    said = Name(
        "測った時刻が未来になっています。時刻を直してください。何も保存していません",
        "takenUs is in the future: correct the time; nothing was stored",
    )
    return _bad_request(said)


def too_few(least: int) -> Refused:
    """Refuse to publish what would tell of few people."""
    said = Name(
        f"同意があり十分に分かる方が {least} 人に足りないため、公開しません",
        f"fewer than {least} residents have agreed and are known well enough: not published",
    )
    return _conflict("Too few people", said)


def _conflict(title: str, said: Name) -> Refused:
    return _refused(plain(_CONFLICT, title, said.en), said)


def _bad_request(said: Name) -> Refused:
    return _refused(problems.bad_request(said.en), said)


def _not_found(said: Name) -> Refused:
    return _refused(problems.not_found(said.en), said)


def _refused(problem: Problem, said: Name) -> Refused:
    return Refused(problems.in_both(problem, said))
