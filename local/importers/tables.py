"""CSV files, packed or not, row by row, each row with its place."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from local.importers.places import DataMissing, Place

Row = Mapping[str, str]


def rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[Place, Row]]:
    """Every row of a file that has (at least) these columns; a short row has empty fields.

    Raises DataMissing when the file is not there, is damaged, or has other columns.
    """
    try:
        with _opened(path) as text:
            reader = csv.DictReader(text, restval="")
            missing = [column for column in columns if column not in (reader.fieldnames or ())]
            if missing:
                raise DataMissing(f"{path} is of another shape: it has no column {', '.join(missing)}")
            for row in reader:
                yield Place(path.name, reader.line_num), row
    except FileNotFoundError:
        raise DataMissing(f"the data is not there: looked for {path}") from None
    except (OSError, EOFError, zlib.error, csv.Error) as error:
        raise DataMissing(f"{path} cannot be read: {error}") from None


def _opened(path: Path):  # type: ignore[no-untyped-def]
    # A byte that is no UTF-8 must not cost us the file: it stands in a description, where a mark will do.
    how = {"encoding": "utf-8-sig", "errors": "replace", "newline": ""}
    return gzip.open(path, "rt", **how) if path.suffix == ".gz" else path.open("r", **how)
