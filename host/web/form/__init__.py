"""A form in the browser: read from the case, filled cell by cell, printed with what is wrong with it."""
