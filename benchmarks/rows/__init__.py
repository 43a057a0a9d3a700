"""The rows of the table: each measures one thing and its reference."""
