"""What the published guide of some industries may ask for at all, whatever the answers (R2.11). Pure."""

from collections.abc import Iterable

from industries.entities import Catalogue


def subjects_of(catalogue: Catalogue, industries: Iterable[str]) -> frozenset[str]:
    """The ids of every material and field that a matter of these industries lists, and of the form's common fields."""
    listed = {entry.matter for industry in industries for entry in catalogue.industries[industry].matters}
    matters = [catalogue.matters[id] for id in listed]
    subjects = (subject for matter in matters for subject in (*matter.materials, *matter.fields))
    return frozenset(subjects).union(catalogue.form_common_fields)
