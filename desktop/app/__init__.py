"""The composition root of the console: `run` opens it, or writes its pictures."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from area_configs.domain.errors import HubRejected, HubUnavailable
from desktop.app.collector import Collector
from desktop.app.console import Console
from desktop.app.crashes import Crashes
from desktop.app.picture_run import BAD_USE, DONE, UNREACHABLE, PictureRun
from desktop.settings import SHOW_ANEW
from desktop.views.theme import body_font, load_fonts
from platform_hub.client import HubClient

if TYPE_CHECKING:
    from desktop.settings import ConsoleSettings

FAILED, INTERRUPTED = 1, 130


def run(settings: ConsoleSettings) -> int:
    """Open the console, or write its pictures; return the exit status.

    It is 1 where an error of our own happened meanwhile, even if the window stayed open.
    """
    if settings.screenshot is not None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        if status := _hub_missing(settings):
            return status
    application = application_of_this_process()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: application.exit(INTERRUPTED))
    collector = Collector(application)
    with Crashes() as crashes:
        status = SHOW_ANEW
        while status == SHOW_ANEW:
            collector.settle()
            status, settings = _one_console(settings, application)
    return FAILED if crashes.count and status == DONE else status


def _one_console(
    settings: ConsoleSettings, application: QApplication
) -> tuple[int, ConsoleSettings]:
    """Open a console and return how its event loop ended, and what would open after it."""
    console = Console(settings, application)
    try:
        console.start()
        if settings.screenshot is not None:
            picture_run = PictureRun(console, settings.screenshot, settings.wait_s)
            picture_run.start()
        elif not (settings.key or console.preferences.kept.welcomed):
            console.habits.greet()  # a key file is somebody's who knows the console
        return application.exec(), console.successor
    finally:
        console.close()


def application_of_this_process() -> QApplication:
    """Return the one application of this process, dressed in our fonts."""
    qInstallMessageHandler(_log_qt)
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication([])
    application.setApplicationName("area-console")
    application.setStyle("Fusion")
    load_fonts()
    application.setFont(body_font())
    return application


def _log_qt(_kind: object, _context: object, message: str) -> None:
    """Pass on what Qt has to say, but for what the offscreen platform says at every window."""
    if "propagateSizeHints" not in message:
        print(message, file=sys.stderr)  # noqa: T201  # talk


def _hub_missing(settings: ConsoleSettings) -> int:
    """Ask the hub once; where it is not there or refuses, say so and return the exit status."""
    client = HubClient(settings.hub, settings.key)
    try:
        client.gateways()
    except HubUnavailable as error:
        print(error, file=sys.stderr)  # noqa: T201  # talk
        return UNREACHABLE
    except HubRejected as error:
        print(error, file=sys.stderr)  # noqa: T201  # talk
        return BAD_USE
    finally:
        client.close()
    return DONE
