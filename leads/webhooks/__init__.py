"""Tells other systems what happens to leads and to people, with signed messages that are sent again
until they arrive; which systems and which events, admins and service accounts choose."""
