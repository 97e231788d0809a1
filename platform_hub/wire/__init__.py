"""Pure codecs of everything that crosses the network between our applications."""
