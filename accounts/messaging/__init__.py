"""Everything that leaves for a person (SMS, calls, WhatsApp, e-mail) and what providers report of
it; when to send is decided elsewhere."""
