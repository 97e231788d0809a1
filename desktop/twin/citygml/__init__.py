"""City files: CityGML 2 and 3 in PLATEAU's form become buildings and triangles, without a screen."""

from desktop.twin.citygml.frames import Frame
from desktop.twin.citygml.model import Building, CityModel, Mesh, Surface
from desktop.twin.citygml.reader import read

__all__ = ["Building", "CityModel", "Frame", "Mesh", "Surface", "read"]
