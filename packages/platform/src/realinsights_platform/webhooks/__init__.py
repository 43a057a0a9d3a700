"""Webhooks: signed messages to addresses that others name, by Standard Webhooks (standardwebhooks.com)."""
