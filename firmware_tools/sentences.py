"""Sentences for people in both languages: what was refused, why, and what to do; nothing changed then."""

from __future__ import annotations

import os

from area_configs.domain.errors import SmartAreaError
from area_configs.domain.names import Language, Name

Pair = tuple[str, str]

SENTENCES: dict[str, Pair] = {
    "wrong_code": (
        "The code is not the one on the label of {gateway}; {left} tries are left. Nothing was changed.",
        "コードが {gateway} のラベルと一致しません。残り {left} 回です。何も変更していません。",
    ),
    "used_code": (
        (
            "{gateway} was claimed already and its code is used up: reset the box, write a new card, then "
            "`area-tech replace`. Nothing was changed."
        ),
        (
            "{gateway} は登録済みで、コードは使用済みです。機器を初期化し、カードを書き直して "
            "`area-tech replace` を使ってください。何も変更していません。"
        ),
    ),
    "no_tries": (
        (
            "{gateway} takes no more codes: switch it off and on, then try with the code of its label. "
            "Nothing was changed."
        ),
        (
            "{gateway} はこれ以上コードを受け付けません。電源を入れ直し、ラベルのコードで再試行して"
            "ください。何も変更していません。"
        ),
    ),
    "window_over": (
        (
            "The time to claim {gateway} is over: switch it off and on, then claim within 10 minutes. "
            "Nothing was changed."
        ),
        (
            "{gateway} の受付時間が過ぎました。電源を入れ直し、10 分以内に登録してください。"
            "何も変更していません。"
        ),
    ),
    "not_a_gateway": (
        (
            "{host} does not answer as a gateway that waits to be claimed ({why}): check address, cable "
            "and power. Nothing was changed."
        ),
        (
            "{host} は登録待ちのゲートウェイとして応答しません({why})。アドレス・配線・電源を確認して"
            "ください。何も変更していません。"
        ),
    ),
    "other_gateway": (
        "{host} is gateway {found}, not {gateway}: check which box stands there. Nothing was changed.",
        (
            "{host} は {gateway} ではなく {found} です。設置場所の機器を確認してください。"
            "何も変更していません。"
        ),
    ),
    "other_hub": (
        (
            "The hub's certificate authority is not the one that the label of {gateway} names: check the "
            "address of the hub. Nothing was changed."
        ),
        (
            "ハブの認証局が {gateway} のラベルと一致しません。ハブのアドレスを確認してください。"
            "何も変更していません。"
        ),
    ),
    "gateway_full": (
        (
            "{gateway} has no room left to join: use a bigger card, or make room on it, then claim it "
            "again. Nothing was changed."
        ),
        (
            "{gateway} に空き容量がなく登録できません。容量の大きいカードを使うか、空きを作ってから"
            "登録し直してください。何も変更していません。"
        ),
    ),
    "wrong_clock": (
        (
            "This machine's clock is {seconds} s off the hub's: set it (NTP), then try again. "
            "Nothing was changed."
        ),
        (
            "この機器の時計がハブと {seconds} 秒ずれています。時刻を合わせて(NTP)再試行してください。"
            "何も変更していません。"
        ),
    ),
    "half_card": (
        (
            "{target} is no complete boot partition of Raspberry Pi OS ({why}): write the image to the card "
            "again. Nothing was changed."
        ),
        (
            "{target} は Raspberry Pi OS の完全な起動領域ではありません({why})。カードにイメージを"
            "書き直してください。何も変更していません。"
        ),
    ),
    "os_unclear": (
        "{target} does not say which system it is: add --os bookworm or --os trixie. Nothing was changed.",
        (
            "{target} の OS を判別できません。--os bookworm か --os trixie を指定してください。"
            "何も変更していません。"
        ),
    ),
    "disk_full": (
        (
            "{target} has no room: {need} bytes are needed, {free} are free. Make room, then try again. "
            "Nothing was changed."
        ),
        (
            "{target} の空き容量が足りません(必要 {need} バイト、空き {free} バイト)。空きを作って"
            "再試行してください。何も変更していません。"
        ),
    ),
    "not_written": (
        "{target} did not keep what was written ({why}): use another card. What was written was removed.",
        (
            "{target} に書き込んだ内容が保持されません({why})。別のカードを使ってください。"
            "書き込んだものは取り除きました。"
        ),
    ),
    "tampered": (
        (
            "{source} is not what was signed ({why}): fetch the bundle again from who issues it. "
            "Nothing was changed."
        ),
        (
            "{source} は署名された内容と一致しません({why})。発行元から入手し直してください。"
            "何も変更していません。"
        ),
    ),
    "unsigned": (
        "{source} is not signed by the keys that this machine trusts ({why}). Nothing was changed.",
        "{source} はこの機器が信頼する鍵で署名されていません({why})。何も変更していません。",
    ),
    "loose_trust": (
        (
            "{source} is not looked at: {place} decides whose releases are trusted, and others than root "
            "may change it: sudo chown -R root:root it, and chmod go-w. Nothing was changed."
        ),
        (
            "{source} は確認しません。信頼する発行元を決める {place} を root 以外が変更できます。"
            "sudo chown -R root:root と chmod go-w を行ってください。何も変更していません。"
        ),
    ),
    "rolled_back_metadata": (
        (
            "{source} is older than what this machine has seen before ({why}): use the newest bundle. "
            "Nothing was changed."
        ),
        (
            "{source} はこの機器が以前に確認したものより古い版です({why})。最新のものを使ってください。"
            "何も変更していません。"
        ),
    ),
    "expired": (
        (
            "The signatures of {source} have expired ({why}): get a fresh bundle, or set this machine's "
            "clock. Nothing was changed."
        ),
        (
            "{source} の署名の有効期限が切れています({why})。新しいものを入手するか、時計を合わせて"
            "ください。何も変更していません。"
        ),
    ),
    "wrong_board": (
        "{source} is for {wanted}, this is {found}: choose the right file. Nothing was changed.",
        (
            "{source} は {wanted} 用ですが、この機器は {found} です。正しいファイルを選んでください。"
            "何も変更していません。"
        ),
    ),
    "other_package": (
        "{source} is {wanted}; the card needs {found}. Nothing was changed.",
        "{source} は {wanted} です。カードには {found} が必要です。何も変更していません。",
    ),
    "too_old": (
        (
            "{source} needs at least version {least}, {found} is installed: update to {least} first. "
            "Nothing was changed."
        ),
        (
            "{source} には {least} 以上が必要ですが、現在は {found} です。先に {least} に更新してください。"
            "何も変更していません。"
        ),
    ),
    "older_version": (
        (
            "{source} is version {version}, {found} is installed: only a newer one is put there. "
            "Nothing was changed."
        ),
        (
            "{source} は {version} で、現在の {found} より新しくないため書き込みません。"
            "何も変更していません。"
        ),
    ),
    "no_release": (
        "{source} holds no such release ({why}). Nothing was changed.",
        "{source} に該当する版がありません({why})。何も変更していません。",
    ),
    "bad_firmware": (
        "{source} is no firmware image that can be sent ({why}). Nothing was changed.",
        "{source} は送信できるファームウェアではありません({why})。何も変更していません。",
    ),
    "device_silent": (
        (
            "The device on {place} does not answer ({why}): check cable, power and, on ESP boards, the boot "
            "button. What was on it still runs."
        ),
        (
            "{place} の機器が応答しません({why})。配線・電源、ESP の場合は BOOT ボタンを確認してください。"
            "元のファームウェアはそのままです。"
        ),
    ),
    "tool_missing": (
        "The program {tool} is not installed: {remedy}. Nothing was changed.",
        "プログラム {tool} がありません。{remedy}。何も変更していません。",
    ),
    "edge_failed": (
        "{what} did not work on the gateway: {why}",
        "ゲートウェイで {what} に失敗しました:{why}",
    ),
    "bad_table": (
        "{source}: {why}. Nothing was changed.",
        "{source}:{why}。何も変更していません。",
    ),
    "file": (
        "{source}: {why}. Correct the path or its rights, or make room, then do it again.",
        "{source}:{why}。パス・権限・空き容量を直してから、やり直してください。",
    ),
    "hub_silent": (
        "{why}. Check the hub's address and the network. Nothing was changed there.",
        (
            "ハブが応答しません({why})。ハブのアドレスとネットワークを確認してください。"
            "ハブ側は何も変更していません。"
        ),
    ),
    "hub_refused": (
        "The hub refuses: {why}",
        "ハブが拒否しました:{why}",
    ),
    "failed": (
        "{why}",
        "できませんでした:{why}",
    ),
    "question": (
        "{what} is missing and nobody may be asked (--no-input): give {option}.",
        "{what} がありません(--no-input のため質問できません)。{option} を指定してください。",
    ),
}


