"""Sentences of a gateway's way into an area: its card, its claim, and what the hub says to it."""

from __future__ import annotations

JOINING: dict[str, tuple[str, str]] = {
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
            "and power, and whether it was claimed before. Nothing was changed."
        ),
        (
            "{host} は登録待ちのゲートウェイとして応答しません({why})。アドレス・配線・電源と、登録済みで"
            "ないかを確認してください。何も変更していません。"
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
    "other_package": (
        "{source} is {wanted}; the card needs {found}. Nothing was changed.",
        "{source} は {wanted} です。カードには {found} が必要です。何も変更していません。",
    ),
    "unknown_gateway": (
        (
            "The hub's area has no gateway {gateway}: check the id, or add it to the area first. "
            "Nothing was changed."
        ),
        (
            "このハブのエリアにゲートウェイ {gateway} はありません。ID を確認するか、先にエリアに追加して"
            "ください。何も変更していません。"
        ),
    ),
    "no_key": (
        "{gateway} has no key at the hub that could be refused. Nothing was changed.",
        "{gateway} にはハブで無効にできる鍵がありません。何も変更していません。",
    ),
    "hub_silent": (
        "{why}. Check the hub's address and the network. Nothing was changed there.",
        (
            "ハブが応答しません({why})。ハブのアドレスとネットワークを確認してください。"
            "ハブ側は何も変更していません。"
        ),
    ),
    "hub_untrusted": (
        (
            "The hub's certificate does not hold here ({why}): give its ca.pem with --hub-ca, and check "
            "this machine's clock. Nothing was changed."
        ),
        (
            "ハブの証明書を確認できません。--hub-ca でハブの ca.pem を指定し、この機器の時計を確認して"
            "ください({why})。何も変更していません。"
        ),
    ),
    "not_signed_in": (
        "The hub does not know this name and password, or this key: check them. Nothing was changed.",
        ("名前とパスワード、または鍵が正しくありません。確認してください。何も変更していません。"),
    ),
    "not_allowed": (
        "The hub does not let this person do that: sign in as a technician. Nothing was changed.",
        "この利用者には許可されていません。技術者として入ってください。何も変更していません。",
    ),
    "hub_refused": (
        "The hub refuses: {why}",
        "ハブが拒否しました:{why}",
    ),
}
