"""The store: the state of the office in one SQL database, the bytes in a folder, and the shelf of YAML specs."""
