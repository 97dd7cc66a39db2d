"""Prints what takes longer to read than in proportion to its length, as JSON.

Run as a program, so that a pattern that never ends can be stopped.
"""

import json
import re
import signal
import sys

from tests.growth.readers import patterns, readers, reading
from tests.growth.texts import inputs_for, inputs_for_readers
from tests.growth.timing import grows, stop


def look_everywhere() -> dict[str, str]:
    found = {
        pattern.pattern: grows(reading(pattern, method, limit), inputs_for(pattern))
        for pattern, method, limit in patterns()
    }
    found |= {name: grows(read, inputs_for_readers()) for name, read in readers().items()}
    return {name: text for name, text in found.items() if text}


def main(asked: list[str]) -> None:
    signal.signal(signal.SIGPROF, stop)
    if asked:
        found = {
            p: grows(re.compile(p, re.DOTALL).search, inputs_for(re.compile(p))) for p in asked
        }
        print(json.dumps(found))
        return
    import django

    django.setup()
    print(json.dumps({"looked_at": len(patterns()) + len(readers()), "found": look_everywhere()}))


if __name__ == "__main__":
    main(sys.argv[1:])
