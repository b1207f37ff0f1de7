"""The projects of a budget year as the bureau keeps them: its xlsx, and carrying them over to the next year."""
