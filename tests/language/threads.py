"""Discussions with what they have come to, as a reader sees it.

A decision or question is named by a piece of its sentence, with the number of its comment, from 1. They were written
with the phrases in view, so expect less of discussions elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from tieline.language.comments import Comment


@dataclass(frozen=True)
class Thread:
    """A discussion, and what a reader finds in it."""

    name: str
    said: tuple[tuple[str, str], ...]
    decisions: tuple[tuple[int, str], ...] = ()
    questions: tuple[tuple[int, str], ...] = ()
    actions: tuple[tuple[int, str], ...] = ()

    @property
    def comments(self) -> list[Comment]:
        return [Comment(id=str(n), by=by, text=text) for n, (by, text) in enumerate(self.said, 1)]


THREADS = (
    Thread(
        "database",
        (
            ("Ann Lee", "Which database shall we use for the new inbox service? And who will own the migration?"),
            ("Bo Kim", "I suggest Postgres, since we run it already."),
            ("Cem Oz", "MySQL would do too, but nobody here knows it well."),
            ("Ann Lee", "OK, then let's go with Postgres. I'll write the decision record by Friday."),
            ("Bo Kim", "Good. How long do we keep the old rows?"),
            ("Cem Oz", "No idea, legal has to say."),
        ),
        decisions=((4, "go with Postgres"),),
        questions=((1, "who will own the migration"), (5, "keep the old rows")),
        actions=((4, "decision record"),),
    ),
    Thread(
        "outage",
        (
            ("Dana", "Checkout is down for everybody since 10:02. Is anybody looking at it?"),
            ("Eli", "Yes, I am on it. The last deploy broke the session store."),
            ("Dana", "Can we roll back?"),
            ("Eli", "Yes. Rolling back now."),
            ("Dana", "Customers ask what happened to payments that were under way. Were any of them lost?"),
            ("Eli", "I don't know yet, will check with the payment provider."),
            ("Finn", "We decided in the incident call to freeze deploys until Monday."),
            ("Eli", "Rollback is done, checkout works again."),
        ),
        decisions=((7, "freeze deploys until Monday"),),
        questions=((5, "Were any of them lost"),),
        actions=((2, "on it"),),
    ),
    Thread(
        "refund mail",
        (
            (
                "Grace Hopper",
                (
                    "Hello,\n\nI was charged twice for order 4711. When will I get my money back?\n\n"
                    "Kind regards\nGrace Hopper\nHead of Procurement\nWould you like our newsletter? Visit example.com"
                ),
            ),
            ("Hal", "Dear Grace,\n\nsorry for that. The refund takes five working days.\n\nBest regards\nHal"),
            (
                "Grace Hopper",
                (
                    "Thank you. Do I need to send you the invoice again?\n\n"
                    "On Mon, 4 May 2026 at 10:00, Hal wrote:\n> sorry for that. Shall we close the ticket?"
                ),
            ),
            ("Ida", "Automatic reply: I am out of the office until Monday. We will go with my deputy. Who needs help?"),
        ),
        questions=((3, "send you the invoice again"),),
    ),
    Thread(
        "pricing vote",
        (
            ("Jo", "Proposal: we raise the price of the small plan to 12 dollars."),
            ("Kai", "Have we asked the big customers?"),
            ("Jo", "Yes, all five are fine with it."),
            ("Lou", "Agreed."),
            ("Kai", "What about the free plan? Maybe we should drop it."),
            ("Lou", "Let's talk about that next week."),
        ),
        decisions=((4, "12 dollars"),),
        questions=((5, "free plan"),),
    ),
    Thread(
        "nothing decided",
        (
            ("Mia", "We have not decided on a date yet."),
            ("Noa", "If the tests pass we will ship on Tuesday. Otherwise maybe Thursday."),
            ("Mia", "Once we have agreed with sales, I can announce it."),
            ("Noa", "Let's wait for the tests."),
        ),
    ),
    Thread(
        "answers with quotes",
        (
            (
                "Ola",
                "Three. Does the export contain deleted rows? Which time zone are the dates in? Is there a size limit?",
            ),
            ("Pia", "> Which time zone are the dates in?\nUTC, always.\n\n> Is there a size limit?\nTwo gigabytes."),
            ("Ola", "Thanks!"),
        ),
        questions=((1, "contain deleted rows"),),
    ),
    Thread(
        "never mind",
        (
            ("Quinn", "Where do I find the signing secret of the webhook?"),
            ("Quinn", "Never mind, found it under Settings."),
            ("Rui", "Does it have to be rotated when people leave?"),
            ("Quinn", "Not sure."),
        ),
        questions=((3, "rotated when people leave"),),
    ),
    Thread(
        "code and list",
        (
            (
                "Sam",
                (
                    "The retry loop:\n```python\nif done: # shall we decide here?\n    raise Bad('we agreed?')\n```\n"
                    "Should the limit be three or five?"
                ),
            ),
            ("Tom", "Three. We agreed on three in the last review."),
            (
                "Uma",
                (
                    "Minutes:\n- Decision: keep the old endpoint until March\n- Action item: Tom to update the list "
                    "by Wednesday\n- Open question: who tells the partners"
                ),
            ),
        ),
        decisions=((2, "agreed on three"), (3, "old endpoint until March")),
        questions=((3, "who tells the partners"),),
        actions=((3, "update the list"),),
    ),
    Thread(
        "changed minds",
        (
            ("Val", "We'll use the blue logo for the launch."),
            ("Wim", "Marketing has just said that blue is taken by the competitor."),
            ("Val", "Scratch that. We go with green."),
            ("Wim", "Great. @Val please send the files to the printer before Thursday."),
        ),
        decisions=((3, "go with green"),),
        actions=((4, "send the files"),),
    ),
    Thread(
        "hiring, informal chat",
        (
            ("xan", "so what do you think of the second candidate?"),
            ("yas", "strong on the design part. weak on sql"),
            ("zoe", "same impression. shall we invite her for a second round?"),
            ("yas", "+1"),
            ("xan", "who can take the sql interview?"),
            ("zoe", "i'll take it"),
            ("xan", "ok? cool"),
        ),
        decisions=((4, "second round"),),
        actions=((6, "take it"),),
    ),
    Thread(
        "Umzug",
        (
            ("Anna", "Sollen wir den Server schon im Mai umziehen?"),
            ("Bernd", "Ja, im Mai ist es ruhig."),
            ("Clara", "Wir haben beschlossen, den Umzug auf den 12. Mai zu legen."),
            ("Anna", "Wer informiert die Kunden?"),
            ("Bernd", "Keine Ahnung.\n\nViele Grüße\nBernd"),
        ),
        decisions=((3, "12. Mai"),),
        questions=((4, "informiert die Kunden"),),
    ),
    Thread(
        "site web",
        (
            ("Denise", "On a décidé de garder la page actuelle jusqu'en juin."),
            ("Émile", "D'accord. Qui prépare les textes en anglais ?"),
            ("Denise", "Je ne sais pas, je demande à l'équipe."),
            ("Fanny", "Je vais traduire la page d'accueil avant lundi."),
        ),
        decisions=((1, "garder la page actuelle"),),
        questions=((2, "textes en anglais"),),
        actions=((4, "traduire"),),
    ),
    Thread(
        "proveedor",
        (
            ("Gil", "Hemos decidido cambiar de proveedor en septiembre."),
            ("Inés", "¿Cuánto cuesta romper el contrato actual?"),
            ("Gil", "Buena pregunta, lo pregunto."),
        ),
        decisions=((1, "cambiar de proveedor"),),
        questions=((2, "romper el contrato"),),
    ),
    Thread(
        "feature request",
        (
            ("Lena", "It would be great if reports could be sent as PDF. Is that planned?"),
            ("Max", "Not yet. We will add it in the next release, in June."),
            ("Lena", "Great! Will it cover the weekly reports too?"),
            ("Nils", "I would also like to know that."),
            ("Max", "It was decided that weekly reports stay as they are. How many people need them at your company?"),
        ),
        decisions=((2, "next release"), (5, "weekly reports stay")),
        questions=((5, "How many people need them"),),
    ),
)

#: Written after the phrases were. At first sight 3 of 5 decisions and 2 of 4 questions were found, and nothing that is
#: none; then two phrases were added ("strings it is", "approved" at the end), and "@Vera please …" is no answer now.
LATER = (
    Thread(
        "login page",
        (
            ("Rosa", "Users on Safari are logged out after an hour. Has anyone seen this on Firefox?"),
            ("Sven", "Only Safari, it drops the cookie. I suspect the SameSite setting."),
            ("Rosa", "Would it be risky to change that in production today?"),
            ("Tara", "A bit. We have agreed to ship such things behind the flag first."),
            ("Sven", "Then I will prepare a branch tonight."),
            ("Rosa", "Who reviews it? Tara is away from tomorrow."),
        ),
        decisions=((4, "behind the flag"),),
        questions=((6, "Who reviews it"),),
        actions=((5, "prepare a branch"),),
    ),
    Thread(
        "shipment",
        (
            ("Customer", "My parcel has been at customs for nine days. Is there a form missing?"),
            ("Agent", "Thank you for writing. Customs wants a copy of the invoice; could you upload it here?"),
            ("Customer", "Uploaded. And who pays the storage fee?"),
            ("Agent", "I need to ask our carrier about that."),
            ("Lead", "We're going to cover the fee this time, please note it in the account."),
            ("Customer", "Thanks. How long will it take from here?"),
        ),
        decisions=((5, "cover the fee"),),
        questions=((6, "How long will it take"),),
    ),
    Thread(
        "conference",
        (
            ("Ugo", "Do we want a booth or just talks this year?"),
            ("Vera", "A booth costs 9k. Talks only would be my choice."),
            ("Wanda", "Talks only, approved. Budget is 3k."),
            ("Ugo", "Is travel included in that?"),
            ("Vera", "TBD whether partners may share the slot."),
            ("Wanda", "@Vera please submit two abstracts by 2026-12-01."),
        ),
        decisions=((3, "approved"),),
        questions=((4, "Is travel included"), (5, "partners may share")),
        actions=((6, "two abstracts"),),
    ),
    Thread(
        "schema",
        (
            ("Yann", "Should ids be strings or numbers in the new API?"),
            ("Zita", "Strings. Numbers overflow in JavaScript."),
            ("Yann", "Makes sense, strings it is. Do we version by header or path?"),
            ("Abel", "Path. Everybody understands that."),
            ("Zita", "I still have doubts about the path."),
            ("Yann", "The plan is to publish the draft next week; comments are welcome until then."),
        ),
        decisions=((3, "strings it is"), (6, "publish the draft")),
    ),
)
