"""A running year takes over what was published of its policy pack since it was opened: looked at first, then done."""
