"""People, organisations, sessions and permissions.

Owns organisations, users, sessions, invitations and signing keys. Publishes nothing yet. Listens to nothing.
"""
