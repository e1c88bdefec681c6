"""Keys, certificates, signatures, timestamps, and the verdict over a signed file."""
