import { registry } from "@web/core/registry";

// Somebody without a login looks at his balance and signs: the URL, with the link's token, is given by the test.

registry.category("web_tour.tours").add("advance_sign_by_link", {
    steps: () => [
        {
            content: "The balance stands there before anything is signed",
            trigger: "h3:contains('1,820.00')",
        },
        {
            content: "The drawing is made from the name",
            trigger: "canvas.o_web_sign_signature",
            run: "canvasNotEmpty",
        },
        {
            trigger: ".o_portal_sign_submit:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is on record",
            trigger: "h3:contains('Thank you')",
        },
    ],
});
