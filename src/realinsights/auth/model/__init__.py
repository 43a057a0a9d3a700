"""Entities and rules: organizations, people, sessions, invitations, signing keys, and how fast one may guess."""
