"""People, their codes and their API by hand, as a team on Django REST framework writes it."""
