"""From plant, forecast and tariff to the arrays of a mixed-integer program and back."""
