"""Documents in MongoDB: each unit of work is one transaction, its journal entry included."""

from realinsights_platform.documents.mongo.documents import MongoDocuments

__all__ = ["MongoDocuments"]
