"""Consent to the electronic form: the words that a customer's contact agrees to, once, and may take back.

Changed words get the next number; who agreed to earlier ones stays bound by what they read.
"""

import hashlib

WORDING = 1


def consent_words(firm: str) -> str:
    """Write the words in which a contact agrees to deal with a firm electronically."""
    return (
        f"我同意以电子形式收取和签署{firm}寄来的单据，电子签章与亲笔签名、盖章一样有效。"
        "我可以随时撤回：撤回以前签的照样有效，以后的单据改用纸本。"
    )


def words_sha256(words: str) -> str:
    """Return the digest by which exact words are known."""
    return hashlib.sha256(words.encode()).hexdigest()
