"""Addresses that an answer names: the next page, the file behind a form.

Put here: what such an address must satisfy before it is asked with our key.
Not here: where in an answer it stands (`json_records.py`, `pxweb_form.py`).
"""

from urllib.parse import SplitResult, urljoin, urlsplit

from pipelines.readers.base import ReaderError


def beside(asked: str, address: str, source_id: str) -> SplitResult:
    """An address that an answer named, by the scheme and host that were asked.

    Args:
        asked: address of the answer.
        address: as printed, whole or relative.
        source_id: for the sentence.

    Raises:
        ReaderError: it lies with another host, or is no address.
    """
    try:
        ours, theirs = urlsplit(asked), urlsplit(urljoin(asked, address))
    except ValueError as error:
        raise ReaderError(f"{source_id}: the answer leads to what is no address: {address!r}.") from error
    if theirs.hostname != ours.hostname:
        raise ReaderError(f"{source_id}: the answer leads to another host, {theirs.hostname!r}.")
    return theirs._replace(scheme=ours.scheme, netloc=ours.netloc, fragment="")
