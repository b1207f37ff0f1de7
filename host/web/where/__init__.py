"""Where an instance stands: the sentence, the diagram, the outline, the ladder of reminders."""
