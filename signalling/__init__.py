"""The rules of a session, without sockets, clocks or storage.

Nothing here performs anything: callers pass the time in and carry out what comes back.
"""
