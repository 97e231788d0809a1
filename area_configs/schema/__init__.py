"""What area files and device profiles may hold: shapes that a TOML file is checked against."""
