"""CSV files, good and hostile: each fault is a sentence with file, row and column."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.data.source import Samples
from engine.data.sources.csv_file import CsvFile
from engine.errors import DataError

FLOWERS = "length,width,kind\n1.5,2,rose\n3,4.25,tulip\n5,6,rose\n"


@pytest.fixture
def write(tmp_path: Path):
    def write(content: str | bytes, name: str = "table.csv") -> str:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write


def load(path: str, **params: object) -> Samples:
    source = CsvFile.parse({"path": path, **params})
    samples = source.load()
    assert source.fields() == samples.fields
    for field in samples.fields:
        assert samples.arrays[field.name].shape == (len(samples), *field.shape.sample)
        assert samples.arrays[field.name].dtype == field.shape.dtype
    return samples


def refused(path: str, **params: object) -> DataError:
    with pytest.raises(DataError) as caught:
        CsvFile.parse({"path": path, **params}).load()
    assert "Traceback" not in str(caught.value)
    return caught.value


def test_numbers_are_inputs_and_texts_are_classes(write) -> None:
    samples = load(write(FLOWERS))
    assert samples.arrays["x"].tolist() == [[1.5, 2], [3, 4.25], [5, 6]]
    assert samples.arrays["y"].tolist() == [0, 1, 0]
    assert samples.fields[1].classes == ("rose", "tulip")


def test_the_target_may_be_any_column_and_texts_are_left_out(write) -> None:
    samples = load(write(FLOWERS), target="width", task="number")
    assert samples.arrays["x"].tolist() == [[1.5], [3], [5]]
    assert samples.arrays["y"].tolist() == [[2], [4.25], [6]]
    assert samples.notes == ("Left out, because they hold texts: kind.",)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(write, delimiter: str) -> None:
    samples = load(write(FLOWERS.replace(",", delimiter)))
    assert samples.arrays["x"].tolist() == [[1.5, 2], [3, 4.25], [5, 6]]


def test_decimal_commas_are_read_where_semicolons_part_the_cells(write) -> None:
    samples = load(write("a;b\n1,5;2,25\n3;4,5\n"), task="number")
    assert samples.arrays["x"].tolist() == [[1.5], [3]]
    assert samples.arrays["y"].tolist() == [[2.25], [4.5]]


def test_a_file_without_header_is_seen_and_its_columns_numbered(write) -> None:
    samples = load(write("1,2,0\n3,4,1\n"))
    assert len(samples) == 2
    assert refused(write("1,2,0\n3,4,1\n"), target="kind").args[0].endswith("column_1, column_2, column_3.")


def test_quoted_cells_may_hold_delimiters_quotes_and_line_breaks(write) -> None:
    samples = load(write('a,kind\n1,"red, ""dark""\n2 lines"\n2,blue\n'))
    assert samples.fields[1].classes == ("blue", 'red, "dark"\n2 lines')


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n"])
def test_line_ends_of_every_system(write, newline: str) -> None:
    assert load(write(FLOWERS.replace("\n", newline))).arrays["x"].shape == (3, 2)


def test_few_whole_numbers_are_classes_in_order_of_number(write) -> None:
    samples = load(write("a,n\n1,10\n2,9\n3,10\n"))
    assert samples.fields[1].classes == ("9", "10")
    assert samples.arrays["y"].tolist() == [1, 0, 1]


def test_fractions_are_a_number_to_predict(write) -> None:
    assert load(write("a,n\n1,0.5\n2,0.75\n")).arrays["y"].tolist() == [[0.5], [0.75]]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_files_with_a_byte_order_mark_are_read(write, encoding: str) -> None:
    samples = load(write("größe,art\n1,süß\n2,herb\n".encode(encoding)))
    assert samples.fields[1].classes == ("herb", "süß")
    assert bool(samples.notes) == (encoding != "utf-8-sig")


def test_missing_values_are_counted_and_the_first_is_named(write) -> None:
    path = write("a,b,kind\n1,2,x\n3,,y\n5,NaN,x\n7,8,\n")
    error = refused(path)
    assert (error.file, error.row, error.column) == (path, 3, "b")
    assert str(error) == (
        f'{path}, row 3, column "b": A value is missing, and 2 more rows cannot be used. '
        "Mend the file, or set bad_rows to leave out."
    )
    left = load(path, bad_rows="leave out")
    assert left.arrays["x"].tolist() == [[1, 2]]
    assert left.notes == ("3 of 4 rows were left out.",)


def test_ragged_rows_name_their_length(write) -> None:
    error = refused(write("a,b,kind\n1,2,x\n3,4\n5,6,7,x\n"))
    assert error.row == 3
    assert "The row has 2 cells where the first row has 3, and 1 more row cannot" in str(error)


def test_a_blank_line_between_rows_is_a_fault_and_at_the_end_is_none(write) -> None:
    assert refused(write("a,kind\n1,x\n\n2,y\n")).row == 3
    assert len(load(write("a,kind\n1,x\n2,y\n\n\n"))) == 2


@pytest.mark.parametrize("cell", ["abc", "inf", "-Infinity", "1e999", "1_000", "0x10", "1e39"])
def test_a_cell_that_is_no_finite_number_is_named(write, cell: str) -> None:
    error = refused(write(f"a,kind\n1,x\n2,y\n3,x\n{cell},y\n"))
    assert (error.row, error.column) == (5, "a")
    assert f"'{cell}' is no finite number" in str(error)


def test_bad_bytes_name_their_row(write) -> None:
    error = refused(write(b"a,kind\n1,x\n2,caf\xe9\n"))
    assert error.row == 3
    assert "Byte 17 is no UTF-8 text (0xe9). Save the file as UTF-8." in str(error)


def test_nul_bytes_are_counted(write) -> None:
    error = refused(write(b"a,kind\n1,x\n2,\0y\0\n"))
    assert error.row == 3
    assert "2 NUL characters found" in str(error)


def test_utf_16_without_a_mark_is_not_read_as_something_else(write) -> None:
    assert "UTF-16 without its mark" in str(refused(write(FLOWERS.encode("utf-16-le"))))


def test_columns_of_one_name_are_refused_by_place(write) -> None:
    error = refused(write("a,b,a,kind\n1,2,3,x\n"))
    assert (error.row, error.column) == (1, "a")
    assert "Columns 1, 3 have the same name" in str(error)


def test_a_target_that_is_not_there_names_the_nearest(write) -> None:
    assert 'There is no column "knd" to be the target. Did you mean "kind"?' in str(
        refused(write(FLOWERS), target="knd")
    )


def test_a_target_of_texts_is_no_number(write) -> None:
    assert refused(write(FLOWERS), task="number").column == "kind"


def test_free_text_is_no_target(write) -> None:
    path = write("a,note\n" + "".join(f"{i},note {i}\n" for i in range(1_200)))
    assert "1,200 different values; at most 1,000" in str(refused(path))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        ("a,b\n", "no rows"),
        ("kind\nx\n", "no input"),
        ('a,kind\n1,"x\n2,y\n', "cannot be read"),
        ("a,kind\n1," + "x" * 200_000 + "\n", "field larger than field limit"),
        ("," * 100_001 + "\n", "100,002 columns"),
    ],
)
def test_what_is_no_table_is_refused_in_words(write, content: str, words: str) -> None:
    assert words in str(refused(write(content), header="yes"))


def test_paths_that_lead_nowhere(tmp_path: Path) -> None:
    assert str(refused("")) == "No file is chosen yet."
    assert "There is a folder here, no file." in str(refused(str(tmp_path)))
    assert "There is nothing here." in str(refused(str(tmp_path / "no.csv")))
    assert "not even the folder" in str(refused(str(tmp_path / "no" / "no.csv")))
    assert "NUL" in str(refused("a\0b"))


def test_the_fields_of_a_large_file_need_its_head_only(write) -> None:
    rows = "".join(f"{i},{i * 0.5},{'xyz'[i % 3]}\n" for i in range(250_000))
    path = write("a,b,kind\n" + rows)
    x, y = CsvFile(path=path).fields()
    assert x.shape.sample == (2,)
    assert y.classes == ("x", "y", "z")


def test_the_fields_follow_the_file(write) -> None:
    assert CsvFile(path=write(FLOWERS)).fields()[0].shape.sample == (2,)
    assert CsvFile(path=write("a,kind\n1,x\n")).fields()[0].shape.sample == (1,)


def test_random_bytes_never_raise_anything_else(write) -> None:
    random = np.random.default_rng(0)
    alphabet = np.frombuffer(b'0123456789.,;\n\r"\t|ab\x00\xff-e ', np.uint8)
    for _ in range(300):
        path = write(random.choice(alphabet, random.integers(0, 200)).tobytes())
        for header in ("auto", "yes", "no"):
            source = CsvFile(path=path, header=header)
            try:
                samples = source.load()
            except DataError:
                continue
            assert np.isfinite(samples.arrays["x"]).all()
