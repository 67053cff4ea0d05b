"""Characters that look like others: what each of them was probably meant as."""

from __future__ import annotations

import unicodedata

from engine.text.characters import MEANT, as_meant, character_name, lookalikes


def test_every_full_width_form_of_ascii_is_meant_as_that():
    forms = [chr(code) for code in range(0xFF00, 0xFFF0) if unicodedata.normalize("NFKC", chr(code)).isascii()]
    forms = [form for form in forms if unicodedata.name(form, "").startswith("FULLWIDTH")]

    assert len(forms) == 94
    assert {form: MEANT[form] for form in forms} == {form: unicodedata.normalize("NFKC", form) for form in forms}


def test_nothing_that_is_meant_is_a_lookalike_itself():
    assert not lookalikes("".join(MEANT.values()))
    assert as_meant("".join(MEANT)) == "".join(MEANT.values())


def test_they_are_found_where_they_stand_and_named():
    text = "rule\uff1a \u201c/a\u201d\u200b"

    assert lookalikes(text) == [4, 6, 9, 10]
    assert as_meant(text) == 'rule: "/a"'
    assert character_name("\uff1a") == "U+FF1A (fullwidth colon)"
    assert character_name("\ufeff") == "U+FEFF (byte order mark)"
    assert character_name("\ue000") == "U+E000 (without a name)"
