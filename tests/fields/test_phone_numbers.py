"""Mobile numbers at home are read without the library, and as the library reads them."""

from __future__ import annotations

import phonenumbers
import pytest

from fangxin.fields.reach import read_phone
from fangxin.kernel.errors import FieldError


@pytest.mark.parametrize("prefix", [f"1{second}{third}" for second in range(10) for third in "059"])
@pytest.mark.parametrize("mark", ["", "+86", "+1", "0"])
def test_numbers_are_read_as_the_library_reads_them(prefix, mark):
    for rest in ("00000000", "12345678", "79112345", "1234567", "123456789"):
        text = f"{mark}{prefix}{rest}"
        number = phonenumbers.parse(text, "CN")
        try:
            found = read_phone(text, None)
        except FieldError:
            assert not phonenumbers.is_possible_number(number)
        else:
            shape = phonenumbers.PhoneNumberFormat.E164
            assert found == phonenumbers.format_number(number, shape)
