"""Files: documents with versions, what is written in them, and who may have them."""
