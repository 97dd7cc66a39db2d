"""Who appears in the tests, and the numbers they have."""

ALICE = "+916205829376"
BOB = "+919876543210"
CAROL = "+919812345678"
DAVE = "+919900112233"

PROFILE = {
    "name": "Alice D'Souza",
    "birth_date": "1998-04-23",
    "gender": "female",
    "event_interests": [1, 3],
    "profile_pictures": ["https://cdn.example.com/alice.jpg"],
}
