"""Notices: what goes out to people by mail."""
