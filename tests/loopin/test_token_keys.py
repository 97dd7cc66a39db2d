"""The keys of access tokens are read from variables and files, and wrong ones are refused."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from loopin.config.key_pairs import generate_pem
from loopin.config.token_keys import read_private_keys
from tests.each import each
from tests.loopin.variables import GOOD

P256, OTHER_P256, ED25519 = generate_pem("ES256"), generate_pem("ES256"), generate_pem("EdDSA")
WITHOUT_SECRET = {name: value for name, value in GOOD.items() if name != "JWT_SECRET_KEY"}


def pem(key, *, password=b""):
    encryption = (
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption()
    )
    private = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, private, encryption).decode()


def id_of(text):
    return read_private_keys(text)[0].key_id


def ids(env):
    return [key.key_id for key in env.jwt_keys]


@each("algorithm, text", [("ES256", P256), ("EdDSA", ED25519)])
def test_a_private_key_signs_in_place_of_a_secret(told, algorithm, text):
    [key] = told(**WITHOUT_SECRET, JWT_ALGORITHM=algorithm, JWT_PRIVATE_KEYS=text).jwt_keys
    assert key.algorithms == (algorithm,)
    assert key.public_jwk["alg"] == algorithm


def test_the_first_signs_and_the_others_stay(told):
    env = told(**WITHOUT_SECRET, JWT_ALGORITHM="ES256", JWT_PRIVATE_KEYS=P256 + ED25519)
    assert ids(env) == [id_of(P256), id_of(ED25519)]


def test_a_secret_that_is_set_goes_on_counting_behind_them(told):
    env = told(**GOOD, JWT_ALGORITHM="ES256", JWT_PRIVATE_KEYS=P256)
    assert ids(env) == [id_of(P256), ""]
    assert env.jwt_keys[1].algorithms == ("HS256", "HS384", "HS512")


def test_the_secret_of_development_counts_for_nothing_beside_private_keys(told):
    assert ids(told(JWT_ALGORITHM="EdDSA", JWT_PRIVATE_KEYS=ED25519)) == [id_of(ED25519)]


def test_private_keys_are_published_before_they_sign(told):
    assert ids(told(**GOOD, JWT_PRIVATE_KEYS=P256)) == ["", id_of(P256)]


def test_a_file_holds_keys_too(told, tmp_path):
    file = tmp_path / "keys.pem"
    file.write_text(OTHER_P256)
    named = WITHOUT_SECRET | {"JWT_ALGORITHM": "ES256", "JWT_PRIVATE_KEYS_FILE": str(file)}
    assert ids(told(**named)) == [id_of(OTHER_P256)]
    assert ids(told(**named, JWT_PRIVATE_KEYS=P256)) == [id_of(P256), id_of(OTHER_P256)]


def test_line_breaks_can_be_written_as_an_escape(told):
    on_one_line = P256.replace("\n", "\\n")
    assert ids(told(JWT_ALGORITHM="ES256", JWT_PRIVATE_KEYS=on_one_line)) == [id_of(P256)]


@each(
    "variables, words",
    [
        ({"JWT_ALGORITHM": "ES256"}, "JWT_ALGORITHM needs JWT_PRIVATE_KEYS"),
        ({"JWT_ALGORITHM": "ES256", "JWT_PRIVATE_KEYS": ED25519}, "whose first key is one for it"),
        ({"JWT_ALGORITHM": "EdDSA", "JWT_PRIVATE_KEYS": P256 + ED25519}, "whose first key"),
        ({"JWT_PRIVATE_KEYS": P256, "JWT_SECRET_KEY": ""}, "JWT_ALGORITHM needs JWT_SECRET_KEY"),
        ({"JWT_PRIVATE_KEYS": "a key"}, "JWT_PRIVATE_KEYS must be private keys in PEM"),
        ({"JWT_PRIVATE_KEYS": P256.replace("M", "!")}, "JWT_PRIVATE_KEYS must be private"),
        (
            {"JWT_PRIVATE_KEYS": pem(ec.generate_private_key(ec.SECP384R1()))},
            "JWT_PRIVATE_KEYS must be keys of P-256 or Ed25519",
        ),
        (
            {"JWT_PRIVATE_KEYS": pem(rsa.generate_private_key(65537, 2048))},
            "JWT_PRIVATE_KEYS must be keys of P-256 or Ed25519",
        ),
        (
            {"JWT_PRIVATE_KEYS": pem(ec.generate_private_key(ec.SECP256R1()), password=b"pw")},
            "JWT_PRIVATE_KEYS must be private keys in PEM, without a password",
        ),
        ({"JWT_PRIVATE_KEYS_FILE": "/nowhere/keys.pem"}, "must be a file that can be read"),
        ({"JWT_PRIVATE_KEYS_FILE": "/proc/self/exe"}, "must be a file that can be read"),
    ],
)
def test_what_cannot_sign_stops_production_without_being_quoted(told, variables, words):
    with pytest.raises(ImproperlyConfigured) as raised:
        told(**GOOD | variables)
    assert words in str(raised.value)
    assert str(raised.value).count("\n") == 1
    assert "BEGIN" not in str(raised.value)


def test_a_key_does_not_show_itself(told):
    env = told(JWT_ALGORITHM="ES256", JWT_PRIVATE_KEYS=P256, JWT_SECRET_KEY="s" * 40)
    assert "s" * 40 not in repr(env.jwt_keys)


@each("text, members", [(P256, "crv kty x y"), (ED25519, "crv kty x")])
def test_a_key_is_named_by_its_thumbprint(text, members):
    """RFC 7638 §3.1: the required members alone, in order, without spaces."""
    [key] = read_private_keys(text)
    required = {name: key.public_jwk[name] for name in members.split()}
    digest = hashlib.sha256(json.dumps(required, separators=(",", ":")).encode()).digest()
    assert key.key_id == key.public_jwk["kid"] == urlsafe_b64encode(digest).decode().rstrip("=")
    assert "d" not in key.public_jwk
    assert len(urlsafe_b64decode(key.public_jwk["x"] + "=")) == 32


@each("algorithm", ["ES256", "EdDSA"])
def test_the_command_prints_a_key_that_can_be_used(told, capsys, algorithm):
    call_command("make_jwt_key", algorithm)
    printed = capsys.readouterr()
    env = told(**WITHOUT_SECRET, JWT_ALGORITHM=algorithm, JWT_PRIVATE_KEYS=printed.out)
    assert ids(env)[0] in printed.err
    call_command("make_jwt_key", algorithm)
    assert capsys.readouterr().out != printed.out
