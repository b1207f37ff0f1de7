"""Figures: the measures of the annual report beside each other, by department, fund, year, person or week."""
