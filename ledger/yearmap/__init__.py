"""The year as a map: which members of which stage have filed, what is overdue and where, how fast forms come in.

Every number is counted by the statement that lists the rows behind it.
"""
