"""What all apps share and what puts them together: settings, addresses, errors, the server and the
worker; it imports no app, except where addresses and routers are put together."""

__version__ = "1.0.0"
