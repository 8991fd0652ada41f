"""The evidence register as one workbook that departments fill in.

Put here: the workbook's sheets, writing it, reading it back, and what would change in the register.
Not here: what an entry must be (`warehouse/registry`), the commands (`assets/cli/evidence_workbook.py`).
"""
