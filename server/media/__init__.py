"""The media worker: the server's own WebRTC, in a process that may crash or hang unnoticed by any call.

It answers connection checks (`check`) and plays the partner of rehearsals (`partner`). `supervisor`, `stage`,
`wire` and `shaper` are the server's side and never import aiortc; everything else runs in the worker.
"""
