"""The area console: the only package with Qt and VTK."""
