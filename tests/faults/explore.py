"""Let Atheris look for input that breaks one kind of file: `explore.py name corpus seconds`, started by `fuzz.py`."""

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parent))
import run

run.prepare()
with atheris.instrument_imports(include=["pipelines.readers", "pipelines.drop_folder", "warehouse.registry"]):
    import inputs

name, corpus, seconds = sys.argv[1:]
_, read = inputs.kinds()[name]
atheris.Setup([sys.argv[0], corpus, f"-max_total_time={seconds}", "-timeout=60", "-max_len=65536"], read)
atheris.Fuzz()
