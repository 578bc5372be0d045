"""The themes of needs and offers, and the dated figures by which a region is ahead in one."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

THEMES = {
    "malaria": _("Malaria"),
    "health": _("Health"),
    "education": _("Education"),
    "poverty": _("Poverty"),
    "sanitation": _("Sanitation"),
    "water": _("Safe water"),
    "work": _("Work"),
    "economy": _("Local economy"),
    "digital": _("Electronic government"),
    "licensing": _("Licences and one-stop services"),
    "papers": _("Civil papers"),
    "governance": _("Governance"),
}

# Theme -> the indicator that measures it and whether more is better. A theme without one is
# measured by honours alone: no figure that we have says who is ahead in malaria.
MEASURES: dict[str, tuple[str, bool]] = {
    "health": ("life_expectancy", True),
    "education": ("mean_years_schooling_15plus", True),
    "poverty": ("poverty_rate_p0", False),
    "sanitation": ("households_adequate_sanitation", True),
    "water": ("households_safe_water", True),
    "work": ("open_unemployment_rate", False),
    "economy": ("adjusted_expenditure_per_capita", True),
    "digital": ("spbe_index", True),
    "governance": ("iga_innovation_index", True),
}
