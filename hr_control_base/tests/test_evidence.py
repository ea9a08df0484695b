from odoo.tests import BaseCase

from ..tools import evidence


class TestEvidence(BaseCase):
    """The arithmetic alone; its figures are calculated by hand, so that no release changes them."""

    def test_canonical_text(self):
        self.assertEqual(
            evidence.canonical({"b": [1, None, True], "a": {"z": "大", "y": '"'}}),
            '{"a":{"y":"\\"","z":"大"},"b":[1,null,true]}',
        )

    def test_floats_are_refused_wherever_they_are(self):
        for value in (1.0, [1.5], {"a": {"b": [0, {"c": 0.1}]}}, float("nan")):
            with self.assertRaisesRegex(TypeError, "decimal string"):
                evidence.canonical(value)

    def test_hashes_never_change(self):
        self.assertEqual(
            evidence.digest(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        )
        self.assertEqual(
            evidence.digest("大"),
            "7d4ca7f48effd6022051d7437696e2a370998f9d899f87ce5309cc1bf701fc98",
        )
        self.assertEqual(
            evidence.link_hash("c", "p", 2), evidence.digest('{"content":"c","prev":"p","seq":2}')
        )
        self.assertEqual(
            evidence.names_digest("salt", {"b": "2", "a": "1"}),
            evidence.digest('salt{"a":"1","b":"2"}'),
        )

    def test_seal_file_there_and_back(self):
        content = evidence.seal_content(
            3, 1, "2025-03-01", "uuid", "prev", [[7, "k", "m", 9, 2, "head"]]
        )
        seal = evidence.read_seal_file(evidence.seal_file(content))
        self.assertEqual((seal["number"], seal["hash"]), (3, evidence.digest(content)))
        self.assertEqual(evidence.seal_marks([seal]), {7: [("2025-03-01", 2, "head")]})

    def test_seal_file_altered_on_its_way(self):
        text = evidence.seal_file(evidence.seal_content(3, 1, "2025-03-01", "uuid", "prev", []))
        with self.assertRaisesRegex(
            ValueError, "Seal file 4 of 2025-03-01, company 1, was altered"
        ):
            evidence.read_seal_file(text.replace('"number":3', '"number":4'))
        for other in (
            "",
            "[]",
            "{}",
            '{"seal": 1, "hash": 2}',
            text.replace('"heads":[]', '"heads":[[1]]'),
        ):
            with self.assertRaisesRegex(ValueError, "This is not a seal file"):
                evidence.read_seal_file(other)

    def test_every_finding_has_its_sentence(self):
        self.assertLessEqual(evidence.NOTES, set(evidence.FINDINGS))
        self.assertEqual(evidence.finding("database_copy")["level"], "note")
        self.assertEqual(evidence.finding("link_broken")["level"], "broken")
