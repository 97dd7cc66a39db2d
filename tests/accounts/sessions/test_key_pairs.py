"""Tokens that are signed with a private key: others can verify them, and cannot make one."""

import json
from base64 import urlsafe_b64encode

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from jwt.algorithms import HMACAlgorithm

from accounts.models import Session
from loopin.config.key_pairs import generate_pem
from loopin.config.token_keys import read_private_keys, secret_key
from tests.each import each
from tests.tokens import claims_of

URL = "/api/auth/profile"
KEYS_URL = "/.well-known/jwks.json"
SECRET = "a-secret-of-at-least-32-bytes-000000"
OLD, NEW, STRANGE = (read_private_keys(generate_pem("ES256"))[0] for _ in range(3))
EDWARDS = read_private_keys(generate_pem("EdDSA"))[0]


def encoded(part):
    return urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def public_pem(key):
    return key.verifying_key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def hmac_signed(claims, headers, secret):
    """A token as PyJWT makes it, which refuses to sign with what looks like a public key."""
    signing_input = f"{encoded(headers)}.{encoded(claims)}".encode()
    signature = HMACAlgorithm(HMACAlgorithm.SHA256).sign(signing_input, secret)
    return signing_input.decode() + "." + urlsafe_b64encode(signature).rstrip(b"=").decode()


def published(api):
    return [key["kid"] for key in api.get(KEYS_URL).json()["keys"]]


@pytest.fixture(params=[NEW, EDWARDS], ids=["ES256", "EdDSA"])
def key(request, settings):
    settings.JWT_KEYS = [request.param]
    return request.param


def status_of(api, token):
    answer = api.get(URL, token=token)
    assert answer.status_code in (200, 401), answer.content
    if answer.status_code == 401:
        assert answer.json()["code"] == "invalid_token"
    return answer.status_code


def test_a_token_says_its_key_and_how_it_was_signed(key, api, alice, token_of):
    token = token_of(alice)
    header = jwt.get_unverified_header(token)
    assert (header["alg"], header["kid"]) == (key.algorithms[0], key.key_id)
    assert status_of(api, token) == 200


def test_the_published_key_verifies_a_token(key, api, alice, token_of):
    token = token_of(alice)
    answer = api.get(KEYS_URL)
    [published_key] = jwt.PyJWKSet.from_dict(answer.json()).keys
    claims = jwt.decode(token, published_key, audience="loopin-api", issuer="loopin")
    assert claims["sid"] == str(Session.objects.get().pk)
    assert published_key.key_id == key.key_id
    assert answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "public, max-age=300"


def test_a_private_half_is_published_nowhere(key, api):
    assert set(api.get(KEYS_URL).json()["keys"][0]) <= {"kty", "crv", "x", "y", "kid", "use", "alg"}


def test_without_key_pairs_nothing_is_published(api):
    assert api.get(KEYS_URL).json() == {"keys": []}


def test_a_key_is_replaced_without_signing_anybody_out(settings, api, alice, token_of):
    settings.JWT_KEYS = [OLD]
    token = token_of(alice)
    settings.JWT_KEYS = [OLD, NEW]  # published before it signs
    assert published(api) == [OLD.key_id, NEW.key_id]
    assert jwt.get_unverified_header(token_of(alice))["kid"] == OLD.key_id
    settings.JWT_KEYS = [NEW, OLD]
    fresh = token_of(alice)
    assert jwt.get_unverified_header(fresh)["kid"] == NEW.key_id
    assert (status_of(api, token), status_of(api, fresh)) == (200, 200)
    settings.JWT_KEYS = [NEW]
    assert (status_of(api, token), status_of(api, fresh)) == (401, 200)
    assert published(api) == [NEW.key_id]


def test_a_pair_takes_the_place_of_a_secret_without_signing_anybody_out(
    settings, api, alice, token_of
):
    token = token_of(alice)
    settings.JWT_KEYS = [NEW, *settings.JWT_KEYS]
    assert (status_of(api, token), status_of(api, token_of(alice))) == (200, 200)
    settings.JWT_KEYS = [EDWARDS, NEW]
    assert status_of(api, token) == 401


@each("headers", [{}, {"kid": ""}, {"kid": "nothing"}, {"kid": OLD.key_id}, {"kid": "../../etc"}])
def test_a_token_names_the_key_that_signed_it_or_is_refused(
    settings, api, alice, token_of, headers
):
    settings.JWT_KEYS = [NEW, OLD]
    claims = claims_of(token_of(alice))
    token = jwt.encode(claims, NEW.signing_key, "ES256", headers=headers)
    assert status_of(api, token) == 401


def test_a_key_that_is_not_ours_signs_in_nobody_s_name(settings, api, alice, token_of):
    settings.JWT_KEYS = [NEW, EDWARDS]
    claims = claims_of(token_of(alice))
    named_like_ours = jwt.encode(claims, STRANGE.signing_key, "ES256", headers={"kid": NEW.key_id})
    own_name = jwt.encode(claims, STRANGE.signing_key, "ES256", headers={"kid": STRANGE.key_id})
    other_kind = jwt.encode(claims, NEW.signing_key, "ES256", headers={"kid": EDWARDS.key_id})
    assert {status_of(api, token) for token in (named_like_ours, own_name, other_kind)} == {401}


@each(
    "brings",
    [
        {"jwk": STRANGE.public_jwk},
        {"jku": "https://evil.example/.well-known/jwks.json"},
        {"x5u": "https://evil.example/cert.pem"},
        {"x5c": ["MIIB"]},
    ],
)
def test_a_token_cannot_bring_its_own_key(settings, api, alice, token_of, brings):
    settings.JWT_KEYS = [NEW]
    claims = claims_of(token_of(alice))
    for kid in (NEW.key_id, STRANGE.key_id):
        headers = brings | {"kid": kid}
        forged = jwt.encode(claims, STRANGE.signing_key, "ES256", headers=headers)
        assert status_of(api, forged) == 401
    ours = jwt.encode(claims, NEW.signing_key, "ES256", headers=brings | {"kid": NEW.key_id})
    assert status_of(api, ours) == 200


def test_a_public_key_is_never_taken_for_a_secret(key, settings, api, alice, token_of):
    settings.JWT_KEYS = [key, secret_key("", SECRET, ("HS256", "HS384", "HS512"))]
    claims = claims_of(token_of(alice))
    jwk = json.dumps(key.public_jwk).encode()
    for secret in (public_pem(key), public_pem(key).strip(), jwk, key.public_jwk["x"].encode()):
        for named in ({"kid": key.key_id}, {}):
            headers = {"alg": "HS256", "typ": "JWT"} | named
            assert status_of(api, hmac_signed(claims, headers, secret)) == 401
    genuine = hmac_signed(claims, {"alg": "HS256", "typ": "JWT"}, SECRET.encode())
    assert status_of(api, genuine) == 200


@each("algorithm", ["none", "None", "NONE", "", "HS256", "ES384", "RS256", None])
def test_no_token_goes_without_a_signature(settings, api, alice, token_of, algorithm):
    settings.JWT_KEYS = [NEW]
    claims = claims_of(token_of(alice))
    header = encoded({"alg": algorithm, "typ": "JWT", "kid": NEW.key_id})
    assert status_of(api, f"{header}.{encoded(claims)}.") == 401


def test_a_signature_of_another_token_counts_for_nothing(key, api, alice, bob, token_of):
    hers, his = token_of(alice).split("."), token_of(bob).split(".")
    assert status_of(api, ".".join([*hers[:2], his[2]])) == 401
