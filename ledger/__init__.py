"""The records: projects, indicators, scores, policy, measures, reports."""
