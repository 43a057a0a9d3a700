"""Entities and rules: organizations, people, sessions, links, signing keys, and how fast one may guess."""
