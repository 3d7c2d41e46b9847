"""The page on which the person answers. Whatever is in a question is text there, never markup."""

from functools import cache
from html import escape
from importlib import resources
from string import Template

from do_nfs_mcp.api.untrusted_text import quoted
from do_nfs_mcp.browser.question import Question

__all__ = ["message_page", "question_page"]

_TITLE = "An assistant asks you to confirm"
_OVER = "This question is over: it was answered, or its call has ended. Nothing is done from here."

_QUESTION = Template("""\
<h1>$title</h1>
<p id="question" class="message">$text</p>
<p id="alert" class="message" role="alert">$alert</p>
<form id="form" method="post" aria-describedby="question">
$field
<div class="buttons">
<button name="answer" value="yes">$yes</button>
<button name="answer" value="no" formnovalidate>No, do nothing</button>
</div>
</form>
<p class="quiet">do-nfs-mcp on this machine asks this itself, since the program that the assistant runs in does not.
Closing this page does not answer it.</p>
<script nonce="$nonce">
"use strict";
const form = document.getElementById("form"), notice = document.getElementById("alert");
notice.hidden = !notice.textContent;
let submitted = false;
form.addEventListener("submit", () => { submitted = true });

/** Wait with the server until the question is over, which may come about without this page. */
async function watch() {
  while ((await fetch(location.pathname + "/open")).status === 200);
}

watch().catch(() => {}).finally(() => {
  if (submitted) return;
  form.hidden = notice.hidden = true;
  notice.textContent = "$over";
  notice.hidden = false;
});
</script>""")
_FIELD = Template("""\
<label for="typed">$label</label>
<input id="typed" name="typed" required autocomplete="off" autocapitalize="off" spellcheck="false" \
aria-describedby="hint alert">
<p id="hint" class="quiet">$hint</p>""")
_HINT = Template('<p class="quiet">$hint</p>')


@cache
def _shell() -> Template:
    return Template((resources.files("do_nfs_mcp.browser") / "page.html").read_text("utf-8"))


def question_page(question: Question, nonce: str, mistyped: str | None = None) -> str:
    """Return the page with a question.

    Args:
        question: The question.
        nonce: What the policy of the page allows its style and script by.
        mistyped: What the person typed if that was no yes; None if they are asked for the first time.
    """
    label, hint = escape(question.label), escape(question.hint)
    field = (_HINT if question.typed is None else _FIELD).substitute(label=label, hint=hint)
    body = _QUESTION.substitute(
        title=_TITLE,
        text=escape(question.text),
        alert="" if mistyped is None else escape(f"{quoted(mistyped)} is not what the question asks for."),
        field=field,
        yes=label if question.typed is None else "Yes, do it",
        nonce=nonce,
        over=_OVER,
    )
    return _shell().substitute(title=_TITLE, nonce=nonce, body=body)


def message_page(nonce: str, title: str, text: str = _OVER) -> str:
    """Return a page that says something.

    Args:
        nonce: What the policy of the page allows its style by.
        title: The gist.
        text: The rest.
    """
    body = f'<h1>{escape(title)}</h1>\n<p class="message" role="status">{escape(text)}</p>'
    return _shell().substitute(title=escape(title), nonce=nonce, body=body)
