from odoo import models
from odoo.tools import SQL


class CreditAdmission(models.Model):
    """The first look at a new customer: is he perhaps one whom we know already?"""

    _inherit = "credit.admission"

    def _get_duplicates(self):
        """Other customers with the same tax number or telephone, spelling aside; one query for all files.

        :return: ``{partner id: res.partner in sudo}``
        """
        partners = self.sudo().partner_id
        if not partners:
            return {}
        self.env["res.partner"].flush_model(["vat", "phone", "active", "commercial_partner_id"])
        rows = self.env.execute_query(
            SQL(
                """
                WITH known AS (
                    SELECT id, company_id,
                           NULLIF(upper(regexp_replace(vat, '[^0-9A-Za-z]', '', 'g')), '') AS vat,
                           NULLIF(right(regexp_replace(phone, '\\D', '', 'g'), 11), '') AS phone
                      FROM res_partner
                     WHERE id = commercial_partner_id AND active AND (vat IS NOT NULL OR phone IS NOT NULL)
                )
                SELECT mine.id, array_agg(other.id ORDER BY other.id)
                  FROM known mine
                  JOIN known other ON other.id <> mine.id AND (other.vat = mine.vat OR other.phone = mine.phone)
                 WHERE mine.id = ANY(%s)
              GROUP BY mine.id
                """,
                partners.ids,
            )
        )
        return {row[0]: partners.browse(row[1]) for row in rows}
