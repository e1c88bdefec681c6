"""Pages: layout, blank forms, fills, seals and reading. What is shown equals what is stored."""
