"""Forms from pydantic models: fields, values and their errors. Pure, no front end."""

from livedata_panel.forms.fields import Choice, Field, Group, Kind, Path, form_of
from livedata_panel.forms.values import Checked, Raw, check, raw_values

__all__ = [
    "Checked",
    "Choice",
    "Field",
    "Group",
    "Kind",
    "Path",
    "Raw",
    "check",
    "form_of",
    "raw_values",
]
