"""The command line: a client of the product's own HTTP interface, on a running server or on a data folder."""
