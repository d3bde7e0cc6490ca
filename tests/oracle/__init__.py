"""A slow count of every table in plain Python, written from what the tables say they hold; nothing of the builder.

``registers`` makes the records, ``frames`` gives them as the warehouse does, ``cells`` has the words that the counts
share; then there is one module a table (or a family of them), with the function that counts it.
"""
