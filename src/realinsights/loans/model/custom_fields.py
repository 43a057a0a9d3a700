"""Custom fields: those that an organization adds itself."""

from __future__ import annotations

from realinsights.loans.model.texts import CustomFields
from realinsights_platform.errors import Faults
from realinsights_platform.texts import checked_line, checked_text

MOST = 50


def check_custom_fields(fields: CustomFields, faults: Faults) -> None:
    """Note custom fields that are too many or too long."""
    if len(fields) > MOST:
        faults.add("customFields", f"at most {MOST} custom fields")
    for key, value in fields.items():
        if not key.strip() or len(key) > 64:
            faults.add("customFields", f"the name {key[:70]!r} must have 1 to 64 characters")
        checked_line(key, "customFields", faults)
        if isinstance(value, str):
            checked_text(value, f"customFields.{key[:64]}", faults)
        if isinstance(value, str) and len(value) > 1000:
            faults.add(f"customFields.{key[:64]}", "at most 1,000 characters")
        if isinstance(value, int) and abs(value) >= 2**53:
            faults.add(f"customFields.{key[:64]}", "a whole number must be below 2^53; write it as a text")
