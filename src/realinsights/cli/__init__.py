"""The command line: `realinsights up | import | portfolio | loans | schedule | journal | export | login`."""
