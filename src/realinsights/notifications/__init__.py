"""Notifications: critical dates of loans, and who is told of what.

It follows the loans service, whose terms its dates are computed from, and hears from auth who may see nothing any more.
"""
