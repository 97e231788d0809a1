"""Why a plan is as it is: what binds, what one more unit would bring, in words."""
