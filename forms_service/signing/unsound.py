"""Unsound: what a container, a timestamp or a signature is said to be when it proves nothing, or not enough."""


class Unsound(Exception):
    """Say in Chinese why a container proves nothing."""


class Unknown(Unsound):
    """Say in Chinese that a signature is of a kind that nobody here can verify: neither sound nor unsound."""


class Unproven(Unsound):
    """Say in Chinese why a timestamp that is sound in itself proves no time here."""
