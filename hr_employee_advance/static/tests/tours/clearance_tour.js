import { registry } from "@web/core/registry";

// One story in five chapters, each told by another user: the URL is given by the test.

const tours = registry.category("web_tour.tours");

tours.add("advance_clearance_resign", {
    steps: () => [
        {
            content: "What is still open stands on the screen",
            trigger: ".modal .alert:contains('300.00')",
        },
        {
            trigger: ".modal .o_field_widget[name='reason'] textarea",
            run: "edit Moves to another town",
        },
        {
            trigger: ".modal button[name='action_start']",
            run: "click",
        },
        {
            content: "The clearance is begun, and says what is missing",
            trigger: ".o_form_view .alert:contains('300.00'):contains('Work handed over')",
        },
    ],
});

function sign(tour, line) {
    tours.add(tour, {
        steps: () => [
            {
                trigger: `.o_data_row:contains('${line}') button[name='action_open_sign']`,
                run: "click",
            },
            {
                trigger: ".modal .o_field_widget[name='reason'] textarea",
                run: "edit All is there",
            },
            {
                trigger: ".modal button[name='action_confirm']",
                run: "click",
            },
            {
                trigger: `.o_data_row:contains('${line}'):not(:has(button[name='action_open_sign']))`,
            },
        ],
    });
}

sign("advance_clearance_manager_signs", "Work handed over");
sign("advance_clearance_finance_signs", "No money left");

tours.add("advance_clearance_held", {
    steps: () => [
        {
            content: "The employee card says what is open",
            trigger: ".o_form_view .alert:contains('300.00')",
        },
        {
            trigger: ".o_stat_text:contains('Clearance')",
        },
    ],
});

tours.add("advance_clearance_hr_completes", {
    steps: () => [
        {
            trigger: ".o_statusbar_buttons button[name='action_complete']",
            run: "click",
        },
        {
            trigger: ".o_statusbar_buttons button[name='action_open_departure']",
            run: "click",
        },
        {
            trigger: ".modal button[name='action_register_departure']",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
    ],
});
