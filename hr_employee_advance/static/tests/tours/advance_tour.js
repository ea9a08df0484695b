import { registry } from "@web/core/registry";

// One story in eight chapters, told by four people: the URL is given by the test.

const tours = registry.category("web_tour.tours");
const field = (name, tag = "input") => `.o_field_widget[name='${name}'] ${tag}`;
const status = (value) => `.o_statusbar_status button[data-value='${value}'].o_arrow_button_current`;

// On a phone a record is chosen from a list of its own.
const choose = (name, label) => [
    {
        trigger: field(name),
        run: "click",
    },
    {
        trigger: `.modal .o_kanban_record:contains('${label}')`,
        run: "click",
    },
    {
        trigger: "body:not(:has(.modal))",
    },
];

tours.add("advance_ask", {
    steps: () => [
        {
            content: "What is left stands there before anything is typed",
            trigger: ".o_field_widget[name='own_left']:contains('1,000,000.00')",
        },
        ...choose("purpose_id", "Trade Fair"),
        {
            trigger: field("description", "textarea"),
            run: "edit Stand and leaflets",
        },
        {
            trigger: field("amount"),
            run: "edit 1000.35",
        },
        {
            trigger: "button[name='action_submit']",
            run: "click",
        },
        {
            trigger: "button[name='action_recall']",
        },
    ],
});

tours.add("advance_manager_approves", {
    steps: () => [
        {
            trigger: ".o_statusbar_buttons button[name='action_approve']",
            run: "click",
        },
        {
            trigger: ".modal .o_data_row:contains('Which fair') .o_data_cell[name='answer']",
            run: "click",
        },
        {
            trigger: `.modal ${field("answer", "textarea")}`,
            run: "edit The one in May",
        },
        {
            trigger: ".modal footer button[name='action_approve']",
            run: "click",
        },
        {
            trigger: status("manager_approved"),
        },
    ],
});

tours.add("advance_finance_approves", {
    steps: () => [
        {
            trigger: ".o_statusbar_buttons button[name='action_approve']",
            run: "click",
        },
        {
            trigger: status("finance_approved"),
        },
    ],
});

tours.add("advance_pay", {
    steps: () => [
        {
            trigger: ".o_statusbar_buttons button:contains('Pay')",
            run: "click",
        },
        {
            content: "All that is approved is proposed",
            trigger: `.modal ${field("amount")}:value('1,000.35')`,
        },
        {
            trigger: ".modal button[name='action_pay']",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name='employee_advance_id']",
        },
    ],
});

tours.add("advance_spend", {
    steps: () => [
        {
            content: "The card says what is still to be accounted for",
            trigger: ".o_kanban_record:contains('1,000.35') button[name='action_settle']",
            run: "click",
        },
        {
            trigger: field("name"),
            run: "edit Train to the fair",
        },
        ...choose("product_id", "Stand at a Fair"),
        {
            trigger: field("total_amount_currency"),
            run: "edit 650.35",
        },
        {
            content: "A photo may be attached first, so Odoo has Submit among the other buttons",
            trigger: ".o_statusbar_buttons button[title='More']",
            run: "click",
        },
        {
            trigger: ".o-dropdown--menu button[name='action_submit']",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status:contains('Submitted')",
        },
    ],
});

tours.add("advance_manager_approves_expense", {
    steps: () => [
        {
            trigger: ".o_statusbar_buttons button[name='action_approve']",
            run: "click",
        },
        {
            trigger: status("approved"),
        },
    ],
});

tours.add("advance_finance_posts_expense", {
    steps: () => [
        {
            trigger: ".o_statusbar_buttons button[name='action_post']",
            run: "click",
        },
        {
            trigger: ".modal button[name='action_post_entry']",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name='payment_state'], .o_form_view .o_field_widget[name='invoice_line_ids']",
        },
    ],
});

tours.add("advance_return", {
    steps: () => [
        {
            trigger: ".o_statusbar_buttons button:contains('Return')",
            run: "click",
        },
        {
            content: "All that is left is proposed",
            trigger: `.modal ${field("amount")}:value('350.00')`,
        },
        {
            trigger: ".modal button[name='action_return']",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
    ],
});
