"""The figures in docs/figures.md, each measured anew by `python -m bench`."""
