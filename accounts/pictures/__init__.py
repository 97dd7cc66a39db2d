"""Pictures of a profile: uploaded, decoded, stored, arranged and served."""
