"""A software token of SoftHSM in a folder of its own, for the tests of keys that never leave a device."""

import atexit
import functools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pkcs11
from pkcs11.util.ec import encode_named_curve_parameters

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "864213"
_SO_PIN = "97531864"


@functools.cache
def token(label: str, *keys: str, curve: str = "secp256r1") -> str:
    """Make a token with fresh keys and give its label. SoftHSM reads its folder's name once a process."""
    _home()
    arguments = ("--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", _SO_PIN)
    subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True)
    library = pkcs11.lib(MODULE)
    library.reinitialize()  # a token made since is not seen before
    for key in keys:
        _make_key(library.get_token(token_label=label), key, curve)
    return label


def remove(label: str) -> None:
    """Take a token out, as by pulling it from its port."""
    subprocess.run(["softhsm2-util", "--delete-token", "--token", label], check=True, capture_output=True)
    pkcs11.lib(MODULE).reinitialize()


def _make_key(place: pkcs11.Token, label: str, curve: str) -> None:
    with place.open(user_pin=PIN, rw=True) as session:
        named = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(curve)}
        kind = session.create_domain_parameters(pkcs11.KeyType.EC, named, local=True)
        kind.generate_keypair(store=True, label=label)


@functools.cache
def _home() -> None:
    """Point SoftHSM at a new folder, gone when the tests are over."""
    home = Path(tempfile.mkdtemp(prefix="softhsm-"))
    (home / "tokens").mkdir()
    (home / "softhsm2.conf").write_text(f"directories.tokendir = {home / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(home / "softhsm2.conf")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
