"""Imports of tapes: requested, run in the background, resumed after a kill, undone.

The pipeline, in order:

- `requests`: a file's bytes and options in, an `Import` document and `ImportRequested` out, in the caller's unit of
  work; `mappings` keeps how a header is read.
- `jobs`: `ImportRequested` from the service's own stream in, the import run to its end, one at a time per
  organization; whoever takes over goes on from what is stored. `progress` tells who watches, in any process.
- `running`: inspects the file, then hands its rows on and finds the loans left out. `reading_process` reads it
  (`tapes`: bytes to statements) beside the server, within limits.
- `storing`: takes rows and drives the five stages, chunk by chunk, several chunks under way at once:
    1. `stored_state`: reads what the organization has of a chunk's loans.
    2. `drafting_process`: carries rows and state to where they are drafted, a thread or another process.
    3. `planning`: plans each row with `statement_changes` (statements before and after to changed documents and
       events), which rests on `loan_from_statements` (statements to a loan and its months).
    4. `drafting`: makes of the plan a prepared unit of work, with the chunk's rows and the import's progress.
    5. `storing` commits the unit; where somebody changed a loan meanwhile, the chunk is drafted again.
- `undoing`: an `Import` to be undone in, chunk by chunk from the last; `withdrawing` takes back one row,
  `other_imports` finds what others say too, `orphans` deletes what nothing refers to any more.
- `resources`: what all of them are given.
"""
