"""The alarm's sound: a true WAV file, a player where there is one, the beep where there is none."""

from __future__ import annotations

import sys
import wave

from desktop.bridge.sound import Sound, write_alarm


def test_the_sound_is_short_and_neither_silent_nor_clipped(tmp_path):
    write_alarm(str(tmp_path / "a.wav"))
    with wave.open(str(tmp_path / "a.wav")) as file:
        seconds = file.getnframes() / file.getframerate()
        samples = memoryview(file.readframes(file.getnframes())).cast("h")
    assert 0.5 < seconds < 1.5
    assert 8000 < max(samples) < 32767


def test_without_a_player_the_beep_is_asked_for(qapp, qtbot):  # noqa: ARG001  # an application must exist
    sound = Sound(())
    with qtbot.waitSignal(sound.silent):
        sound.play()
    assert sound.output == ""


def test_a_player_gets_the_file_and_one_that_fails_is_replaced_by_the_beep(qtbot, tmp_path):
    script = "import sys, shutil; shutil.copy(sys.argv[2], sys.argv[1])"
    sound = Sound((sys.executable, "-c", script, str(tmp_path / "heard.wav")))
    with qtbot.waitSignal(sound._playing.finished, timeout=10_000):
        sound.play()
    assert (tmp_path / "heard.wav").stat().st_size > 10_000
    sound.close()
    missing = Sound(("/no/such/player",))
    with qtbot.waitSignal(missing.silent):
        missing.play()
