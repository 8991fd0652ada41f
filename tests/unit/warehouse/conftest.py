"""What the tests of the warehouse share."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent / "support"))
