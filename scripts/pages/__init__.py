"""What of the pages is made from the code and the tests."""
