"""Cards: first-boot files against golden ones, real FAT images, and what is refused."""

from __future__ import annotations

import csv
import json
import random
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import typer.testing

from firmware_tools.cli import app
from firmware_tools.image import batch, boot_partition, first_boot, labels
from firmware_tools.image.batch import Batch, Plan
from firmware_tools.image.first_boot import Card, Wifi
from firmware_tools.sentences import SENTENCES, Refused
from tests.firmware_tools import cards

GOLDEN = Path(__file__).with_name("golden")
CARD = Card(
    "gw-0001",
    "48213907",
    "ab" * 32,
    ssh_key="ssh-ed25519 AAAAC3Nz ann's laptop",
    wifi=Wifi('Plaza "2"', "it's secret"),
    package="area-edge.deb",
    package_sha256="cd" * 32,
    seed="golden",
)
GENERATIONS = ("bookworm", "trixie")
KINDS = {"image": cards.image, "folder": cards.folder}


@pytest.mark.parametrize("generation", GENERATIONS)
def test_first_boot_files_are_the_golden_ones(generation):
    found = first_boot.files(CARD, generation)
    found["cmdline.txt"] = first_boot.command_line(
        cards.LINES[generation], CARD, generation
    ).encode()
    golden = GOLDEN / generation
    expected = {
        str(f.relative_to(golden)): f.read_bytes() for f in golden.rglob("*") if f.is_file()
    }
    assert found == expected


def test_the_script_is_one_that_a_shell_takes():
    script = first_boot.files(CARD, "bookworm")["firstrun.sh"]
    assert subprocess.run(["/bin/bash", "-n"], input=script, check=False).returncode == 0


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_card_is_written_and_read_back(tmp_path, generation, kind):
    target = KINDS[kind](tmp_path / "card", generation)
    written = batch.write_card(CARD, Plan(target))
    assert batch.verify_card(CARD, Plan(target)) == []
    partition = boot_partition.partition_of(target)
    line = partition.read("cmdline.txt").decode()
    assert line.count("\n") == 1
    assert ("ds=nocloud" in line) == (generation == "trixie")
    again = first_boot.command_line(line, CARD, generation)
    assert again == line, "writing a card again must not pile up"
    assert b"48213907" in written[first_boot.CLAIM_FILE]
    partition.write("meta-data" if generation == "trixie" else "firstrun.sh", b"rot")
    assert len(batch.verify_card(CARD, Plan(target))) == 1


