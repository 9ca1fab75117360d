"""What programs and `weebill` say of the forms that numbers are kept in. That the numbers are right is test_shapes.py's."""

import pytest

FORMS = {
    "symmetric": (["--activations", "int8-symmetric"], "weights int8, one scale a row", "activations int8, one scale a token"),
    "w8a8": ([], "weights int8, one scale a row", "activations int8, one scale and one zero point a token"),
    "f32": (["--weights", "f32", "--cache", "f32"], "weights float32", "cache float32", "activations float32"),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_file_and_the_report_say_which_form(builder, tiny_models, form):
    options, *words = FORMS[form]
    emitted = builder.emit(tiny_models["grouped"], "--target", "generic", *options)
    opening = emitted.source.read_text().split("\n\n")[0]
    report = (emitted.folder / "grouped.report.html").read_text()
    for word in words:
        assert word in opening and word in report, word
