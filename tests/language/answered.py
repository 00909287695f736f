"""Pages of a help center as people write them, a paragraph for some of the tickets: which ticket each one answers."""

ANSWERED: dict[int, str] = {
    1: "To change the company name or the VAT number on an invoice, open Settings → Billing and save the new details. "
    "Invoices that were issued before keep the old ones; our team can issue a corrected "
    "invoice for the current quarter.",
    3: "If the checkout says that your card was declined, the bank may ask for a confirmation that never reached you. "
    "Yearly plans can also be paid by bank transfer or PayPal: choose it as payment method.",
    4: "After five wrong passwords an account is locked for thirty minutes. It is unlocked by itself, or at once by an "
    "administrator of your workspace.",
    5: "If the e-mail for resetting your password does not arrive, look whether it was sent to another address. The "
    "link can be sent once in ten minutes; requests in between are ignored.",
    6: "If you lost the phone with your authenticator app and have no backup codes, an administrator can turn off the "
    "second factor for you under Members.",
    11: "We deliver to Norway and Switzerland within five to eight working days. Customs duties are included in the "
    "shipping cost that is shown at the checkout.",
    12: "To exchange shoes for another size, print the return label from your orders, and choose the new size there. "
    "We send the exchange when the parcel is on its way back.",
    15: "Goods can be returned within thirty days, unworn and with their tags. For gifts that were bought before "
    "Christmas, the return window ends on 31 January.",
    17: "Columns of the CSV export are empty where you may not see personal data of contacts. An administrator can "
    "allow the export of phone numbers and addresses.",
    20: "A dark theme is available under Settings → Appearance. Choose System to have it follow the setting of your "
    "device.",
    21: "A folder of Markdown files can be imported with File → Import. Each heading becomes a section.",
    23: "The editor has keyboard shortcuts: J goes to the next comment, E resolves it. Your own shortcuts are defined "
    "under Settings → Keyboard.",
    28: "You can cancel your membership under Settings → Plan → Cancel. It ends with the period that is paid, and we "
    "confirm it by e-mail.",
    29: "To move to a smaller plan, choose Downgrade under Settings → Plan. It takes effect with the next renewal, and "
    "your projects stay.",
    30: "Schools can pause their subscription for up to three months a year. Licences are not charged meanwhile.",
    31: "More seats can be bought at any time. An upgrade to the business plan takes effect at once, and what you have "
    "paid for the team plan is credited.",
    32: "Under the GDPR you can ask us to erase all personal data that we hold on you. Write to our data protection "
    "officer; it is done within thirty days, backups included.",
    37: "A new API key is active after a minute. Requests to version 2 answer 401 invalid_token where the key has no "
    "access to the workspace; enable it under Developers.",
    38: "To connect Salesforce, register the callback address of your region as redirect_uri. Sandboxes of Salesforce "
    "have an address of their own.",
    39: "The REST API allows 300 requests a minute for each plan. An answer with 429 says in Retry-After how long to "
    "wait. The bulk endpoint fetches a thousand records with one request.",
}
