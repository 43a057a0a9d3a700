"""The kinds of document that imports of tapes keep."""

from __future__ import annotations

from typing import Any

from realinsights.loans.model.imports import ColumnMapping, Import, ImportRows, TapeStatement
from realinsights.loans.store.kinds import SERVICE
from realinsights_platform.documents.port import Kind

IMPORTS = Kind(
    SERVICE, "import", Import, indexes=("state", "requested_at", "content_hash", "deal", "file_name", "dry_run")
)
IMPORT_ROWS = Kind(SERVICE, "import_rows", ImportRows, indexes=("import_id",))
STATEMENTS = Kind(SERVICE, "statement", TapeStatement, indexes=("loan_id",))
MAPPINGS = Kind(SERVICE, "column_mapping", ColumnMapping)

TAPE_KINDS: tuple[Kind[Any], ...] = (IMPORTS, IMPORT_ROWS, STATEMENTS, MAPPINGS)
