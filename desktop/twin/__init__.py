"""The 3D twin: city files below, one Qt widget with VTK inside above."""