def test_a_half_written_image_is_refused(tmp_path):
    target = cards.image(tmp_path / "card", "trixie")
    whole = target.read_bytes()
    for content, why in (
        (whole[: len(whole) // 2], "ends before"),
        (whole[:100], "partition table"),
        (bytes(len(whole)), "partition table"),
        (whole[: cards.START * 512] + bytes(cards.BLOCKS * 512), "cmdline.txt"),
    ):
        target.write_bytes(content)
        with pytest.raises(Refused, match=why) as refused:
            batch.write_card(CARD, Plan(target))
        assert refused.value.code == "half_card"
        assert target.read_bytes() == content


def test_a_full_partition_is_refused_before_a_byte(tmp_path):
    target = cards.image(tmp_path / "card", "bookworm")
    big = cards.package(tmp_path / "area-edge.deb", 8 << 20)
    before = target.read_bytes()
    with pytest.raises(Refused) as refused:
        batch.write_card(CARD, Plan(target, package=big))
    assert refused.value.code == "disk_full"
    assert target.read_bytes() == before


class Forgetful(boot_partition.Mounted):
    """A card that loses what is written to one file."""

    def write(self, path, content):
        super().write(path, b"" if path == "user-data" and content != b"old" else content)


def test_a_card_that_does_not_keep_is_put_back(tmp_path):
    target = cards.folder(tmp_path / "card", "trixie")
    (target / "user-data").write_bytes(b"old")
    files = first_boot.files(CARD, "trixie")
    with pytest.raises(Refused) as refused:
        boot_partition.put(Forgetful(target), files, "line\n")
    assert refused.value.code == "not_written"
    left = {str(f.relative_to(target)): f.read_bytes() for f in target.rglob("*") if f.is_file()}
    assert left == {**cards.shipped("trixie"), "user-data": b"old"}


def test_a_system_that_cannot_be_told_is_asked_for(tmp_path):
    target = cards.folder(tmp_path / "card", "bookworm")
    (target / "cmdline.txt").write_text("root=/dev/sda1\n")
    with pytest.raises(Refused) as refused:
        batch.write_card(CARD, Plan(target))
    assert refused.value.code == "os_unclear"
    batch.write_card(CARD, Plan(target, "bookworm"))


def test_a_label_is_a_page_and_its_link_reads_back():
    page = labels.label(CARD)
    assert page.startswith(b"%PDF-")
    assert b"/MediaBox [0 0 209.76 147.40]" in page, "a label lies on its long side"
    assert page.count(b"/Type /Page\n") == 1
    assert labels.link(CARD) == "smartarea:gw-0001?c=48213907&v=1"
    codes = {labels.new_code(random.Random(n).randrange) for n in range(50)}
    assert len(codes) == 50
    assert all(len(code) == 8 and code.isdigit() for code in codes)


TABLE = "gateway,wifi_ssid,wifi_password\ngw-a,Hall,open sesame\ngw-b,,\ngw-c,,\n"


def test_a_batch_goes_on_where_it_was_left_and_keeps_its_codes(tmp_path):
    base = cards.image(tmp_path / "base.img", "trixie")
    table = tmp_path / "table.csv"
    table.write_text(TABLE)
    rows, out = batch.read_table(table), tmp_path / "out"

    def begin(seed):
        return Batch(out, Plan(base), random.Random(seed).randrange).run(rows, Card("", ""))

    first = next(begin(1))
    assert first["state"] == "done"
    (out / "gw-a.img").write_bytes((out / "gw-a.img").read_bytes()[:5000])  # the copy was cut
    found = list(begin(2))
    assert [row["state"] for row in found] == ["done"] * 3
    assert found[0]["code"] == first["code"]
    assert len({row["code"] for row in found}) == 3
    result = out / "result.csv"
    assert stat.S_IMODE(result.stat().st_mode) == 0o600
    assert list(csv.DictReader(result.read_text().splitlines())) == found
    assert sorted(f.suffix for f in out.iterdir()) == [".csv"] + [".img"] * 3 + [".pdf"] * 3
    untouched = (out / "gw-b.img").stat().st_mtime_ns
    list(begin(3))
    assert (out / "gw-b.img").stat().st_mtime_ns == untouched


@pytest.mark.parametrize("text", ["", "gateway\n", "gateway\nGW 1\n", "gateway\na\na\n", "x\ny\n"])
def test_a_wrong_table_is_refused_as_a_whole(tmp_path, text):
    table = tmp_path / "table.csv"
    table.write_text(text)
    with pytest.raises(Refused) as refused:
        batch.read_table(table)
    assert refused.value.code == "bad_table"


def test_the_command_says_what_comes_next_and_refuses_in_both_languages(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    target = cards.folder(tmp_path / "card", "bookworm")
    runner = typer.testing.CliRunner()
    found = runner.invoke(app, ["image", str(target), "--gateway", "gw-0001", "--json"])
    assert found.exit_code == 0, found.output
    said = json.loads(found.stdout)
    assert (tmp_path / "gw-0001.pdf").is_file()
    assert said["code"] in (target / first_boot.CLAIM_FILE).read_text()
    (target / "config.txt").unlink()
    found = runner.invoke(app, ["image", str(target), "--gateway", "gw-0001", "--json"])
    said = json.loads(found.stdout)
    assert (found.exit_code, said["refused"]) == (2, "half_card")
    assert "write the image" in said["en"]
    assert "書き直して" in said["ja"]
    found = runner.invoke(app, ["image", str(target), "--no-input"])
    assert (found.exit_code, "--gateway" in found.stderr) == (2, True)


def test_every_sentence_stands_in_both_languages_with_the_same_facts():
    for code, (english, japanese) in SENTENCES.items():
        fields = [
            {part.split("}")[0] for part in text.split("{")[1:]} for text in (english, japanese)
        ]
        assert fields[0] == fields[1], code
        assert not japanese.isascii()


def test_help_names_every_task():
    found = subprocess.run(
        [sys.executable, "-m", "firmware_tools", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "image" in found.stdout
