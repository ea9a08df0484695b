import { registry } from "@web/core/registry";

// A customer signs what his credit does not allow. He is told that it came in, in his own language,
// and nothing of his credit.

function addSignatureTour(name, text) {
    registry.category("web_tour.tours").add(name, {
        steps: () => [
            {
                content: "Open the quotation",
                trigger: ".o_portal_my_doc_table a[href*='/my/orders/']",
                run: "click",
                expectUnloadPage: true,
            },
            {
                trigger: ".o_portal_sale_sidebar a[data-bs-target='#modalaccept']",
                run: "click",
            },
            {
                trigger: ".modal .o_web_sign_name_and_signature input",
                run: "edit Lin Purchasing",
            },
            {
                trigger: ".modal canvas.o_web_sign_signature",
                run: "canvasNotEmpty",
            },
            {
                trigger: ".modal .o_portal_sign_submit:enabled",
                run: "click",
                expectUnloadPage: true,
            },
            {
                content: "The neutral text, and nothing left to sign",
                trigger: `#quote_content:not(:has([data-bs-target='#modalaccept'])) .alert:contains('${text}')`,
            },
            {
                content: "No word of a credit, a limit or a hold",
                trigger: "#quote_content:not(:contains(/credit hold|credit limit|over the limit|信用|额度/i))",
            },
        ],
    });
}

addSignatureTour("credit_portal_signature", "We have received your order");
addSignatureTour("credit_portal_signature_zh_CN", "我们已收到您的订单");
