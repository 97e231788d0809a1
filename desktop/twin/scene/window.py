"""The off-screen render window: made once per scene, read back as an array."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import TYPE_CHECKING

import numpy as np
import vtkmodules.vtkRenderingOpenGL2  # noqa: F401  # registers the OpenGL classes
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkLogger, vtkUnsignedCharArray

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from vtkmodules.vtkRenderingCore import vtkRenderer, vtkRenderWindow

CHOICE = "SMART_AREA_RENDER"  # egl, osmesa or auto
_SAMPLES = 4
_OSMESA = ("libOSMesa.so.8", "libOSMesa.so.6", "libOSMesa.so", "osmesa.dll", "libOSMesa.dylib")


class NoPicture(Exception):
    """This machine gives no OpenGL context; the twin says so instead of drawing."""


class PictureWindow:
    """One off-screen window with one renderer."""

    def __init__(self, renderer: vtkRenderer) -> None:
        self._window = _new_window(os.environ.get(CHOICE, ""))
        self._window.SetOffScreenRendering(1)
        self._pixels = vtkUnsignedCharArray()
        if not _gives_opengl(self._window):
            raise NoPicture
        self._window.AddRenderer(renderer)

    def picture(self, width: int, height: int, *, fine: bool = True) -> NDArray[np.uint8]:
        """Render and return (height, width, 4) red, green, blue, alpha; the first row on top.

        Smooth edges (`fine`) take twice the time on a machine without a graphics card.
        """
        self._window.SetMultiSamples(_SAMPLES if fine else 0)
        self._window.SetSize(width, height)
        self._window.Render()
        self._window.GetRGBACharPixelData(0, 0, width - 1, height - 1, 0, self._pixels, 0)
        rows = vtk_to_numpy(self._pixels).reshape(height, width, 4)
        return np.ascontiguousarray(rows[::-1])

    def close(self) -> None:
        """Give the context back."""
        self._window.Finalize()


def _gives_opengl(window: vtkRenderWindow) -> bool:
    """Try to open a context, without VTK's lines on why it fails: the widget says it better."""
    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_OFF)
    try:
        return bool(window.SupportsOpenGL())
    finally:
        vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_INFO)


def _new_window(choice: str) -> vtkRenderWindow:
    """Return a window of one class per process: mixing GLX and EGL breaks both."""
    if choice == "osmesa":
        if not any(_loads(name) for name in _OSMESA):  # without it VTK 9.7 ends the process
            raise NoPicture
        from vtkmodules.vtkRenderingOpenGL2 import vtkOSOpenGLRenderWindow  # noqa: PLC0415  # not on every system

        return vtkOSOpenGLRenderWindow()
    if sys.platform.startswith("linux") and choice in {"", "egl"}:
        from vtkmodules.vtkRenderingOpenGL2 import vtkEGLRenderWindow  # noqa: PLC0415  # not on every system

        return vtkEGLRenderWindow()
    from vtkmodules.vtkRenderingCore import vtkRenderWindow  # noqa: PLC0415  # not on every system

    return vtkRenderWindow()


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
