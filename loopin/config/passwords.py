"""How passwords are hashed, and which ones are refused."""

HASHERS = [
    f"accounts.passwords.hashers.{name}"
    # What the others hashed, or the first with other parameters, is hashed anew when it is typed.
    for name in ("Argon2PasswordHasher", "PBKDF2PasswordHasher", "ScryptPasswordHasher")
]

VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
