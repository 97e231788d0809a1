"""Updates: signed releases, checked before a byte is written, switched atomically, taken back by themselves."""
