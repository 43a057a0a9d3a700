"""Reports: requested, run by a worker in a process of its own, kept as files.

`requests` stores what is asked for, `running` does one run, `gathering` reads the loans of one,
`forgetting` removes those that are old.
"""
