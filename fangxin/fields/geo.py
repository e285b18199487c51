"""A point on the earth, in millionths of a degree (about a tenth of a metre)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

from fangxin.fields.base import Environment, Field, FieldType, Operator, Storage
from fangxin.fields.number import read_decimal
from fangxin.kernel.errors import FieldError

UNIT: Final = 10**6
# the mean radius (IUGG) and half the way round
RADIUS_KM: Final = 6371.0088
FARTHEST_KM: Final = 20016
_PARTS: Final = (("lat", 90), ("lon", 180))
_PAIR: Final = re.compile(r"\s*\(?([+-]?\d+(?:\.\d+)?)\s*[,，;；\s]\s*([+-]?\d+(?:\.\d+)?)\)?\s*")
_RADIANS: Final[ColumnElement[Any]] = sa.literal_column(f"{math.pi / 180 / UNIT:.20f}", sa.Double())
_FLOAT: Final[ColumnElement[Any]] = sa.literal_column("0", sa.Double())


def _degrees(wire: Mapping[str, Any], part: str, most: int) -> int:
    number = read_decimal(wire.get(part))
    if abs(number) > most:
        raise FieldError("out_of_range", "From {min} to {max} is allowed.", min=-most, max=most)
    return int((number * UNIT).to_integral_value())


def read_point(field: Field, wire: Any, env: Environment) -> tuple[int, int]:
    """Read {"lat", "lon"} in degrees, or raise FieldError; finer than a millionth is rounded."""
    if not isinstance(wire, Mapping) or set(wire) != {"lat", "lon"}:
        raise FieldError("wrong_type", "A point has the keys lat and lon, in degrees.")
    lat, lon = (_degrees(wire, part, most) for part, most in _PARTS)
    return lat, lon


def _read_circle(field: Field, wire: Any, env: Environment) -> Sequence[Any]:
    """Return the lowest and highest latitude stored within `km`, and the parts of the formula."""
    if not isinstance(wire, Mapping) or set(wire) != {"lat", "lon", "km"}:
        raise FieldError("wrong_type", "A circle has the keys lat, lon and km.")
    lat, lon = read_point(field, {"lat": wire["lat"], "lon": wire["lon"]}, env)
    km = read_decimal(wire["km"])
    if not 0 < km <= FARTHEST_KM:
        values = {"min": 0, "max": FARTHEST_KM}
        raise FieldError("out_of_range", "From {min} to {max} is allowed.", **values)
    reach = float(km) / RADIUS_KM
    band = math.ceil(math.degrees(reach) * UNIT) + 1
    north, east = math.radians(lat / UNIT), math.radians(lon / UNIT)
    most = math.sin(min(reach, math.pi) / 2) ** 2
    return (lat - band, lat + band, north, east, math.cos(north), most)


def _radians(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return sa.cast(column, sa.Double()) * _RADIANS


def _within(c: Any, bind: Any) -> Any:
    """Compare by the haversine formula without its arc: sin²(Δφ/2) + cos φ cos φ₀ sin²(Δλ/2)."""
    low, high = (bind.value(index, c[0]) for index in range(2))
    north, east, shrink, most = (bind.value(index, _FLOAT) for index in range(2, 6))
    lat, lon = (_radians(each) for each in c[:2])
    half = [sa.func.sin((lat - north) / 2), sa.func.sin((lon - east) / 2)]
    spread = half[0] * half[0] + sa.func.cos(lat) * shrink * half[1] * half[1]
    return sa.and_(c[0] >= low, c[0] <= high, spread <= most)


class GeoPoint(FieldType):
    """Latitude and longitude (WGS 84). `within` meets points at most so many kilometres away."""

    name = "geo_point"
    listed = False

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        return (("_lat", sa.BigInteger()), ("_lon", sa.BigInteger()))

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        return read_point(field, wire, env)

    def store(self, field: Field, value: Any) -> Storage:
        return tuple(value)

    def load(self, field: Field, storage: Storage) -> Any:
        return None if storage[0] is None else tuple(storage)

    def write(self, field: Field, storage: Storage) -> Any:
        if storage[0] is None:
            return None
        return {"lat": storage[0] / UNIT, "lon": storage[1] / UNIT}

    def operators(self, field: Field) -> Mapping[str, Operator]:
        return {"within": Operator(_read_circle, _within)}

    def sort_column(self, field: Field) -> int | None:
        return None

    def read_text(self, field: Field, text: str, env: Environment) -> Any:
        found = _PAIR.fullmatch(text)
        if found is None:
            message = 'A point such as "31.2304, 121.4737" (latitude, longitude) is needed here.'
            raise FieldError("wrong_type", message)
        return self.read(field, {"lat": found[1], "lon": found[2]}, env)

    def write_text(self, field: Field, wire: Any) -> str:
        # never in powers of ten
        return "" if wire is None else f"{plain(wire['lat'])}, {plain(wire['lon'])}"


def plain(degrees: float) -> str:
    """Write degrees without needless zeros."""
    return f"{Decimal(str(degrees)):.6f}".rstrip("0").rstrip(".")
