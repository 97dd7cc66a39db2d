"""The variables with which production starts."""

GOOD = {
    "ENV_FILE": "",
    "ENVIRONMENT": "prod",
    "DATABASE_URL": "postgresql://loopin:pw@db.example:5433/loopin?sslmode=require",
    "SECRET_KEY": "s" * 50,
    "JWT_SECRET_KEY": "j" * 32,
    "MEDIA_ROOT": "/media",
}
