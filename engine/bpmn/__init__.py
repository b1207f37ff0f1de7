"""BPMN: read, check and run diagrams. The only room that imports SpiffWorkflow (through `spiff.py`)."""
