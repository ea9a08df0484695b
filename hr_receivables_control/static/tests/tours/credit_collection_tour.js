import { registry } from "@web/core/registry";

// What a salesperson does about money that does not come.

registry.category("web_tour.tours").add("credit_promise_recorded", {
    steps: () => [
        {
            trigger: ".o-form-buttonbox button[name='action_open_pauses']",
            run: "click",
        },
        {
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name='move_id'] input",
            run: "edit PROMISED",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains('PROMISED/1')",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name='date_to'] button, .o_field_widget[name='date_to'] input",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name='date_to'] input",
            run: "edit +2d && press Tab",
        },
        {
            trigger: ".o_field_widget[name='reason'] textarea",
            run: "edit He pays on Friday",
        },
        {
            trigger: ".o_statusbar_buttons button:contains('Save')",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('In force')",
        },
    ],
});

registry.category("web_tour.tours").add("credit_overdue_order_held", {
    steps: () => [
        {
            trigger: ".o_statusbar_buttons button[name='action_confirm']:visible",
            run: "click",
        },
        {
            content: "What he did not promise holds the order",
            trigger: ".alert-danger:contains('Credit hold'):contains('650.35')",
        },
    ],
});

registry.category("web_tour.tours").add("credit_overdue_order_free", {
    steps: () => [
        {
            trigger: ".o_statusbar_buttons button[name='action_confirm']:visible",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status button.o_arrow_button_current[data-value='sale']",
        },
    ],
});

registry.category("web_tour.tours").add("credit_call_logged", {
    steps: () => [
        {
            trigger: ".o-mail-Activity:contains('Ask about May') .o-mail-Activity-markDone",
            run: "click",
        },
        {
            trigger: ".o-mail-ActivityMarkAsDone textarea",
            run: "edit The owner is away until Monday",
        },
        {
            trigger: ".o-mail-ActivityMarkAsDone button[aria-label='Done']",
            run: "click",
        },
        {
            trigger: "body:not(:has(.o-mail-Activity:contains('Ask about May')))",
        },
    ],
});