_TRIALS: dict[str, str] = {  # the English stands with the release: what decides knows one language
    "healthy": "自己診断に合格しました",
    "heard": "ハブに届き、送ったデータの受領が確認されました",
    "no link before": "単体では正常です。ハブとは更新前からつながっていません",
    "hub not reached": "更新前は届いていたハブに、期限内に届きませんでした",
    "hub refuses": "ハブがこの版の送るデータを拒否しました",
    "nothing acknowledged": "送ったデータの受領をハブが確認しませんでした",
    "agent silent": "エージェントが応答しなくなりました",
    "never healthy": "起動しても正常になりませんでした",
    "does not stay up": "起動しても動き続けませんでした",
    "not whole": "ファイルが壊れています",
    "asked for": "人の指示で元に戻しました",
}


def trial_words(reason: str, why: str) -> Pair:
    """Return why the trial of a release ended, in both languages; `why` is the sentence that was noted."""
    told = _TRIALS.get(reason)
    return why, f"{told}({why})" if told and why else told or why


class Refused(SmartAreaError):
    """Do what the sentence says; `code` names it, `facts` fill it, a `Name` in either language."""

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        self.facts = facts
        super().__init__(self.words("en"))

    def words(self, language: Language) -> str:
        """Return the sentence in a language."""
        facts = {
            name: fact.text(language) if isinstance(fact, Name) else fact
            for name, fact in self.facts.items()
        }
        return SENTENCES[self.code][language == "ja"].format(**facts)

    def why(self) -> str:
        """Return the reason alone, in English, for records; the sentence where it has none."""
        found = self.facts.get("why", self)
        return found.en if isinstance(found, Name) else str(found)


class Unreachable(Refused):
    """Wait and retry: a gateway or device does not answer."""


def language() -> Language:
    """Return `ja` where the terminal speaks Japanese, else `en` (LC_ALL, LC_MESSAGES, LANG)."""
    found = next((text for key in _LOCALE if (text := os.environ.get(key))), "")
    return "ja" if found.lower().startswith("ja") else "en"


_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")
