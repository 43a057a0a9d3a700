"""Real Insights: commercial-real-estate debt, right to the cent."""
