"""Contract models out of JSON objects, with one clear sentence if they do not fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from livedata_core.contract import DecodeError

__all__ = ["validated"]

M = TypeVar("M", bound=BaseModel)


def validated(model: type[M], value: Mapping[str, Any]) -> M:
    """Return the model's instance.

    Raises
    ------
    DecodeError
        If a field is missing or wrong; the first is named.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise DecodeError(
            f"{model.__name__}: {place or 'object'}: {first['msg']}"
        ) from error
