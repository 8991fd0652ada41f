"""Let the scripts of faults find each other, as `run.py` does."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))

from run import prepare

prepare()
