from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from loopin.config.key_pairs import generate_pem
from loopin.config.token_keys import PAIR_ALGORITHMS, read_private_keys


class Command(BaseCommand):
    help = "Print a private key for JWT_PRIVATE_KEYS. Nothing is stored or changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("algorithm", choices=PAIR_ALGORITHMS, nargs="?", default="ES256")

    def handle(self, *args: Any, **options: Any) -> None:
        pem = generate_pem(options["algorithm"])
        [key] = read_private_keys(pem)
        self.stderr.write(f"JWT_ALGORITHM={options['algorithm']}, kid {key.key_id}")
        self.stdout.write(pem, ending="")
