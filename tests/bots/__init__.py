"""Participants made of code: they join through the real link and socket, as browsers do."""
