"""What scripts/hosts gives to every driver."""

import json
import os

SERVER: list[str] = json.loads(os.environ["HOSTS_SERVER"])
URL = os.environ["HOSTS_URL"]
MODEL = os.environ["HOSTS_MODEL"]
PROMPT = os.environ["HOSTS_PROMPT"]
CALLS: list[dict] = json.loads(os.environ["HOSTS_CALLS"])
ANSWER: dict = json.loads(os.environ["HOSTS_ANSWER"])
KEY = "sk-nobody"
