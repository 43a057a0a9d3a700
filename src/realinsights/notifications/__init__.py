"""Notifications: critical dates of loans; and what happened, told to people and programs.

It follows the loans service, whose terms its dates are computed from, and hears of everything else by events. It keeps
who is to be told, what was told to whom, and what was sent where.
"""
