"""Answers: finished ones, problem details, events, tables, and the headers that go with them."""
