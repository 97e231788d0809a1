"""What a technician does from the console: the tasks, what each asks for, and its `area-tech` command."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from area_configs.domain.names import Name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CLAIM_PORT = "9465"
_ONE_LINE = "-"  # the tool reads it from standard input: on no screen and in no list of processes


class Kind(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    OPEN = "open"  # a file that is there
    FOLDER = "folder"
    SAVE = "save"  # a file that is written


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a task asks for; fields of the same key share their value across tasks."""

    key: str
    name: Name
    hint: str = ""
    kind: Kind = Kind.TEXT
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """One task; `in_journey` is part of the way from a blank card to data.

    Attributes:
        needs_hub: the tool speaks to the hub as whoever sits at the console.
    """

    id: str
    name: Name
    why: Name
    begin: Name
    fields: tuple[Field, ...]
    in_journey: bool = True
    needs_hub: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """One call of the tool: its arguments, and what it is told on standard input after the key."""

    task: str
    arguments: tuple[str, ...]
    given: str = ""
    needs_hub: bool = False


_HOST = Field(
    "host", Name("ゲートウェイのアドレス", "Address of the gateway"), "192.0.2.17", needed=True
)
_HUB = Field(
    "hub",
    Name("ハブのアドレス(ゲートウェイから見たもの)", "Address of the hub, as the gateway sees it"),
    "https://hub.example:8443",
    needed=True,
)
_CODE = Field(
    "code", Name("ラベルのコード(8 桁または QR)", "Code of the label (8 digits or its QR)"),
    "4821 3907", needed=True,
)  # fmt: skip
_CA = Field(
    "hub_ca", Name("ハブの認証局 (PEM)", "Certificate authority of the hub (PEM)"), kind=Kind.OPEN
)
_PORT = Field("claim_port", Name("登録受付のポート", "Port that waits for the claim"), CLAIM_PORT)
_GATEWAY = Field(
    "gateway", Name("ゲートウェイの ID", "Id of the gateway"), "gw-energy", needed=True
)
_RECORD = Field("record", Name("検収の記録", "Record of acceptance"), kind=Kind.SAVE, needed=True)

