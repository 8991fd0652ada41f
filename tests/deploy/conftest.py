"""Let the tests of a deployment find what they share, with each other and with the faults."""

import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path += [str(TESTS / place) for place in ("deploy/support", "faults/support", "flow/support")]
