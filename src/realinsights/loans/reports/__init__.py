"""Reports of loans as sheets of cells, and the files made of them.

`lines` computes what one loan shows, `sheets` has a module for each kind of report, `workbook` and `printed` write
files. All of it is pure but for the files; `service/reports` runs it in a process of its own.
"""
