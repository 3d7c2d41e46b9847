"""Asks the person in their browser, where the host of the server cannot."""
