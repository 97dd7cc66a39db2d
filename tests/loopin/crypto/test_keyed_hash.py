"""Hashes under keys of their own, as the database has them from before there was a function."""

from django.utils.crypto import salted_hmac

from loopin.crypto.keyed_hash import keyed_hash
from tests.each import each


@each("value", ["", "+916205829376", "संगीत"])
def test_it_is_the_hash_that_django_makes(value, settings):
    for secret in ("a" * 50, "b" * 50):
        settings.SECRET_KEY = secret
        for use in ("accounts.limits", "leads.suppressed"):
            expected = salted_hmac(use, value, algorithm="sha256").hexdigest()
            assert keyed_hash(use, value) == expected
