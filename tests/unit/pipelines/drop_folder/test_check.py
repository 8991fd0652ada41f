"""Whole files that are refused before a row is read."""

import io
import re
import zipfile

import openpyxl
import pytest
from dropped import YEAR, csv_text, reread, xlsx

from pipelines.drop_folder import workbook as workbook_limits
from pipelines.drop_folder.check import check_files, load
from pipelines.drop_folder.findings import LANGUAGES, UnreadableError


class TestWholeFiles:
    @pytest.mark.parametrize(
        ("body", "key"),
        [
            pytest.param(b"", "empty", id="empty"),
            pytest.param(b" \n ", "empty", id="blank"),
            pytest.param(b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old_excel", id="xls or password"),
            pytest.param(b"PK\x03\x04 and then nothing", "damaged", id="cut short"),
            pytest.param(xlsx({})[:-200], "damaged", id="end missing"),
            pytest.param("ngày,số liệu".encode("cp1258", "replace") + b"\xf5\xff", "not_utf8", id="not UTF-8"),
            pytest.param(b"a,b\n\0\0", "not_text", id="binary"),
            pytest.param(b"<!DOCTYPE html><p>Log in", "web_page", id="a web page"),
            pytest.param(b'indicator,value\n"a,1\n', "csv_broken", id="an open quotation mark"),
            pytest.param(b"name,age\nBob,5\n", "no_header", id="another table"),
        ],
    )
    def test_is_refused_with_a_sentence(self, read, body, key):
        with pytest.raises(UnreadableError) as caught:
            read(body)
        finding = caught.value.finding
        assert (finding.key, finding.weight) == (key, "file")
        assert all((finding.what(language), finding.remedy(language)) for language in LANGUAGES)

    def test_a_workbook_without_a_table_says_so(self, read):
        book = openpyxl.Workbook()
        book.create_sheet("Other")
        body = io.BytesIO()
        book.save(body)
        with pytest.raises(UnreadableError) as caught:
            read(body.getvalue())
        assert caught.value.finding.key == "no_sheet"

    def test_macros_are_not_opened(self, read):
        body = io.BytesIO(xlsx({}))
        with zipfile.ZipFile(body, "a") as archive:
            archive.writestr("xl/vbaProject.bin", b"Sub Auto_Open()")
        with pytest.raises(UnreadableError, match="holds macros"):
            read(body.getvalue(), "file.xlsm")

    def test_a_zip_bomb_is_not_unpacked(self, read, monkeypatch):
        monkeypatch.setattr(workbook_limits, "MOST_UNPACKED", 2_000_000)
        body = reread(xlsx({}), lambda name, part: part + b" " * 3_000_000 if "sheet1" in name else part)
        assert len(body) < 20_000
        with pytest.raises(UnreadableError, match="unpacks to more than 2 MB"):
            read(body)

    def test_entities_that_grow_are_stopped(self, read):
        bomb = b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 1000 + b'">' + b"".join(
            b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 50) for i in range(6)
        ) + b"]>"  # fmt: skip

        def grow(name, part):
            if "sheet1" not in name:
                return part
            grown = part.replace(b"binh_duong", b"&g;")
            assert grown != part
            return re.sub(rb"^(<\?xml[^>]*\?>)?", lambda match: match[0] + bomb, grown, count=1)

        with pytest.raises(UnreadableError) as caught:
            read(reread(xlsx({}), grow))
        assert caught.value.finding.key == "damaged"

    def test_a_file_over_the_limit_is_not_read(self, read, monkeypatch, source, tmp_path):
        path = tmp_path / "large.csv"
        path.write_bytes(csv_text({}).encode() + b"\n" * 11_000_000)
        with pytest.raises(UnreadableError, match="larger than 10 MB"):
            read(load(path))

    def test_a_file_that_is_not_there_is_a_sentence(self, source, own_registry, tmp_path):
        (report,) = check_files([tmp_path / "none.xlsx"], source, own_registry, YEAR)
        assert not report.is_read
        assert report.findings[0].what() == "The file cannot be opened (No such file or directory)."

    def test_a_file_is_never_changed(self, source, own_registry, tmp_path):
        path = tmp_path / "file.xlsx"
        path.write_bytes(xlsx({}, {"value": "x"}))
        before = path.stat(), path.read_bytes()
        check_files([path], source, own_registry, YEAR)
        assert (path.stat().st_mtime_ns, path.read_bytes()) == (before[0].st_mtime_ns, before[1])
