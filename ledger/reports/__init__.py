"""Reports: the annual report of a year as JSON, Markdown and Word, and the rows behind a figure as CSV."""
