"""The account's token: where it is kept, and how another is fetched once the API no longer takes it."""
