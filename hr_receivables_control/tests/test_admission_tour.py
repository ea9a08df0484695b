from odoo.tests import HttpCase, tagged

from .admission_common import AdmissionCommon


@tagged("post_install", "-at_install")
class TestAdmissionTour(AdmissionCommon, HttpCase):
    """The file is completed on a phone, the photo of the licence included."""

    browser_size = "390x844"
    touch_enabled = True

    def test_photograph_the_licence_and_submit(self):
        file = self._get_file(self._create_customer())
        self.start_tour(
            f"/odoo/customer-files/{file.id}", "credit_admission_phone", login="credit_salesman"
        )
        licence = self._get_item(file, "licence")
        self.assertEqual(file.state, "submitted")
        self.assertEqual((licence.entered_by_id, licence.no_expiry), (self.salesman, True))
        self.assertTrue(licence.scan_checksum)
        self.assertEqual(licence.status, "entered")
