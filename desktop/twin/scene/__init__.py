"""The scene: layers in a renderer, the camera on them, and the picture that comes out."""

from desktop.twin.scene.camera import MapCamera
from desktop.twin.scene.scene import Scene
from desktop.twin.scene.window import NoPicture

__all__ = ["MapCamera", "NoPicture", "Scene"]
