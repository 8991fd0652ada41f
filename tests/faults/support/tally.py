"""How many faults were met, and how many of them survived.

Put here: counting, and what is printed.
Not here: any fault.
"""

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter


@dataclass
class Tally:
    """The count of one script.

    Attributes:
        name: of the script.
        folder: where it may make a mess.
        is_long: whether time does not matter.
    """

    name: str
    folder: Path
    is_long: bool = False
    tried: int = 0
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    began: float = field(default_factory=perf_counter)

    @contextmanager
    def fault(self, what: str) -> Iterator[None]:
        """One fault: survived when the block ends without an error."""
        self.tried += 1
        began = perf_counter()
        try:
            yield
        except Exception as error:
            self.failed.append(f"{what}: {type(error).__name__}: {error}")
            traceback.print_exc()
        said = "FAILED  " if self.failed and self.failed[-1].startswith(f"{what}: ") else "survived"
        sys.stderr.write(f"  {said} {what} ({perf_counter() - began:.1f} s)\n")

    def place(self, name: str) -> Path:
        """A new folder."""
        folder = self.folder / f"{len(list(self.folder.iterdir()))}-{name}"
        folder.mkdir(parents=True)
        return folder

    def tell(self) -> str:
        """What is printed at the end."""
        survived = self.tried - len(self.failed)
        head = f"{self.name}: {survived} of {self.tried} survived in {perf_counter() - self.began:.0f} s"
        lines = [head, *self.facts, *(f"skipped: {why}" for why in self.skipped), *(f"FAILED {f}" for f in self.failed)]
        return "\n  ".join(lines)
