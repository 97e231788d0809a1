"""Builds what is installed: frozen programs, packages, their bills of materials and licences."""
