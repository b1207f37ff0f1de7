"""Rounds of a form held against each other: what a reviewer asked, what was changed, what was answered."""
