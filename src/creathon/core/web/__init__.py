"""How a request comes in and leaves: door, viewer, form, transaction, page. Features import names from its modules."""
