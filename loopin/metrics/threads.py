"""Says how many requests a web process has in hand, and how many it may have.

Requests that wait for a thread count too: if the database hangs, few threads hang with it, and all
other requests wait for those.
"""

from loopin.metrics.declarations import Gauge

THREADS = Gauge("loopin_threads", "The threads that can serve.", mode="livesum")
THREADS_BUSY = Gauge(
    "loopin_threads_busy",
    "The requests in hand: those that threads serve, and those that wait for a thread.",
    mode="livesum",
)
