"""Cards: what a gateway needs for its first boot, written to a card or image and read back."""
