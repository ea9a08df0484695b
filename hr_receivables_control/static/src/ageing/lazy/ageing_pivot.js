import { withAgeingCheck } from "@hr_receivables_control/ageing/ageing_check";
import { registry } from "@web/core/registry";
import { graphView } from "@web/views/graph/graph_view";
import { pivotView } from "@web/views/pivot/pivot_view";

registry.category("views").add("credit_ageing_graph", withAgeingCheck(graphView));
registry.category("views").add("credit_ageing_pivot", withAgeingCheck(pivotView));
