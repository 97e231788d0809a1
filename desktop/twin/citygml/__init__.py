"""City files: CityGML 2 and 3 in PLATEAU's form become buildings and triangles, without a screen."""

from desktop.twin.citygml.features import Feature
from desktop.twin.citygml.features import Feature as Building
from desktop.twin.citygml.floods import FloodZone
from desktop.twin.citygml.frames import Frame
from desktop.twin.citygml.geometry import Mesh
from desktop.twin.citygml.kinds import KINDS
from desktop.twin.citygml.model import CityModel, Surface
from desktop.twin.citygml.progress import ReadingStopped
from desktop.twin.citygml.reader import read
from desktop.twin.citygml.skins import Image, Material, Skin

__all__ = [
    "KINDS",
    "Building",
    "CityModel",
    "Feature",
    "FloodZone",
    "Frame",
    "Image",
    "Material",
    "Mesh",
    "ReadingStopped",
    "Skin",
    "Surface",
    "read",
]