TASKS: tuple[Task, ...] = (
    Task(
        "discover",
        Name("探す", "Find gateways"),
        Name(
            "同じネットワークで名乗っているゲートウェイを一覧にします。名乗りは手がかりにすぎず、"
            "本物かどうかは登録のときに確かめます。",
            "Lists the gateways that announce themselves on this network. That is a hint only: which "
            "one it is, is proven when it is claimed.",
        ),
        Name("探す", "Look"),
        (
            Field(
                "ask_host",
                Name("直接尋ねるアドレス(任意)", "Address to ask directly (optional)"),
                "192.0.2.17",
            ),
            _PORT,
        ),
    ),
    Task(
        "claim",
        Name("登録", "Claim"),
        Name(
            "ラベルのコードで、待っているゲートウェイをこのエリアに加えます。鍵はゲートウェイの中で作られ、"
            "ハブの鍵が固定されます。コードは 5 回まで、起動から 10 分以内です。",
            "Makes a waiting gateway part of this area, by the code of its label. Its key is made on it, "
            "the hub's is pinned. Five tries, ten minutes after its start.",
        ),
        Name("登録する", "Claim it"),
        (_HOST, _HUB, _CODE, _CA, _PORT),
        needs_hub=True,
    ),
    Task(
        "commission",
        Name("機器の立ち上げ", "Commission"),
        Name(
            "ゲートウェイの機器を 1 台ずつ探し、機種を確かめ、試し読みし、使用を始めます。中断しても、"
            "続きから進みます。",
            "Every device of the gateway is found, identified, read once and put into service. After a "
            "break it goes on where it was left.",
        ),
        Name("始める", "Begin"),
        (
            Field(
                "ssh",
                Name("SSH の宛先(空欄はこの端末)", "SSH user@host (empty: this machine)"),
                "technician@192.0.2.17",
            ),
            Field("config", Name("現地の設定ファイル", "Settings file there"), needed=True),
            Field("edge", Name("area-edge の呼び方", "What runs area-edge there"), needed=True),
            Field(
                "service",
                Name("作業中に止めるサービス(任意)", "Service to stop meanwhile (optional)"),
                "area-edge",
            ),
            Field("scan", Name("1 回線の探索 (s)", "Look on every link for (s)"), "30"),
            Field("devices", Name("この機器だけ(任意)", "Only these devices (optional)"), "meter-1 pv-1"),
            Field(
                "secrets",
                Name("秘密情報の TOML(任意)", "Secrets as TOML (optional)"),
                kind=Kind.OPEN,
            ),
            _RECORD,
        ),
    ),
    Task(
        "report",
        Name("検収報告書", "Acceptance report"),
        Name(
            "立ち上げの記録から報告書を作ります。何を誰が試し、どの値・電波強度・版だったかが載ります。",
            "Makes the report of the record: what was tested by whom, with values, signal and versions.",
        ),
        Name("報告書を作る", "Write the report"),
        (
            _RECORD,
            Field("pdf", Name("報告書 (PDF)", "Report (PDF)"), kind=Kind.SAVE, needed=True),
        ),
    ),
    Task(
        "update",
        Name("更新", "Update"),
        Name(
            "署名された版を 1 台 → 10 % → 全台の順に配ります。異常なとき、またはハブに届かなくなったときは"
            "ゲートウェイが自分で前の版に戻り、許容数を超えるとそこで止まります。USB メモリでも配れます。",
            "A signed release goes to one gateway, then 10 %, then all. One that is not healthy or loses "
            "the hub goes back by itself; more of them than are tolerated end the round. A USB stick will "
            "do as well.",
        ),
        Name("配る", "Roll out"),
        (
            Field(
                "source",
                Name("配布元(フォルダーまたはアドレス)", "Source (folder or address)"),
                "/media/stick",
                Kind.FOLDER,
                needed=True,
            ),
            Field("hosts", Name("ゲートウェイ(空白区切り)", "Gateways (with spaces between)"), needed=True),
            Field("version", Name("版(空欄は最新)", "Version (empty: the newest)")),
            Field("run", Name("現地での呼び方", "How it is run there"), needed=True),
            Field("tolerate", Name("許容する失敗(台数または %)", "Failures to tolerate (number or %)"), "0"),
            Field("fleet_record", Name("配布の記録", "Record of the round"), kind=Kind.SAVE, needed=True),
        ),
    ),
    Task(
        "firmware",
        Name("機器ファームウェア", "Device firmware"),
        Name(
            "署名・基板・版を先に確かめてから送ります。回線が切れても続きから送り、新しい版が正常に答えなければ"
            "機器が元に戻します。",
            "Signature, board and version are checked before the first byte. A cut link is resumed; what "
            "does not answer well is reverted by the device.",
        ),
        Name("更新する", "Update it"),
        (
            Field("image", Name("署名済みイメージ", "Signed image"), kind=Kind.OPEN, needed=True),
            Field("key", Name("署名者の公開鍵 (PEM)", "Public key of who signs (PEM)"), kind=Kind.OPEN, needed=True),
            Field("board", Name("基板の名前", "Board of the device"), "smartarea_gauge", needed=True),
            Field("to", Name("接続", "Way to it"), "serial:/dev/ttyACM0", needed=True),
        ),
    ),
    Task(
        "fleet",
        Name("版の一覧", "Releases"),
        Name(
            "どのゲートウェイがどの版をいつから動かしているか、最後の更新がどうなったかを、ハブへの報告から"
            "一覧にします。",
            "Tells which gateway runs which release since when, and what became of the last update, as "
            "they told the hub.",
        ),
        Name("一覧を取る", "Ask the hub"),
        (_HUB, _CA),
        in_journey=False,
        needs_hub=True,
    ),
    Task(
        "esp",
        Name("ESP 機器", "ESP devices"),
        Name(
            "esptool で書き込み、読み返して比べます。別のチップ用のイメージは書き込みません。",
            "Written by esptool and read back. An image for another chip is not written.",
        ),
        Name("書き込む", "Write it"),
        (
            Field("esp_image", Name("イメージ", "Image"), kind=Kind.OPEN, needed=True),
            Field("esp_port", Name("シリアルポート", "Serial port"), "/dev/ttyUSB0", needed=True),
            Field("offset", Name("書き込み位置", "Where in the flash"), "0x10000", needed=True),
        ),
        in_journey=False,
    ),
    Task(
        "replace",
        Name("交換", "Replace"),
        Name(
            "壊れたゲートウェイの場所に新しい機器を置きます。古い鍵は以後拒否され、設定は引き継がれます。",
            "Puts a new box in the place of a dead gateway: the old key is refused, the configuration stays.",
        ),
        Name("交換する", "Replace it"),
        (_HOST, _GATEWAY, _HUB, _CODE, _CA, _PORT),
        in_journey=False,
        needs_hub=True,
    ),
    Task(
        "revoke",
        Name("失効", "Revoke"),
        Name(
            "盗難・譲渡のとき、ゲートウェイの鍵を次の通信から拒否します。機器の初期化は現地で行います。",
            "Refuses the key of a gateway from its next request on, where it was stolen or is given away. "
            "The box itself is reset where it stands.",
        ),
        Name("鍵を失効させる", "Revoke its key"),
        (_GATEWAY, _HUB, _CA),
        in_journey=False,
        needs_hub=True,
    ),
)  # fmt: skip

