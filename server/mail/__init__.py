"""Mail: what it says, that nothing in it can be forged, and how it is handed over.

Not here: when a mail is due (`server.booking`, `server.jobs`) and where it waits (`server.db.outbox`).
"""
