"""Errors that may be shown to a person. Their text never holds a value from a record."""


class KvinnofridError(Exception):
    """Root of the project's own errors: the message is safe to show and says what to do."""


class UserError(KvinnofridError):
    """Something the user can mend: a wrong option, a missing file, a setting."""
