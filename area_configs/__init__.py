"""The vocabulary of an area: what its people, devices, quantities and files are called."""
