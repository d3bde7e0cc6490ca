"""The kartläggning: from released tables to the documents that people read.

Nothing here can reach more than schema ``publicering``: the only door to the database is ``warehouse.released``.
"""
