"""A model is told what to ask its person and what others have to do; a person at a terminal, what they have to do."""

from do_nfs_mcp.audience import for_reader, operator_has_to, read_by_a_person


def test_words_are_for_a_model_unless_a_person_reads_them() -> None:
    assert for_reader("Ask them.", "Say it.") == "Ask them."
    with read_by_a_person():
        assert for_reader("Ask them.", "Say it.") == "Say it."
    assert for_reader("Ask them.", "Say it.") == "Ask them."


def test_what_the_operator_has_to_do_is_the_person_s_own_task_at_a_terminal() -> None:
    assert operator_has_to("check --api-url") == "Whoever runs this server has to check --api-url."
    restarted = "Whoever runs this server has to set X and restart it."
    assert operator_has_to("set X", and_restart=True) == restarted
    with read_by_a_person():
        assert operator_has_to("set X", and_restart=True) == "Set X."
