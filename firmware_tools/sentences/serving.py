"""Sentences of what comes after the claim: releases, firmware of devices, commissioning, files of any kind."""

from __future__ import annotations

SERVING: dict[str, tuple[str, str]] = {
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
    "published": (
        (
            "{source} has version {version} with other files: give the new ones a new version. "
            "Nothing was changed."
        ),
        (
            "{source} には別のファイルの {version} がすでにあります。新しい版番号を付けてください。"
            "何も変更していません。"
        ),
    ),
    "bad_pin": (
        (
            "{place} is not the pinned root of a publisher ({why}): copy root.json there again, as root, "
            "from who issues the releases. Nothing was changed."
        ),
        (
            "{place} は発行元のルートとして使えません({why})。発行元の root.json を root 権限で置き直して"
            "ください。何も変更していません。"
        ),
    ),
    "source_silent": (
        "{source} does not answer ({why}): check the address and the network. Nothing was changed.",
        (
            "{source} が応答しません({why})。アドレスとネットワークを確認してください。"
            "何も変更していません。"
        ),
    ),
    "on_trial": (
        "{version} is on trial here: wait until it is decided (update status). Nothing was changed.",
        (
            "{version} を試運転中です。結果が出るまで待ってください(update status)。"
            "何も変更していません。"
        ),
    ),
    "not_installed": (
        "{version} is not installed in {root} ({why}). What ran before still runs.",
        "{root} に {version} を入れられません({why})。元の版がそのまま動いています。",
    ),
    "not_bundled": (
        (
            "{stick} did not take the whole bundle ({why}): make room or use another stick, then bundle "
            "again. Gateways refuse what is there now."
        ),
        (
            "{stick} にすべてを書き込めませんでした({why})。空きを作るか別の USB メモリで、やり直して"
            "ください。今の内容はゲートウェイが拒否します。"
        ),
    ),
    "not_restarted": (
        (
            "{version} is installed and starts with the next start of {service}, which cannot be "
            "restarted now ({why})."
        ),
        ("{version} は入りましたが、{service} を再起動できません({why})。次の起動から動きます。"),
    ),
    "no_releases": (
        (
            "{root} holds no releases: run this on a gateway, or name the folder with --root. "
            "Nothing was changed."
        ),
        (
            "{root} にはリリースがありません。ゲートウェイで実行するか、--root でフォルダーを指定して"
            "ください。何も変更していません。"
        ),
    ),
    "nothing_before": (
        "{root} holds no whole release to go back to. Nothing was changed.",
        "{root} には戻れる完全な版がありません。何も変更していません。",
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
    "device_refuses": (
        "The device on {place} refuses: {why}. What was on it still runs.",
        "{place} の機器が拒否しました({why})。元のファームウェアはそのままです。",
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
    "failed": (
        "{why}",
        "できませんでした:{why}",
    ),
    "question": (
        "{what} is missing, and nobody can be asked here: give {option}.",
        "{what} がありません。ここでは質問できないため、{option} を指定してください。",
    ),
}
