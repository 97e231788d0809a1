"""The layers of the twin; none knows another, `registry` names them all."""
