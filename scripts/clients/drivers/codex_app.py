"""An app on Codex's app-server, which its own apps are, too: it answers what Codex asks the person."""

import json
import subprocess

from given import ANSWER, PROMPT

ANSWERS = {"mcpServer/elicitation/request": {"action": "accept", "content": ANSWER}}

codex = subprocess.Popen(["codex", "app-server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def send(**message):
    codex.stdin.write(json.dumps(message) + "\n")
    codex.stdin.flush()


def wait_for(is_it):
    for line in codex.stdout:
        message = json.loads(line)
        print(line[:500], end="")
        if "method" in message and "id" in message:
            send(id=message["id"], result=ANSWERS[message["method"]])
        if is_it(message):
            return message
    raise SystemExit("Codex ended")


def ask(number, method, params):
    send(id=number, method=method, params=params)
    return wait_for(lambda message: message.get("id") == number and "method" not in message)["result"]


ask(1, "initialize", {"clientInfo": {"name": "host", "version": "1"}})
send(method="initialized")
thread = ask(2, "thread/start", {"approvalPolicy": "on-request"})["thread"]["id"]
ask(3, "turn/start", {"threadId": thread, "input": [{"type": "text", "text": PROMPT}]})
wait_for(lambda message: message.get("method") == "turn/completed")
codex.kill()
