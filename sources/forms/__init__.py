"""Our own workbooks for records: one with a sheet for each table, and one with a row for each case."""
