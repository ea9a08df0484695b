import { registry } from "@web/core/registry";

// A store manager helps at once, finance reviews it, and a person is suspended from the matrix.

registry.category("web_tour.tours").add("credit_emergency_given", {
    steps: () => [
        {
            trigger: ".o_form_view button:contains('Emergency Authorisation')",
            run: "click",
        },
        {
            content: "The giver sees his own ceiling",
            trigger: ".modal .o_field_widget[name='ceiling_text']:contains('500.00')",
        },
        {
            trigger: ".modal .o_field_widget[name='amount'] input",
            run: "edit 300",
        },
        {
            trigger: ".modal .o_field_widget[name='reason'] textarea",
            run: "edit The lorry is loaded",
        },
        {
            trigger: ".modal footer button[name='action_give']",
            run: "click",
        },
        {
            content: "Who reviews it is named",
            trigger: ".o_notification:contains('300.00'):contains('credit_controller')",
        },
    ],
});

registry.category("web_tour.tours").add("credit_emergency_reviewed", {
    steps: () => [
        {
            trigger: ".o_kanban_record:contains('Review of an emergency'):contains('300.00')",
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

registry.category("web_tour.tours").add("credit_matrix_suspends", {
    steps: () => [
        {
            trigger: ".modal footer button[name='action_show']",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains('credit_salesman') button[name='action_suspend']",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name='reason'] textarea",
            run: "edit Left the company",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
    ],
});
