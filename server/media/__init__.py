"""The media worker: the server's own WebRTC, in a process that may crash or hang unnoticed by any call.

`supervisor` and `wire` are the server's side and never import aiortc; everything else runs in the worker.
"""
