"""Working days, local days and date rules: the only place that knows what a day off is."""
