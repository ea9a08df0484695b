import { registry } from "@web/core/registry";

// One controller proposes, another confirms.

registry.category("web_tour.tours").add("credit_blacklist_proposed", {
    steps: () => [
        {
            trigger: ".o_statusbar_buttons button[name='action_open_blacklist']",
            run: "click",
        },
        {
            content: "The customer is filled in",
            trigger: ".o_form_view .o_field_widget[name='partner_id'] input:value('Good Customer')",
        },
        {
            trigger: ".o_field_widget[name='reason'] textarea",
            run: "edit Does not pay and does not answer",
        },
        {
            trigger: ".o_field_widget[name='evidence'] textarea",
            run: "edit Invoices 12 and 15, unpaid since May",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "It waits for somebody else",
            trigger: ".o_form_view .o_field_widget[name='proposed_by_id']:contains('credit_controller')",
        },
    ],
});

registry.category("web_tour.tours").add("credit_blacklist_confirmed", {
    steps: () => [
        {
            content: "Reason and evidence are on the card",
            trigger: ".o_kanban_record:contains('Good Customer'):contains('does not answer')",
        },
        {
            trigger: ".o_kanban_record button[name='action_approve']",
            run: "click",
        },
        {
            trigger: ".o_view_nocontent",
        },
    ],
});
