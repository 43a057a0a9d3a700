"""Commercial-real-estate loan mathematics: exact, pure, no clock, no I/O."""
