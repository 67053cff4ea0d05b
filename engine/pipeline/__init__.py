"""`wparse`'s inside: source, router, sink groups, the swap to rescue and back, maintainer, monitor."""
