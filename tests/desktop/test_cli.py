"""The command line: quick help, and one clear sentence for every wrong start."""

from __future__ import annotations

import subprocess
import sys

import pytest

QT = "PySide6"


def console(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "desktop", *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
        env={"PATH": "/usr/bin:/bin", **environment},
    )


@pytest.mark.slow
def test_help_is_quick_and_knows_no_qt():
    probe = (
        "import sys\nfrom desktop.cli import app\n"
        "try:\n    app(['--help'])\nexcept SystemExit: pass\n"
        "print([n for n in ('PySide6', 'vtkmodules', 'numpy', 'requests') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", probe], check=True, capture_output=True, text=True)
    assert "--screenshot" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--page", "nowhere"], "overview"),
        (["--language", "fr"], "'ja'"),
        (["--area", "nowhere"], "nowhere"),
        (["--hub", "ftp://hub"], "http://host:port"),
        (["--hub", "http://hub:99999"], "http://host:port"),
        (["--key-file", "/nowhere/key"], "/nowhere/key"),
        ([], "--screenshot"),  # no screen here
    ],
)
def test_a_wrong_start_is_one_sentence_and_status_2(arguments, words):
    done = console(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.slow
def test_an_empty_key_file_is_refused(tmp_path):
    key = tmp_path / "key"
    key.write_text("\n")
    done = console("--key-file", str(key))
    assert done.returncode == 2
    assert "is empty" in done.stderr


@pytest.mark.slow
def test_every_mistake_of_an_area_file_is_told(tmp_path):
    (tmp_path / "area.toml").write_text('id = "x"\nnonsense = 1\n')
    done = console("--area", str(tmp_path))
    assert done.returncode == 2
    assert done.stderr.count("area.toml") > 2
