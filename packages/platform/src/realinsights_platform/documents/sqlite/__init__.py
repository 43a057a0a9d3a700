"""Documents in one SQLite file per service: one writer thread, and each commit on disk before it counts."""

from realinsights_platform.documents.sqlite.documents import SqliteDocuments

__all__ = ["SqliteDocuments"]
