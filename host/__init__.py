"""The outside: command line, scheduler, worker, composition root."""
