"""Other systems call the API here under accounts of their own, each with scopes and keys; what they
may ask of other subjects stands beside those."""
