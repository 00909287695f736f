"""Support tickets with the category a person would choose, written for the tests and the benchmark."""

from tieline.language.categorize import Category

CATEGORIES = [
    Category(
        name="Billing and payments",
        description="Charges, invoices, refunds and payment methods.",
        topics=(
            "charged twice",
            "refund not received",
            "wrong amount on an invoice",
            "card declined",
            "VAT number on a receipt",
        ),
    ),
    Category(
        name="Account access",
        description="Signing in, passwords and locked accounts.",
        topics=(
            "forgot password",
            "reset email never arrives",
            "two-factor code does not work",
            "account locked",
            "change login email",
        ),
    ),
    Category(
        name="Shipping and delivery",
        description="Parcels on their way, late, lost or at the wrong address.",
        topics=(
            "parcel late",
            "tracking does not move",
            "change delivery address",
            "package lost",
            "delivered to a neighbour",
        ),
    ),
    Category(
        name="Returns and exchanges",
        description="Sending goods back, exchanging them, damaged or wrong items.",
        topics=("return label", "wrong size", "item arrived broken", "exchange for another color", "return window"),
    ),
    Category(
        name="Bug report",
        description="Something in the product that used to work is broken.",
        topics=(
            "app crashes",
            "error message",
            "page stays blank",
            "export button does nothing",
            "data shown incorrectly",
        ),
    ),
    Category(
        name="Feature request",
        description="Wishes for something the product cannot do yet.",
        topics=(
            "please add",
            "it would be great if",
            "dark mode",
            "support for another file format",
            "suggestion for improvement",
        ),
    ),
    Category(
        name="Performance and outage",
        description="The service is slow, unreachable or down.",
        topics=(
            "site is down",
            "very slow loading",
            "requests time out",
            "503 service unavailable",
            "latency of the API",
        ),
    ),
    Category(
        name="Subscription and cancellation",
        description="Changing, pausing or ending a plan.",
        topics=(
            "cancel my subscription",
            "downgrade the plan",
            "upgrade to business",
            "pause membership",
            "renewal date",
        ),
    ),
    Category(
        name="Privacy and security",
        description="Personal data, suspicious activity and compliance.",
        topics=(
            "delete my data",
            "someone else logged in to my account",
            "phishing email",
            "GDPR request",
            "security vulnerability",
        ),
    ),
    Category(
        name="Integration and API",
        description="Connecting other software, API keys and webhooks.",
        topics=(
            "API key rejected",
            "webhook not firing",
            "connect with Salesforce",
            "OAuth callback",
            "rate limit of the API",
        ),
    ),
]

