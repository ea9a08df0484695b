import { registry } from "@web/core/registry";
import { inputFiles } from "@web/../tests/utils";

const PIXEL =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

// The salesperson at the customer's, with a phone: photograph the licence and hand the file in.
registry.category("web_tour.tours").add("credit_admission_phone", {
    steps: () => [
        {
            content: "What is missing is named",
            trigger: ".alert-warning:contains('Still missing'):contains('Licence')",
        },
        {
            trigger: ".o_field_x2many .o_kanban_record:contains('Licence')",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name='no_expiry'] input",
            run: "check",
        },
        {
            content: "A tap on the empty picture asks for a photo",
            trigger: ".modal .o_field_image",
            async run() {
                const bytes = Uint8Array.from(atob(PIXEL), (char) => char.charCodeAt(0));
                const photo = new File([bytes], "licence.png", { type: "image/png" });
                await inputFiles(".modal .o_field_image .o_input_file", [photo]);
            },
        },
        {
            content: "The photo is shown before it is saved",
            trigger: ".modal .o_field_image img[src^='data:image']",
        },
        {
            trigger: ".modal footer .o_form_button_save",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
        {
            trigger: ".o_statusbar_buttons button[name='action_submit']",
            run: "click",
        },
        {
            content: "It waits for somebody else now",
            trigger: ".o_field_statusbar:contains('Submitted')",
        },
    ],
});
