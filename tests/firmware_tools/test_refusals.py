"""Bad input, one row each: refused by a sentence in both languages that says what to do, nothing changed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import typer
import typer.testing

from area_configs.command_line import group
from area_configs.domain.errors import HubRejected
from edge_agent.configuration import joining
from firmware_tools import cli
from firmware_tools.claim import read_label
from firmware_tools.cli.shell import explained
from firmware_tools.firmware import mcuboot_image
from firmware_tools.image import batch
from firmware_tools.image.batch import Plan
from firmware_tools.image.first_boot import Card
from firmware_tools.update import release_keeper
from firmware_tools.update.signed_releases import Machine
from platform_hub.client.errors import HubUntrusted
from platform_hub.server.governance.certificates import CertificateFolder
from platform_hub.wire import claiming
from tests.firmware_tools import cards
from tests.firmware_tools.test_claim import NOW_US, Area, Box, attempt, desk
from tests.firmware_tools.test_firmware import BOARD, forge  # noqa: F401  # a fixture
from tests.firmware_tools.test_release_keeper import snapshot
from tests.firmware_tools.test_update import NOW, Works, _flip

if TYPE_CHECKING:
    from pathlib import Path

CARD = Card("gw-0001", "48213907", "", seed="ab12cd34")
NOTHING = ("Nothing was changed.", "何も変更していません。")


_ENGLISH = re.compile(r"([a-z']{2,} ){3}")  # words in a row; names, commands and paths are none

Attempt = Callable[[], object]  # what a person does


def _claim(folder: Path, area: Area, code: str = "48213907", gateway: str = "") -> Attempt:
    box = Box(folder)

    def claim() -> None:
        with box.waiting() as link:
            attempt(link, area, code, gateway)

    return claim


def _known(folder: Path) -> Attempt:
    area = Area()
    area.key_id = "kid"
    return _claim(folder, area)


def _other_hub(folder: Path) -> Attempt:
    certificates = CertificateFolder(folder / "hub")
    certificates.found("harumi", [], NOW_US)
    box = Box(folder, hub_ca=claiming.authority_hash(certificates.ca.read_text()))

    def claim() -> None:
        with box.waiting() as link:
            desk(Area()).claim(link, read_label("48213907"), again=False)

    return claim


def _half_card(folder: Path) -> Attempt:
    target = cards.image(folder / "card", "trixie")
    target.write_bytes(target.read_bytes()[: cards.START * 512])
    return lambda: batch.write_card(CARD, Plan(target))


def _full_card(folder: Path) -> Attempt:
    big = cards.package(folder / "area-edge.deb", 8 << 20)
    target = cards.image(folder / "card", "trixie")
    return lambda: batch.write_card(CARD, Plan(target, package=big))


def _offered(folder: Path, **release: Any) -> Attempt:
    works = Works(folder)
    works.publish(**release)
    return works.install


def _tampered(folder: Path) -> Attempt:
    install = _offered(folder)
    _flip(next((folder / "stick" / "targets").iterdir()))
    return install


def _unsigned(folder: Path) -> Attempt:
    install = _offered(folder)
    file = folder / "stick" / "metadata" / "targets.json"
    said = json.loads(file.read_text())
    next(iter(said["signed"]["targets"].values()))["custom"]["board"] = "evil"
    file.write_text(json.dumps(said))
    return install


def _same_again(folder: Path) -> Attempt:
    works = Works(folder)
    works.publish()
    return lambda: works.install(machine=Machine(("raspberrypi,4-model-b",), "arm64", "1.1.0"))


def _no_stick(folder: Path) -> Attempt:
    works = Works(folder)
    return lambda: works.install(source=folder / "none")


CASES: dict[str, tuple[str, Callable[[Path], Attempt]]] = {
    "wrong code": ("wrong_code", lambda at: _claim(at, Area(), "00000000")),
    "no code": ("bad_table", lambda at: _claim(at, Area(), "4821")),
    "used code": ("used_code", _known),
    "other box": ("other_gateway", lambda at: _claim(at, Area(), gateway="gw-x")),
    "wrong clock": ("wrong_clock", lambda at: _claim(at, Area(skew_us=300_000_000))),
    "other hub": ("other_hub", _other_hub),
    "half-written card": ("half_card", _half_card),
    "full card": ("disk_full", _full_card),
    "tampered bundle": ("tampered", _tampered),
    "foreign signature": ("unsigned", _unsigned),
    "expired": ("expired", lambda at: _offered(at, at=NOW - timedelta(days=91))),
    "wrong board": ("wrong_board", lambda at: _offered(at, board="other")),
    "older version": ("older_version", _same_again),
    "too old": ("too_old", lambda at: _offered(at, version="2.0", min_from="1.5")),
    "nothing there": ("no_release", _no_stick),
}


def _told(tried: Attempt) -> dict[str, str]:
    """Return what the tool writes for programs when an attempt is refused."""
    app = group("area-tech", "One attempt.")

    @app.command()
    @explained
    def once(as_json: bool = typer.Option(False, "--json")) -> None:  # noqa: ARG001  # as all have it
        tried()

    found = typer.testing.CliRunner().invoke(app, ["--json"])
    assert found.exit_code in {2, 4}, found.output
    assert "Traceback" not in found.output
    return json.loads(found.stdout)


def _is_a_sentence(told: dict[str, str]) -> None:
    for text, nothing in zip((told["en"], told["ja"]), NOTHING, strict=True):
        assert text.endswith(nothing), text
        assert len(text) > len(nothing) + 10
        assert "{" not in text
    assert not told["ja"].isascii()
    assert not _ENGLISH.search(told["ja"]), "a reason stands there in English"


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_in_both_languages_and_nothing_changed(tmp_path, case):
    code, prepare = CASES[case]
    tried = prepare(tmp_path)
    before = _seen(tmp_path)
    told = _told(tried)
    assert told["refused"] == code
    _is_a_sentence(told)
    assert _seen(tmp_path) == before


@pytest.mark.logs("the claim came to nothing")
def test_a_gateway_without_room_is_told_and_claimed_later(tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    box, area = Box(tmp_path), Area()
    with monkeypatch.context() as patch:
        patch.setattr(joining, "replace_durably", full)
        with box.waiting() as link:
            told = _told(lambda: attempt(link, area))
    assert told["refused"] == "gateway_full"
    _is_a_sentence(told)
    assert box.untouched()
    assert not area.registered
    again = Box(tmp_path)
    with again.waiting() as link:
        attempt(link, area)
    assert again.result is True


def _never() -> Attempt:
    area = Area()
    area.gateway = lambda _: _raise(HubRejected("no such gateway", 404))  # type: ignore[method-assign]  # as a hub says
    return lambda: desk(area)._known("gw-0001")


def _raise(error: Exception) -> Any:
    raise error


@pytest.mark.parametrize(
    ("tried", "code"),
    [
        (lambda: _raise(HubRejected("/login refused", 401)), "not_signed_in"),
        (lambda: _raise(HubRejected("/key refused", 403)), "not_allowed"),
        (_never(), "unknown_gateway"),
        (lambda: _raise(HubUntrusted("no", "verify failed: expired (_ssl.c:1)")), "hub_untrusted"),
    ],
)
def test_what_the_hub_refuses_is_told_in_both_languages(tried, code):
    told = _told(tried)
    assert told["refused"] == code
    _is_a_sentence(told)
    assert "_ssl" not in told["en"]


def test_a_reason_that_the_hub_gives_in_two_languages_is_passed_on():
    words = {"en": "the plan has ended", "ja": "計画は終わりました"}
    told = _told(lambda: _raise(HubRejected("/x refused", 409, words)))
    assert "the plan has ended" in told["en"]
    assert "計画は終わりました" in told["ja"]


def test_a_file_that_nobody_thought_of_still_ends_in_a_sentence(tmp_path):
    told = _told((tmp_path / "missing").read_bytes)
    assert told["refused"] == "file"
    assert "missing: there is no such file or folder." in told["en"]
    assert not told["ja"].isascii()


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("image", "card"), "--gateway"),
        (("claim", "127.0.0.1", "--hub", "http://127.0.0.1:9"), "--user"),
        (("revoke", "gw-a", "--hub", "http://127.0.0.1:9", "--user", "ann"), "--password-file"),
    ],
)
def test_where_nobody_can_be_asked_the_option_is_named(words, option):
    found = typer.testing.CliRunner().invoke(cli.app, [*words, "--json"])
    told = json.loads(found.stdout)
    assert (found.exit_code, told["refused"]) == (2, "question")
    assert option in told["en"]
    assert not _ENGLISH.search(told["ja"])


def test_a_full_disk_of_a_running_gateway_is_told_before_a_byte(tmp_path, monkeypatch):
    install = _offered(tmp_path)
    before = _seen(tmp_path)
    monkeypatch.setattr(release_keeper, "free_bytes", lambda _: 1000)
    told = _told(install)
    assert told["refused"] == "disk_full"
    _is_a_sentence(told)
    assert _seen(tmp_path) == before


@pytest.mark.parametrize(
    ("damage", "board", "code"),
    [
        (lambda content: content[:100], BOARD, "bad_firmware"),
        (lambda content: bytes([*content[:2000], content[2000] ^ 1, *content[2001:]]), BOARD, "bad_firmware"),
        (lambda content: content, "other_board", "wrong_board"),
    ],
)  # fmt: skip
def test_firmware_is_refused_before_a_device_is_asked(forge, tmp_path, damage, board, code):  # noqa: F811  # the fixture
    file = tmp_path / "image.bin"
    file.write_bytes(damage(forge["new"].read_bytes()))

    def check() -> None:
        image = mcuboot_image.read(file)
        mcuboot_image.verify(image, forge["folder"] / "ed25519.pub")
        mcuboot_image.check_board(image, board)

    told = _told(check)
    assert told["refused"] == code
    _is_a_sentence(told)


def _seen(folder: Path) -> dict[str, object]:
    """Return what is there, but for the tries: one is counted before it is answered, on purpose."""
    found = snapshot(folder)
    return {name: content for name, content in found.items() if name.split("/")[0] != "data"} | {
        name: content
        for name, content in found.items()
        if name.startswith("data/") and name != "data/claim.json"
    }