TASK = {task.id: task for task in TASKS}


def order(task: str, values: Mapping[str, str]) -> Order:
    """Return the call of the tool for a task; `values` hold what its fields hold."""
    words = {key: text.strip() for key, text in values.items()}
    made = [task, *_ARGUMENTS[task](words), "--json"]
    needs_hub = TASK[task].needs_hub
    given = f"{words['hosts']}\n" if task == "update" else ""
    if "code" in (field.key for field in TASK[task].fields):
        given = f"{words['code']}\n"
    arguments = ["update", "fleet", *made[1:]] if task == "update" else made
    if task in {"firmware", "esp"}:
        arguments = ["firmware", "update" if task == "firmware" else "esp", *made[1:]]
    return Order(task, tuple(arguments), given, needs_hub)


def _option(name: str, text: str) -> list[str]:
    return [f"--{name}", text] if text else []


def _at_hub(words: Mapping[str, str]) -> list[str]:
    return ["--hub", words["hub"], "--key-file", _ONE_LINE, *_option("hub-ca", words["hub_ca"])]


def _discover(words: Mapping[str, str]) -> list[str]:
    host = words["ask_host"]
    return ["--host", host, *_option("port", words["claim_port"])] if host else []


def _claim(words: Mapping[str, str]) -> list[str]:
    port = _option("port", words["claim_port"])
    return [words["host"], *_at_hub(words), "--code", _ONE_LINE, *port]


def _replace(words: Mapping[str, str]) -> list[str]:
    return [*_claim(words), "--gateway", words["gateway"]]


def _commission(words: Mapping[str, str]) -> list[str]:
    named = [word for name in words["devices"].split() for word in ("--device", name)]
    return [
        *("--config", words["config"], "--edge", words["edge"], "--record", words["record"]),
        *_option("ssh", words["ssh"]),
        *_option("service", words["service"]),
        *_option("scan", words["scan"]),
        *_option("secrets", words["secrets"]),
        *_option("by", words["by"]),
        *named,
    ]


def _update(words: Mapping[str, str]) -> list[str]:
    options = ["--hosts", _ONE_LINE, "--run", words["run"], "--record", words["fleet_record"]]
    wanted = [*_option("version", words["version"]), *_option("tolerate", words["tolerate"])]
    return [words["source"], *options, *wanted]


def _firmware(words: Mapping[str, str]) -> list[str]:
    return [words["image"], "--key", words["key"], "--board", words["board"], "--to", words["to"]]


_ARGUMENTS: Mapping[str, Callable[[Mapping[str, str]], list[str]]] = {
    "discover": _discover,
    "claim": _claim,
    "commission": _commission,
    "report": lambda words: ["--record", words["record"], "--pdf", words["pdf"]],
    "update": _update,
    "firmware": _firmware,
    "fleet": _at_hub,
    "esp": lambda words: [
        words["esp_image"],
        "--port",
        words["esp_port"],
        "--offset",
        words["offset"],
    ],
    "replace": _replace,
    "revoke": lambda words: [words["gateway"], *_at_hub(words)],
}
