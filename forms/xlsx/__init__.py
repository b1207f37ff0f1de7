"""Forms as Excel sheets: a filled template out, what was typed into it in, the differences cell by cell."""
