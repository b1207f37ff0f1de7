"""The conformance kit of DMN: read a folder of its cases, run them through our decisions, count."""
