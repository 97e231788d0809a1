"""The area editor: its tree, its map, its form, and what is asked before something is added or saved."""
