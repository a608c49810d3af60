"""Practising alone: rooms in memory, with a partner played by the media worker.

Not here: the partner itself (`server.media.partner`), the pages (`server.pages.rehearsal`).
"""
