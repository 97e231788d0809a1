"""The live stream: one feed of news, any number of followers."""
