"""Another service verifies our tokens with the published keys and a library of its own."""

import json
import subprocess
import sys
import urllib.request

import pytest

from loopin.config.key_pairs import generate_pem
from tests.cast import BOB

VERIFY = """
import json, sys
import jwt
keys = jwt.PyJWKClient(sys.argv[1])
token = sys.stdin.read()
key = keys.get_signing_key_from_jwt(token)
print(json.dumps(jwt.decode(token, key, audience="loopin-api", issuer="loopin")))
"""


def call(url, body):
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=20) as response:
        return json.load(response)


def verified_elsewhere(address, token):
    """The claims of the token as another process reads them, which knows the address alone."""
    command = [sys.executable, "-c", VERIFY, address]
    result = subprocess.run(
        command, input=token, capture_output=True, text=True, timeout=60, env={}, check=False
    )
    return json.loads(result.stdout) if result.returncode == 0 else result.stderr


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA"])
@pytest.mark.django_db(transaction=True)
def test_another_process_verifies_a_token_with_the_published_keys(serve, algorithm):
    _, site = serve(JWT_ALGORITHM=algorithm, JWT_PRIVATE_KEYS=generate_pem(algorithm))
    call(f"{site.url}/api/auth/signup", {"phone_number": BOB})
    code = {"phone_number": BOB, "otp_code": site.last_code(BOB)}
    answer = call(f"{site.url}/api/auth/verify-otp", code)
    keys = f"{site.url}/.well-known/jwks.json"
    claims = verified_elsewhere(keys, answer["token"])
    assert claims["phone_number"] == BOB
    assert claims["sub"] == str(answer["data"]["user_id"])
    header, content, signature = answer["token"].split(".")
    other = "B" if signature.startswith("A") else "A"
    changed = ".".join([header, content, other + signature[1:]])
    assert "InvalidSignatureError" in verified_elsewhere(keys, changed)
