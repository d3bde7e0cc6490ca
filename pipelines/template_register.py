"""Templates for the forms that hold person records, as the command line offers them. Their layout is in ``sources``."""

from sources.forms.arbetsbok_form import write_register_form
from sources.forms.arendeblad_form import write_arendeblad_form

__all__ = ["write_arendeblad_form", "write_register_form"]
