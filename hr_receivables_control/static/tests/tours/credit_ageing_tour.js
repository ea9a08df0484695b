import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("credit_ageing", {
    steps: () => [
        {
            trigger: "[data-menu-xmlid='hr_receivables_control.credit_reporting_menu']",
            run: "click",
        },
        {
            trigger: "[data-menu-xmlid='hr_receivables_control.credit_ageing_menu']",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name='period'] input[data-value='other']",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name='at'] button, .modal .o_field_widget[name='at'] input",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name='at'] input",
            run: "edit 06/30/2023 && press Tab",
        },
        {
            content: "The ledger stands beside the ageing, with a name for what is not in it",
            trigger:
                ".modal .o_field_widget[name='check_ids'] .o_data_row:contains('1,070.00'):contains('-70.00'):contains('1,000.00')",
        },
        {
            trigger: ".modal .o_field_widget[name='total_ids'] .o_data_row:contains('1,000.00')",
        },
        {
            trigger: ".modal footer button[name='action_open']",
            run: "click",
        },
        {
            trigger: ".o_breadcrumb:contains('06/30/2023')",
        },
        {
            trigger: ".o_pivot:contains('Good Customer') th:contains('91-180 Days')",
        },
        {
            content: "A figure opens its items as of that day, although they are paid now",
            trigger: ".o_pivot_cell_value:contains('1,000.00')",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains('INV/2023')",
        },
        {
            trigger: ".o_list_view .o_data_row td[name='move_id']",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name='name']:contains('INV/2023')",
        },
    ],
});

registry.category("web_tour.tours").add("credit_ageing_phone", {
    steps: () => [
        {
            trigger: ".o_menu_toggle",
            run: "click",
        },
        {
            trigger:
                ".o_app_menu_sidebar [data-menu-xmlid='hr_receivables_control.credit_ageing_menu']",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name='period'] input[data-value='other']",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name='at'] button, .modal .o_field_widget[name='at'] input",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name='at'] input",
            run: "edit 06/30/2023 && press Tab",
        },
        {
            content: "Sums are cards too, nothing is wider than the phone",
            trigger:
                ".modal .o_field_widget[name='total_ids'] .o_kanban_record:contains('91-180 Days'):contains('1,000.00')",
        },
        {
            trigger: ".modal footer button[name='action_open_customers']:visible",
            run: "click",
        },
        {
            trigger: ".o_credit_ageing_check.alert-success:contains('1,250.00')",
        },
        {
            trigger:
                ".o_kanban_record:contains('Good Customer'):contains('Not Due'):contains('250.00'):contains('91-180 Days')",
            run: "click",
        },
        {
            content: "The bands open their invoices",
            trigger: ".o_kanban_record:contains('INV/2023'):contains('Not Due'):contains('250.00')",
        },
        {
            trigger: ".o_kanban_record:contains('INV/2023'):contains('91-180 Days'):contains('1,000.00')",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name='name']:contains('INV/2023')",
        },
    ],
});
