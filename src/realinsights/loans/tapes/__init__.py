"""Tapes: a servicer's file, bytes to statements. Pure: no store, no clock, no network.

`reading` opens a file of either format; `ex102` and `csv_tape` are the formats; `statement` is what both yield.
"""
