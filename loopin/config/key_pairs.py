"""Key pairs of access tokens in PEM. Only processes that have pairs import this module."""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import ECAlgorithm, OKPAlgorithm

PrivateKey = EllipticCurvePrivateKey | Ed25519PrivateKey


def generate_pem(algorithm: str) -> str:
    """A fresh private key in PEM, for one of PAIR_ALGORITHMS."""
    is_ec = algorithm == "ES256"
    key: PrivateKey = generate_private_key(SECP256R1()) if is_ec else Ed25519PrivateKey.generate()
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def read_pem(block: str) -> PrivateKey:
    """Raises ValueError if the block is no private key of P-256 or Ed25519."""
    try:
        key = serialization.load_pem_private_key(block.encode(), password=None)
    except (ValueError, TypeError):
        raise ValueError("must be private keys in PEM, without a password") from None
    if isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1):
        return key
    if isinstance(key, Ed25519PrivateKey):
        return key
    raise ValueError("must be keys of P-256 or Ed25519")


def public_members(key: PrivateKey) -> tuple[str, dict[str, str]]:
    """The algorithm of the key, and what a JWK of its public half has (RFC 7518 §6.2)."""
    if isinstance(key, Ed25519PrivateKey):
        algorithm, jwk = "EdDSA", OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
    else:
        algorithm, jwk = "ES256", ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return algorithm, {name: str(jwk[name]) for name in ("crv", "kty", "x", "y") if name in jwk}
