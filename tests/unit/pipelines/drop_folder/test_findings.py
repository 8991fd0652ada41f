"""The catalogue of sentences, in both languages."""

import re
import string
from pathlib import Path

from pipelines.drop_folder import columns as columns_module
from pipelines.drop_folder.findings import Finding, Place, shown, texts


class TestCatalogue:
    def test_both_languages_name_the_same_facts(self):
        def names(text):
            return {name for _, name, _, _ in string.Formatter().parse(text) if name}

        for key, finding in texts()["findings"].items():
            english, vietnamese = finding["en"], finding["vi"]
            assert names("".join(english)) == names("".join(vietnamese)), key
            assert all(text.strip() for text in (*english, *vietnamese)), key

    def test_no_text_is_there_that_no_rule_finds(self):
        folder = Path(columns_module.__file__).parent
        code = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
        found = set(re.findall(r'"([a-z0-9_]+)"', code))
        assert set(texts()["findings"]) <= found

    def test_a_sentence_in_each_language(self):
        finding = Finding(Place("a.csv", "", "B2"), "row", "not_a_year", {"given": "x"})
        assert finding.what("en") == "“x” is no year."
        assert finding.what("vi") == "“x” không phải là năm."

    def test_what_could_steer_a_terminal_is_not_shown(self):
        assert "\x1b" not in shown("\x1b[31mred")
        assert "\u202e" not in shown("a\u202eb")
        assert len(shown("x" * 500)) == 60
