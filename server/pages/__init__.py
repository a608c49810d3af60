"""One handler file a page. Templates are in `server/templates`, what handlers may use in `server.keys`."""
