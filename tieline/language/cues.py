"""Phrases that tell what a sentence of a discussion does: decide, agree, propose, ask, answer, promise.

In English, and the commonest of them in German, French and Spanish. One list for all: a phrase of one language says
nothing in another.
"""

from __future__ import annotations

import re

#: Languages that there are phrases for.
SPOKEN = frozenset({"en", "de", "fr", "es", "und"})


def _cue(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_WEEKDAY = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|montag|dienstag|mittwoch|donnerstag|freitag|"
    r"lundi|mardi|mercredi|jeudi|vendredi|lunes|martes|miércoles|jueves|viernes"
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DAY = (
    rf"(?:next |this |end of (?:the )?)?(?:{_WEEKDAY}|week|month|day|sprint|quarter)|today|tonight|tomorrow|noon|"
    rf"eod|eow|cob|"
    rf"morgen|heute|demain|mañana|\d{{4}}-\d\d-\d\d|\d{{1,2}}\.\d{{1,2}}\.(?:\d{{4}})?|"
    rf"\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?|the \d{{1,2}}(?:st|nd|rd|th)"
)
DUE = re.compile(
    rf"\b(?:by|until|till|before|due|bis(?: zum)?|d'ici|avant|antes del?|para el) (?:the )?((?:{_DAY}))\b"
    rf"|\b(today|tonight|tomorrow|next (?:week|{_WEEKDAY})|morgen|demain|mañana)\b",
    re.IGNORECASE,
)

#: What follows "let's" or "we will" when nothing is decided by it.
_NO_STEP = (
    r"(?:see|wait|talk|discuss|think|hope|say|ask|find out|check|look|meet|chat|face|revisit|not decide|be honest|"
    r"know|need|have to|get back|keep you|let you|try to|probably|investigate|contact|come back|follow up|sync|"
    r"clarify)\b"
)
DECIDED = _cue(
    r"\bwe(?:'ve| have)? (?:all |both |now |finally |just |already |then )*(?:decided|agreed|chose|chosen|settled|"
    r"concluded|voted)\b",
    r"\b(?:it(?:'s| is| was)|has been|have been|was|were) (?:now |hereby |finally )?(?:decided|agreed|approved|"
    r"rejected)\b",
    r"^(?:final |the )?(?:decision|resolution|resolved|conclusion|verdict|outcome|agreed|approved|"
    r"decided)\s*[:\u2013-]",
    r"^(?:agreed|approved|decided)\b(?:,| to\b| that\b| on\b)",
    rf"\blet'?s (?:just |then |please )*(?!{_NO_STEP})\w+",
    rf"\bwe(?:'ll| will| shall| are going to|'re going to) (?:just |then |therefore |not )*(?!{_NO_STEP})\w+",
    r"\b(?:going|go|went) (?:ahead )?with\b",
    r"\b(?:i|we) (?:hereby )?(?:approve|sign off|signed off)\b",
    r"\b(?:plan|decision|conclusion|consensus|verdict) (?:is|was) (?:to|that)\b",
    r"\bi(?:'ve| have) decided\b|, (?:approved|agreed)[.!]*(?: |$)|\b\w+ it is(?=[.,!]|$)",
    # German
    r"\bwir haben (?:uns )?.{0,60}\b(?:entschieden|beschlossen|geeinigt|vereinbart)\b|\bhaben wir beschlossen\b",
    r"^(?:beschluss|entscheidung|ergebnis)\s*:|\b(?:wurde|ist) (?:hiermit )?(?:beschlossen|entschieden|"
    r"genehmigt)\b",
    r"\b(?:dann )?(?:nehmen|bleiben|verschieben|verwenden|gehen|machen) wir\b|\bwir (?:nehmen|bleiben|verschieben|"
    r"verwenden)\b",
    # French
    r"\b(?:on a|nous avons) (?:donc |finalement )?(?:décidé|convenu|choisi)|^décision\s*:|\bc'est décidé\b",
    r"\bon (?:part sur|garde|prend|reporte|passe à)\b|\b(?:est|a été) validée?\b",
    # Spanish
    r"\b(?:hemos )?(?:decidido|acordado)\b|\b(?:decidimos|acordamos)\b|^decisión\s*:|\bvamos con\b|"
    r"\bqueda aprobad[oa]\b",
)
#: Before such a phrase, or at the beginning of its sentence: it is not so, or not yet.
UNDECIDED = _cue(
    r"\b(?:not|never|n't|nothing|nobody|no one|yet to|before|until|unless|once|after|if|whether|when|as soon as|"
    r"maybe|"
    r"perhaps|probably|might|could|would|should|may|who|why|had|thought|hope|hoping|suggest|propose|vote|falls|"
    r"wenn|"
    r"falls|ob|bevor|nicht|si|quand|avant|cuando|antes|kein\w*|noch)\b",
)
REVOKED = _cue(
    r"\b(?:scratch that|on second thought|(?:we|i)(?:'ve| have)? changed (?:our|my) minds?)\b",
    r"\b(?:forget (?:that|what i said)|that (?:decision )?is off the table|(?:we )?(?:have to |must )?revert(?:ed|"
    r"ing)? (?:that|the) decision)\b",
)
AGREES = _cue(
    r"^(?:\+1|:\+1:|:thumbsup:|:white_check_mark:|\U0001f44d|\u2705)",
    r"^(?:yes|yep|yeah|ok|okay|sure|great|perfect|alright)?[,.! ]*(?:(?:i )?agreed?|approved|sounds good|"
    r"works for me|"
    r"fine (?:by|with|for) me|good idea|go ahead|go for it|(?:let'?s )?do (?:it|that|this)|deal|lgtm|i'm in)\b",
    r"^(?:einverstanden|abgemacht|passt(?: für mich)?|machen wir so|d'accord|ça marche|ça me va|de acuerdo|vale|"
    r"me parece bien)\b",
)
PROPOSES = _cue(
    r"\b(?:proposal|suggestion|motion)\s*:|\b(?:i(?:'d| would)? (?:propose|suggest|recommend|vote)|how about|"
    r"what about|what if we|"
    r"why don't we|shall we|should we|could we|can we|we could|we should|why not)\b",
    r"\b(?:sollen wir|wollen wir|wir könnten|wir sollten|ich schlage vor|et si on|on pourrait|"
    r"je propose|podríamos|propongo|qué tal si)\b|\bvorschlag\s*:",
)
#: Questions that no answer is wanted to.
IDLE = _cue(
    r"^(?:right|ok(?:ay)?|no|yes|really|what|huh|hm+|hello|hi|hey|sorry|so|and|deal|agreed|sounds? good|"
    r"make sense|makes sense|"
    r"anyone|anybody|see|you know|isn't it|who knows|why not|wdyt|oder|ne|non|verdad|no)\W*$",
    r"\bhow are (?:you|things)\b|\bhow(?:'s| is) it going\b|\bhope you\b|\bwhat could go wrong\b|"
    r"\bwho would have thought\b",
    r"^(?:can|could|would) (?:you|somebody|someone|anyone) (?:please )?(?:help|assist|take a look|have a look|"
    r"look into)"
    r"(?: me| us| with)?(?: this| it| that)?(?: please)?\?$",
    r"^(?:is there )?anything else\b",
)
#: Questions that have no mark.
WONDERS = _cue(
    r"\b(?:open question|still (?:open|unclear|unknown|undecided)|tbd|to be (?:decided|clarified|confirmed|"
    r"determined))\b",
    r"\b(?:not (?:yet )?(?:clear|decided|sure)|unclear|i wonder|i(?:'m| am) wondering|wondering|(?:we|"
    r"i) (?:do not|don't) know|"
    r"(?:we|i) (?:still )?need to (?:know|find out|decide|clarify)|(?:we )?have(?:n't| not) (?:yet )?decided)"
    r"(?: yet| on)? (?:who|what|when|where|why|how|if|whether|which)\b",
    r"\b(?:noch (?:offen|unklar)|es ist unklar|offene frage|reste à (?:décider|clarifier|définir)|pas encore clair|"
    r"queda por (?:decidir|definir)|no está claro)\b",
)
DEFLECTS = _cue(
    r"\b(?:good question|great question|no idea|no clue|not sure|unsure|(?:do not|don't|dunno) know|"
    r"let me (?:check|ask|find|see|look)|"
    r"(?:will|'ll|going to|need to|have to) (?:check|ask|find out|look|get back|come back|investigate|verify|"
    r"confirm|clarify)|"
    r"looking into|checking|i(?:'m| am) asking|same question|also (?:wonder|curious|like to know)|bump|"
    r"still waiting|"
    r"no (?:answer|news|reply)|any (?:news|updates?)|can't (?:say|tell)|hard to say|it depends)\b",
    r"^(?:\+1|following|me too|same here|interesting|hm+)\b",
    r"\blet'?s (?:talk|discuss|see|wait|revisit|decide|come back|take (?:that|this) offline)\b|\blater\b|"
    r"\banother time\b",
    r"\b(?:keine ahnung|weiß (?:ich |es )?(?:leider )?(?:auch )?nicht|gute frage|ich (?:frage|prüfe|kläre|schaue)|"
    r"melde mich|"
    r"aucune idée|je ne sais pas|bonne question|je (?:demande|vérifie|regarde)|ni idea|no (?:lo )?sé|"
    r"buena pregunta|lo (?:miro|pregunto|reviso))\b",
)
#: The one who asked needs no answer any more.
SETTLED = _cue(
    r"\b(?:never ?mind|found it|figured it out|(?:that|this) (?:answers|works|worked|helps|helped|solve[sd]|"
    r"explains|did it|fixe[sd])|"
    r"got it|makes sense|(?:problem|issue) (?:is )?solved|(?:all|it) (?:good|clear|works|set) now|understood|"
    r"hat sich erledigt|"
    r"alles klar|c'est bon|compris|entendido|ya lo encontré)\b",
)
YES_NO = re.compile(
    r"^(?:yes|yep|yeah|yup|no|nope|nah|correct|exactly|right|indeed|not (?:yet|really|at all|any ?more)|already|"
    r"sure|"
    r"absolutely|of course|it (?:does|is|was|will)|they (?:do|are)|ja|nein|doch|oui|non|sí|claro)\b",
    re.IGNORECASE,
)
PROMISES = _cue(
    r"\bi(?:'ll| will|'m going to| am going to) (?:also |then |just )*(?!see\b|be\b(?! sending)|let you know|"
    r"miss\b|wait\b|never\b|not\b|say\b|admit\b|"
    r"assume\b|try\b|have to\b|need\b|think\b|leave it\b|stop\b|get back\b)\w+",
    r"\bi(?: can|'ll)? take (?:care of|this|that|it)\b|\bleave (?:it|that) to me\b|\bi(?:'m| am) on it\b",
    r"\bich (?:werde|übernehme|kümmere mich|schicke|mache|erstelle)\b|\bje (?:vais|m'en occupe|m'occupe|prépare|"
    r"envoie)\b",
    r"\b(?:me encargo|yo lo hago)\b|\bvoy a (?!ver\b)\w+",
)
TO_DO = re.compile(
    r"^(?:action(?: items?| point)?|to-?do|next steps?|aufgabe|à faire|tarea)\s*[:\u2013-]\s*(?=\S)", re.IGNORECASE
)
WHEN = _cue(
    r"\b(?:when|what time|how (?:soon|long)|which day|by when|wann|quand|cuándo|how many|how much|what percentage|"
    r"which version)\b"
)
WHO = _cue(r"\b(?:who|whose|whom|wer|wem|qui|quién)\b")
WH = _cue(
    r"\b(?:what|which|why|how|where|wie|was|welche[rsnm]?|warum|wo|comment|pourquoi|où|quel(?:le)?s?|cómo|por qué|"
    r"dónde|qué|cuál)\b"
)
#: Asks for a decision.
CHOICE = _cue(
    r"^(?:\w+[, ]+){0,2}(?:which|what|welche[rsn]?|quel(?:le)?|cuál)\b.* (?:shall|should|do|will|are|sollen|"
    r"wollen) (?:we|wir)\b"
)
