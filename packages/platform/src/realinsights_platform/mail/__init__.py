"""Mail: handed to a server that sends it, or to nobody."""
