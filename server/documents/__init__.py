"""The shared notes on the server: kept durably, checked in a process that may die, then relayed.

Not here: sockets (`server.socket`), SQL (`server.db`), what a browser does (`webclient/src/notes.ts`).
"""
