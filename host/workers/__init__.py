"""Work behind the pages: the ticker, the queue and its jobs, a worker's life."""
