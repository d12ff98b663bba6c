"""The declarative base: how Python types are stored."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Date, DateTime, Identity, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column


class Base(DeclarativeBase):
    """Declares how Python types are stored: times with zone, objects as JSONB."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        str: Text,
        date: Date,
        list[str]: ARRAY(Text),
    }


def big_id() -> Any:
    """Return a generated 64-bit primary key column."""
    return mapped_column(BigInteger, Identity(), primary_key=True)
