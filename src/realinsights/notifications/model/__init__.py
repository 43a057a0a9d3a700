"""Models: frozen values and rules of what is told to whom."""
