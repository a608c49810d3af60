"""`make bench-call`: what bad lines make of Ringback and, in the same run, of a browser's defaults."""
