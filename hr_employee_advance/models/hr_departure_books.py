from odoo import api, models


class HrEmployee(models.Model):
    """Books that change behind a signature."""

    _inherit = "hr.employee"

    def _advance_books_changed(self, reason):
        """Something was entered, taken back or matched that finance may have signed already.

        The guard orders it against a signature that is being given at this moment.
        :param reason: a sentence's part that names the document, for whoever signed
        """
        if not self:
            return
        people = self.browse().sudo().union(*self._get_clearance_people().values())
        people._take_departure_guard()
        clearances = (
            self.env["hr.employee.clearance"]
            .sudo()
            .union(*people._get_standing_clearances().values())
        )
        # whoever was released with a debt is expected to pay it back
        clearances.filtered(lambda c: not c.is_released).line_ids.filtered(
            lambda line: line.kind == "finance" and line.state == "signed"
        )._invalidate(reason)


class AccountMove(models.Model):
    _inherit = "account.move"

    def write(self, vals):
        # EXTENDS account
        changing = self.browse()
        if "state" in vals:
            changing = self.filtered(lambda move: move.state != vals["state"])
            changing = changing.filtered(lambda move: "posted" in (move.state, vals["state"]))
        employees = changing._get_advance_employees()
        res = super().write(vals)
        for move in changing:
            of_move = employees.get(move.id)
            if of_move:
                of_move._advance_books_changed(move._get_books_reason())
        return res

    def _get_books_reason(self):
        self.ensure_one()
        return self.env._(
            "%(entry)s became %(state)s",
            entry=self.name or self.ref or str(self.id),
            state=dict(self._fields["state"]._description_selection(self.env))[self.state].lower(),
        )

    def _get_advance_employees(self):
        """Employees whose debt these entries touch: by an advance, an expense, or an account of employees' debts.

        :return: ``{move id: employees}``, in sudo
        """
        found = {}
        if not self:
            return found
        employees = self.env["hr.employee"].sudo().with_context(active_test=False)
        moves = self.sudo()
        accounts = (
            moves.company_id.advance_account_id | moves.company_id.advance_clearance_account_ids
        )
        lines = moves.line_ids.filtered(
            lambda line: line.employee_advance_id or line.account_id in accounts
        )
        by_contact = {}
        if contacts := lines.filtered(lambda line: not line.employee_advance_id).partner_id:
            by_contact = employees.search([("work_contact_id", "in", contacts.ids)]).grouped(
                "work_contact_id"
            )
        for line in lines:
            found[line.move_id.id] = (
                found.get(line.move_id.id, employees)
                | line.employee_advance_id.employee_id
                | (
                    by_contact.get(line.partner_id, employees)
                    if not line.employee_advance_id
                    else employees
                )
            )
        for expense in moves.expense_ids:
            if expense.payment_mode == "own_account":
                move_id = expense.account_move_id.id
                found[move_id] = found.get(move_id, employees) | expense.employee_id
        return found


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS account
        partials = super().create(vals_list)
        partials._note_advance_books(self.env._("an entry was matched"))
        return partials

    def unlink(self):
        # EXTENDS account
        self._note_advance_books(self.env._("a match was undone"))
        return super().unlink()

    def _note_advance_books(self, reason):
        lines = self.sudo().debit_move_id | self.sudo().credit_move_id
        lines.employee_advance_id.employee_id._advance_books_changed(reason)


class AccountPayment(models.Model):
    _inherit = "account.payment"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS account
        payments = super().create(vals_list)
        payments._note_advance_books()
        return payments

    def write(self, vals):
        # EXTENDS account
        res = super().write(vals)
        if {"state", "amount", "currency_id"} & vals.keys():
            self._note_advance_books()
        return res

    def _note_advance_books(self):
        for payment in self.sudo().filtered("employee_advance_id"):
            payment.employee_advance_id.employee_id._advance_books_changed(
                self.env._("payment %(payment)s changed", payment=payment.display_name)
            )
