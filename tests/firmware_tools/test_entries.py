"""What people enter for cards: mistakes that would show at the first boot only are refused at the desk."""

from __future__ import annotations

import json
import random
import stat

import pytest
import typer.testing

from firmware_tools.cli import app
from firmware_tools.image import batch, entries
from firmware_tools.image.batch import Batch, Plan
from firmware_tools.image.first_boot import Card, Wifi, files
from firmware_tools.image.package import read_package
from firmware_tools.sentences import Refused
from tests.firmware_tools import cards
from tests.firmware_tools.test_release_keeper import snapshot

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB6yAmFEQZZTF8K6hN1Mv8qC9SQO3DVXGsgnRvJPnzLm ann@laptop"


@pytest.mark.parametrize(
    ("ssid", "password", "country"),
    [
        ("Hall", "short", "JP"),
        ("Hall", "x" * 64, "JP"),
        ("Hall", "eight888", "Japan"),
        ("Hall", "eight888", "jp"),
        ("広場" * 6, "eight888", "JP"),
    ],
)
def test_a_network_that_no_board_could_join_has_a_fault(ssid, password, country):
    fault = entries.wifi_fault(ssid, password, country)
    assert fault
    assert not fault.ja.isascii()


@pytest.mark.parametrize("password", ["", "eight888", "x" * 63, "aB" * 32])
def test_open_networks_passphrases_and_raw_keys_are_right(password):
    assert entries.wifi_fault("Hall", password, "JP") is None


def test_a_raw_key_goes_onto_the_card_as_it_is():
    card = Card("gw-a", "12345678", wifi=Wifi("Hall", "AB" * 32))
    assert f'password: "{"ab" * 32}"' in files(card, "trixie")["network-config"].decode()


def test_a_public_key_is_taken_and_nothing_else():
    assert entries.checked_public_key(f"{KEY}\n", "id.pub") == KEY
    private = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n-----END"
    cut = KEY.replace("AAAAC3NzaC1lZDI1NTE5", "AAAA")
    for text in ("", "hello", private, f"{KEY}\n{KEY}", cut, KEY.replace("ed25519 ", "rsa ")):
        with pytest.raises(Refused) as refused:
            entries.checked_public_key(text, "id.pub")
        assert refused.value.code == "bad_table"


def test_the_package_of_the_board_is_taken_and_no_other(tmp_path):
    right = cards.package(tmp_path / "right.deb", 100)
    assert read_package(right) == right.read_bytes()
    for name, arch in (("area-edge", "amd64"), ("area-hub", "arm64")):
        with pytest.raises(Refused) as refused:
            read_package(cards.package(tmp_path / "other.deb", name=name, arch=arch))
        assert refused.value.code == "other_package"
        assert f"{name} ({arch})" in refused.value.words("ja")
    whole = right.read_bytes()
    for content in (b"", b"hello", whole[:50], whole[:-20], whole[:8] + b"x" * 60):
        right.write_bytes(content)
        with pytest.raises(Refused) as refused:
            read_package(right)
        assert refused.value.code == "bad_table"


def image(*arguments: object) -> dict[str, str]:
    """Write a card as a program asks for it; return what is refused."""
    found = typer.testing.CliRunner().invoke(app, ["image", *map(str, arguments), "--json"])
    assert found.exit_code == 2, found.output
    return json.loads(found.stdout)


@pytest.mark.parametrize(
    "options",
    [
        ("--hub-ca", "text"),
        ("--ssh-key", "text"),
        ("--ssh-key", "missing"),
        ("--package", "text"),
        ("--package", "missing"),
        ("--wifi-password-file", "text"),
        ("--wifi-ssid", "Hall", "--wifi-password-file", "empty"),
        ("--wifi-ssid", "Hall", "--wifi-password-file", "binary"),
        ("--label", "folder"),
        ("--label", "missing/label.pdf"),
    ],
)
def test_a_wrong_file_is_named_and_the_card_stays_as_it_was(tmp_path, monkeypatch, options):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text").write_text("hello\n")
    (tmp_path / "empty").touch()
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "folder").mkdir()
    target = cards.folder(tmp_path / "card", "trixie")
    before = snapshot(tmp_path)
    told = image(target, "--gateway", "gw-a", *options)
    assert told["en"].endswith("Nothing was changed.")
    assert options[-1] in told["en"] or options[0] in told["en"]
    assert "Errno" not in told["en"]
    assert snapshot(tmp_path) == before


def test_a_label_is_there_before_its_card_and_the_one_before_stays(tmp_path):
    target = cards.folder(tmp_path / "card", "bookworm")
    label = tmp_path / "gw-a.pdf"
    label.write_bytes(b"on the box")
    (target / "config.txt").unlink()
    told = image(target, "--gateway", "gw-a", "--label", label)
    assert told["refused"] == "half_card"
    assert label.read_bytes() == b"on the box"
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["gw-a.pdf"]


@pytest.mark.parametrize("option", ["--gateway", "--wifi-ssid", "--label"])
def test_an_option_of_one_card_is_no_option_of_a_table(tmp_path, option):
    table = tmp_path / "table.csv"
    table.write_text("gateway\ngw-a\n")
    told = image(tmp_path / "base.img", "--csv", table, option, "x")
    assert option in told["en"]
    assert "--csv" in told["ja"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("gateway,wifi_pass\ngw-a,x\n", "wifi_pass"),
        ("gateway;wifi_ssid\ngw-a;Hall\n", "gateway;wifi_ssid"),
        ("gateway,wifi_ssid,wifi_password\ngw-a,,\ngw-b,Hall,short\n", "line 3"),
        ("gateway\ngw-a\ngw-b,surplus\n", "line 3"),
        ("gateway\ngw-a\n\ngw-a\n", "gw-a"),
    ],
)
def test_a_mistake_in_a_table_is_told_with_its_place(tmp_path, text, place):
    table = tmp_path / "table.csv"
    table.write_text(text)
    with pytest.raises(Refused) as refused:
        batch.read_table(table)
    assert place in refused.value.words("en")


@pytest.mark.parametrize("content", [b"broken\n", bytes(range(256)), b"gateway,code\ngw-a,1\n"])
def test_codes_that_cannot_be_read_are_not_made_anew(tmp_path, content):
    out = tmp_path / "out"
    out.mkdir()
    (out / "result.csv").write_bytes(content)
    base = cards.image(tmp_path / "base.img", "trixie")
    work = Batch(out, Plan(base), random.Random(1).randrange).run(
        [{"gateway": "gw-a"}], Card("", "")
    )
    with pytest.raises(Refused):
        next(work)
    assert [one.name for one in out.iterdir()] == ["result.csv"]
    assert (out / "result.csv").read_bytes() == content


def test_a_base_that_is_no_image_ends_a_table_before_its_first_card(tmp_path):
    out = tmp_path / "out"
    for target in (cards.folder(tmp_path / "card", "trixie"), tmp_path / "missing.img"):
        work = Batch(out, Plan(target), random.Random(1).randrange).run(
            [{"gateway": "gw-a"}], Card("", "")
        )
        with pytest.raises(Refused):
            next(work)
        assert not out.exists()


def test_what_holds_codes_is_for_this_user_only(tmp_path):
    base = cards.image(tmp_path / "base.img", "trixie")
    out = tmp_path / "out"
    list(
        Batch(out, Plan(base), random.Random(1).randrange).run([{"gateway": "gw-a"}], Card("", ""))
    )
    assert {stat.S_IMODE(one.stat().st_mode) for one in out.iterdir()} == {0o600}
