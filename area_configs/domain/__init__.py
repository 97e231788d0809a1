"""Domain values of an area: frozen, standard library only."""
