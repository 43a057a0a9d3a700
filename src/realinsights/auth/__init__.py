"""People, organizations, sessions and permissions.

Owns organizations, users, credentials, sessions, invitations, signing keys and the directory of e-mail addresses.
Publishes what `contracts/auth.py` names, so far to its own journal's readers only. Listens to nothing.
"""