TICKETS: list[tuple[str, str]] = [
    (
        "Billing and payments",
        "Two charges for one order\n\nHi there, when I looked at my bank statement this morning I saw that you took 49.90 EUR twice on the 3rd of March for order #48213. I only placed one order and only got one confirmation. Please send the second payment back to my card as soon as you can, because my rent goes off that account on Friday. I can send a screenshot of the statement if it helps. Thanks, Miriam",
    ),
    (
        "Billing and payments",
        "Invoice INV-2041 has the wrong company on it\n\nHello, our accountant refuses to book the attached invoice. It is made out to the old company name and our VAT number is missing. We changed both in the settings in January, so I expected the new invoice to show it. Could you issue a corrected version for the last two months? We need it before the quarter closes. Kind regards, Tom Hale, Accounts payable",
    ),
    (
        "Billing and payments",
        "Still waiting for my money\n\nYour colleague promised on the phone that the 120 dollars would be back on my credit card within five working days. That was three weeks ago and nothing has shown up. My bank says no refund has been started from your side. I'm getting really annoyed, please tell me the date and the reference of the transaction or escalate this to somebody who can.",
    ),
    (
        "Billing and payments",
        "Payment fails with every card\n\nGood afternoon. I'm trying to pay for the yearly plan, and the checkout says 'card declined' with my Visa and with my company Mastercard. Both work fine in other shops and my bank tells me they never saw an attempt. Is there another way to pay, for example by bank transfer or PayPal? We would like to start on Monday.",
    ),
    (
        "Account access",
        "Locked out since yesterday\n\nHey, I typed my password wrong a few times and now it says the account is locked for security reasons and I should contact support. I have a presentation in two hours and all my files are in there. My user name is j.ortega and the address is the one I'm writing from. Can somebody unlock it quickly please?",
    ),
    (
        "Account access",
        "Password reset mail never comes\n\nI pressed 'forgot password' at least six times today. No message, not in spam either, and I checked with our mail administrator that nothing from you was blocked. I can receive your newsletter at the same address, so it's not that. How can I get back in? Happy to prove who I am in whatever way you need.",
    ),
    (
        "Account access",
        "New phone, lost my authenticator\n\nHello support, my old phone broke and with it the app that shows the six digit codes. I did not write down the backup codes. My login and password are right, but I can't get past the second step. Please turn two-factor off for my user so that I can set it up again on the new device. Regards, Priya",
    ),
    (
        "Account access",
        "Can't change the email I sign in with\n\nHi, I have left the company whose address I used to register. In my profile I can edit the address, but after saving it asks me to confirm with a link that goes to the old mailbox, which I no longer have access to. How do I move my login to my private address without losing what's in there?",
    ),
    (
        "Shipping and delivery",
        "Where is my package?\n\nMy order 88341 left your warehouse on the 12th according to the email. Since then the tracking page has shown 'in transit' and the same town, for nine days now. It is a birthday present for this Saturday. Could you find out from the carrier whether it is lost and send another one by express if it is? Thank you, Helen",
    ),
    (
        "Shipping and delivery",
        "Please change the address before it ships\n\nHello, I noticed right after paying that the shop had filled in my old street. The order number is 90122. I now live at 14 Mill Lane, Leeds. Has the parcel been handed over yet? If so, is it possible to redirect it with the courier, or to have it held at a pickup point so I can collect it?",
    ),
    (
        "Shipping and delivery",
        "Marked as delivered but nothing here\n\nThe courier's site says my box was handed over at 10:42 and signed by someone called Meyer. Nobody with this name lives in our building and I was at home all morning. I asked all the neighbours. Can you open an investigation with the delivery company and tell me what happens next?",
    ),
    (
        "Shipping and delivery",
        "How long to Norway?\n\nHi, I would like to order the desk lamp but I can't find any information about delivery times to Norway and whether customs duties are included in the shipping cost. Do you use a courier that delivers in the evening? Otherwise, is there a pick-up location near Bergen? Many thanks in advance.",
    ),
    (
        "Returns and exchanges",
        "The boots are too small\n\nHi team, I got the hiking boots today, lovely quality, but size 42 is really tight on me. I would like to swap them for a 43 in the same colour. They have only been tried on indoors. How do I get a return label, and will you send the other pair straight away or only after you have these back?",
    ),
    (
        "Returns and exchanges",
        "Vase arrived in pieces\n\nThe box looked alright from outside, but when I opened it the blue vase was broken in at least five pieces. There was hardly any padding around it. I took pictures of everything. I don't want it repaired of course, please send me a replacement or let me send it back. Order 77120.",
    ),
    (
        "Returns and exchanges",
        "You sent me someone else's item\n\nI ordered a black wireless keyboard with German layout and in the box was a white mouse. The packing slip has my name on it, so it must have been mixed up when packing. What shall I do with the mouse and when will I get the keyboard? I don't want to pay for sending it back.",
    ),
    (
        "Returns and exchanges",
        "Is it too late to bring this back?\n\nGood morning, I bought a jacket five weeks ago as a gift, and it turns out that my brother already has the same one. It is unworn and the tags are on. I know that your page says thirty days, but could you make an exception, or let me have a voucher instead? Best wishes, Sam",
    ),
    (
        "Bug report",
        "App closes by itself when I open settings\n\nSince the update to 5.2.1 last night the Android app crashes each time I tap the gear icon. I reinstalled it and restarted the phone (Pixel 8, Android 14), same thing. Before the update it worked without trouble. I've attached the log: java.lang.NullPointerException at SettingsFragment.onCreateView. Let me know if you need anything else.",
    ),
    (
        "Bug report",
        "CSV export contains empty columns\n\nHello, when I export the list of contacts to CSV the columns 'phone' and 'city' are there but have no values, although I see them on the screen. It happens in Chrome and in Firefox, for all of my colleagues. Two weeks ago the same export was complete. Steps: Contacts, select all, Export, CSV. Expected: all the values.",
    ),
    (
        "Bug report",
        "Totals on the dashboard are wrong\n\nThe sum shown in the widget 'hours this week' does not match the entries below it. I have 38.5 hours in the list, the widget claims 61. It looks as if deleted entries are still counted. If I change the time zone to UTC the number changes again to 54. Could a developer have a look?",
    ),
    (
        "Bug report",
        "Blank page after clicking Save\n\nWhenever I edit a project description and click Save, the page turns white and the console shows 'Uncaught TypeError: cannot read properties of undefined (reading id)'. After reloading, the old text is back, so my changes are gone. This is reproducible on our staging project as well. Browser: Edge 121 on Windows 11.",
    ),
    (
        "Feature request",
        "Dark mode please\n\nHi! I love the app and use it every evening, but the bright white background hurts my eyes at night. It would be great if you could add a dark theme that follows the system setting, as most other apps already do. I know several people at work who would be happy about that too. Keep up the good work!",
    ),
    (
        "Feature request",
        "Import from Markdown files\n\nWe keep all our meeting notes as Markdown in a folder. At the moment I must copy and paste each one by hand. Could you support importing a whole folder at once, with the headings turned into sections? Even a simple version would save us hours every month. Is something like this on your roadmap?",
    ),
    (
        "Feature request",
        "Wish: recurring tasks\n\nA small suggestion. Many of our tasks repeat, for example the backup check on the first Monday of the month. I would like to be able to say 'repeat every month' when creating a task rather than duplicating the old one. Ideally with an end date. I'd be glad to try it as a beta tester.",
    ),
    (
        "Feature request",
        "Keyboard shortcuts\n\nIs there any plan for shortcuts in the editor? Moving my hand to the mouse for each heading slows me down. What I'm missing most: a key for the next comment, one for resolving a comment, and a way to define own ones. Would be a nice improvement for people who write all day long.",
    ),
    (
        "Performance and outage",
        "Everything is down for us\n\nSince 9:15 this morning none of our forty users can reach the site. We get a 503 Service Unavailable page, from the office as well as from home. Your status page says all systems operational, which is clearly not the case. This stops our whole call center, please treat as urgent and call me back at +44 20 7946 0958.",
    ),
    (
        "Performance and outage",
        "Search takes almost a minute\n\nFor the last few days the search in our workspace has been extremely slow. What used to take a second now takes 40 to 60 seconds, in the afternoon it even times out. We have about 20,000 documents. Our internet line is fine, other websites load at once. Are your servers overloaded?",
    ),
    (
        "Performance and outage",
        "Timeouts every night around 2 am\n\nHello, our nightly jobs have failed three nights in a row because your servers don't answer between 01:50 and 02:20. The monitoring shows response times going up to 30 seconds and then gateway timeouts. Is there a maintenance window that we don't know about? We need a stable service at this hour.",
    ),
    (
        "Performance and outage",
        "Loading spinner forever\n\nThe web app loads painfully slowly today. After signing in I look at the spinner for two or three minutes until the first page comes up, and each click takes ages again. My colleagues in Madrid and Lisbon see the same. Is there a known incident? When will it be back to normal speed?",
    ),
    (
        "Subscription and cancellation",
        "I want to cancel\n\nHi, please end my membership at the next possible date. I don't use the product any more since I changed jobs. I could not find a button for it in my account, only one for upgrading. Please confirm in writing that the plan will not be renewed in May. Thanks for the good time, Ruth",
    ),
    (
        "Subscription and cancellation",
        "Move from Pro to the small plan\n\nHello, our team has shrunk from twelve to four people, so the Pro plan is too big for us now. How can we downgrade to the Starter plan, and when would it take effect? Will we keep our projects? Our contract renews on the first of next month, so we would like to do it before that.",
    ),
    (
        "Subscription and cancellation",
        "Pause for the summer\n\nOur school is closed from the end of June until September and nobody will need the licences. Is there a possibility to put the subscription on hold for these months rather than cancelling it and buying it again? We would be happy to prolong the contract at the end by the same time.",
    ),
    (
        "Subscription and cancellation",
        "Upgrade for more seats\n\nGood day, we are on the team plan with ten seats and five new colleagues will start next week. What is the easiest way to upgrade to the business plan in the middle of the year? Do we get a new renewal date? And can seats be given back later if we don't need them any more?",
    ),
    (
        "Privacy and security",
        "Please delete everything about me\n\nTo whom it may concern: under article 17 GDPR I ask you to erase all the personal data that you hold on me, including backups and marketing lists, and to tell me to whom you have passed it on. Please confirm within one month. My customer number is 554-20. Yours faithfully, A. Lindqvist",
    ),
    (
        "Privacy and security",
        "Login from a country I have never been to\n\nI just received your notice that someone signed in to my account from Brazil at 4 in the morning. That wasn't me. I have changed the password, but I'm worried about what they have seen. Can you log out all the other devices and tell me what was accessed? I think that I have been hacked.",
    ),
    (
        "Privacy and security",
        "Suspicious mail in your name\n\nToday I got an email that looks like yours and asks me to confirm my bank details under a link to a strange domain. I didn't click. It seems to be phishing; perhaps you want to warn other customers. I can forward the original with all headers. Did you have a data leak? They knew my full name.",
    ),
    (
        "Privacy and security",
        "Security issue in your upload form\n\nHi, I'm a security researcher. I found that files which are uploaded through the public form can be listed by anybody who changes the id in the address, so other people's documents are exposed. I have not downloaded anything. Do you have a disclosure policy, and whom may I send the details to, encrypted?",
    ),
    (
        "Integration and API",
        "Webhook stopped calling our endpoint\n\nHi, our server has not received any webhook from you since Tuesday, although new tickets are created. In the developer settings the hook is shown as active and the test button says it was sent. We verify the signature header; did its format change? The endpoint is https://hooks.example.com/in and it returns 200.",
    ),
    (
        "Integration and API",
        "401 with a fresh API key\n\nI created a new API key this morning with read and write scope. Each request to /v2/contacts answers 401 invalid_token. The same code with my old key works. I'm sending it in the Authorization header as Bearer. Is there a delay until a key is active, or do I need to enable something for our workspace?",
    ),
    (
        "Integration and API",
        "Connecting to Salesforce\n\nHello, we are trying to connect your product to our Salesforce sandbox. After allowing access, the OAuth callback ends on a page that says redirect_uri mismatch. We followed the guide step by step. Does the integration support sandboxes at all, or production organisations only? Which callback address do I need to register?",
    ),
    (
        "Integration and API",
        "How many requests per minute?\n\nWe are writing a script which copies all our records to the data warehouse every night over your REST API. After some time we get 429 responses. What's the limit for our plan and does the answer say how long to wait? Is there a bulk endpoint, so that we don't need to fetch the records one at a time?",
    ),
]

OUT_OF_SCOPE: list[str] = [
    "Lunch on Thursday\n\nHi Ben, shall we try the new Thai restaurant near the station? I heard that the green curry is excellent. Twelve thirty would suit me, and Carla might join us with the baby.",
    "Sunday's match\n\nWhat a game! Two goals in the last five minutes, and the goalkeeper was a hero. I still can't believe that the referee didn't give that penalty. See you at the stadium next week.",
    "Recipe\n\nTake 200 grams of flour, two eggs and a pinch of salt, knead well, let the dough rest for half an hour, roll it out thinly and cook the noodles for three minutes in boiling water.",
    "The river rises in the mountains, flows through three valleys and reaches the sea after four hundred kilometres. In spring its water is cold and clear, and herons fish along its banks.",
    "We offer cheap SEO services, guaranteed first page on Google, 500 backlinks for your business, reply now for a free quote and a special discount for the holiday season!!!",
    "Question about history\n\nFor my school essay I'd like to know in which year the Roman empire reached its largest size and who was emperor then. Could you also recommend a good book about it?",
    "asdf qwer zxcv",
    "Thanks a lot, have a nice weekend!",
]
