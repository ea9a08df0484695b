import { Component, onWillStart, useState, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { listView } from "@web/views/list/list_view";

// The ageing beside the ledger, for those who see all of it; the server says who that is.
export class AgeingCheck extends Component {
    static template = "hr_receivables_control.AgeingCheck";
    static props = { context: Object };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ checks: [] });
        onWillStart(async () => {
            this.state.checks = await this.orm.call("credit.ageing.line", "get_ledger_check", [], {
                context: this.props.context,
            });
        });
    }
}

/** A view of the ageing with the check above its figures. */
export function withAgeingCheck(view) {
    class AgeingRenderer extends Component {
        static template = xml`
            <AgeingCheck context="context"/>
            <t t-component="Renderer" t-props="props"/>`;
        static components = { AgeingCheck };
        static props = ["*"];
        Renderer = view.Renderer;

        get context() {
            return this.env.searchModel.context;
        }
    }
    return { ...view, Renderer: AgeingRenderer };
}

registry.category("views").add("credit_ageing_list", withAgeingCheck(listView));
registry.category("views").add("credit_ageing_kanban", withAgeingCheck(kanbanView));
