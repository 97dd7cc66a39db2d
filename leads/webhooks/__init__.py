"""Tells other systems what happens to leads, with signed messages that are sent again until they
arrive; which systems and which events, admins choose."""
