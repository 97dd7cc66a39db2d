"""What accounts does by itself."""

from accounts.pictures import flows as pictures
from loopin import work

work.register("pictures", pictures.clear_left_over, every_seconds=60)
