"""Redis: what the adapters of the cache, limits and streams share: URLs, clients, deadlines and scripts."""
