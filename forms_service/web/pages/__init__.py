"""The page records: what each template receives, already in words. Templates format them and decide nothing."""
