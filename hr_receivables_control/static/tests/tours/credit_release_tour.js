import { registry } from "@web/core/registry";

// One story in three chapters, each told by another user: the URL is given by the test.

registry.category("web_tour.tours").add("credit_release_salesman_asks", {
    steps: () => [
        {
            content: "Confirm the order that is over the limit",
            trigger: ".o_statusbar_buttons button[name='action_confirm']:visible",
            run: "click",
        },
        {
            content: "It is held, and the banner says why",
            trigger: ".alert-danger:contains('Credit hold'):contains('500.00')",
        },
        {
            trigger: "button[name='action_request_credit_release']",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name='reason'] textarea",
            run: "edit The customer pays on Friday",
        },
        {
            trigger: ".modal footer button[name='action_request']",
            run: "click",
        },
        {
            content: "The person who decides is named",
            trigger: ".o_notification:contains('credit_controller')",
        },
    ],
});

registry.category("web_tour.tours").add("credit_release_finance_approves", {
    steps: () => [
        {
            content: "The figures needed to decide are on the card",
            trigger: ".o_kanban_record:contains('Good Customer'):contains('500.00')",
        },
        {
            trigger: ".o_kanban_record button[name='action_approve']",
            run: "click",
        },
        {
            content: "Nothing is left to decide",
            trigger: ".o_view_nocontent",
        },
    ],
});

registry.category("web_tour.tours").add("credit_release_salesman_confirms", {
    steps: () => [
        {
            trigger: ".alert:contains('Released')",
        },
        {
            trigger: ".o_statusbar_buttons button[name='action_confirm']:visible",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status button.o_arrow_button_current[data-value='sale']",
        },
    ],
});
