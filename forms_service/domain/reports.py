"""Reports: what is read from many documents, by name, as a form's `report:` may ask for it.

The names stand here so that a spec is checked when it is read; `workflow.reporting` makes them.
"""

REPORT_NAMES = ("step_times", "complaint_statistics", "penalty_basis", "sanction_list", "collection_list")
