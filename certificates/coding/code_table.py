"""Short numbers of matters and departments within codes, in the order of the first catalogue.

A code has room for a number, not for a name. Numbers are given once and never again: append, do not reorder or reuse.
What is not in the tables yet stands in the code with its id, a few bytes longer. The tables are published together with
the keys, so that whoever verifies offline can read them.
"""

DEPARTMENTS = (
    "dept_gov_service",
    "dept_mrb",
    "dept_health",
    "dept_culture_tourism",
    "dept_publicity",
    "dept_fire",
    "dept_tobacco",
    "dept_sports",
    "dept_greening",
    "dept_subdistrict",
    "dept_water",
    "dept_police",
    "dept_animal",
    "dept_ecology",
    "dept_education",
    "dept_hr",
    "dept_traffic",
    "dept_commerce",
)
"""Number 1 is the first."""

MATTERS = (
    ("m_food_license", "dept_mrb"),
    ("m_food_filing", "dept_mrb"),
    ("m_smallcat_filing", "dept_subdistrict"),
    ("m_alcohol_retail", "dept_mrb"),
    ("m_tobacco", "dept_tobacco"),
    ("m_drug_retail", "dept_mrb"),
    ("m_device2_filing", "dept_mrb"),
    ("m_device3", "dept_mrb"),
    ("m_health", "dept_health"),
    ("m_fire", "dept_fire"),
    ("m_signboard", "dept_subdistrict"),
    ("m_drainage", "dept_water"),
    ("m_high_risk_sport", "dept_sports"),
    ("m_hotel_special", "dept_police"),
    ("m_entertainment_song", "dept_culture_tourism"),
    ("m_entertainment_game", "dept_culture_tourism"),
    ("m_internet_cafe", "dept_culture_tourism"),
    ("m_net_security", "dept_police"),
    ("m_film", "dept_publicity"),
    ("m_publication", "dept_publicity"),
    ("m_animal_clinic", "dept_animal"),
    ("m_radiation", "dept_ecology"),
    ("m_vet_drug", "dept_animal"),
    ("m_clinic_filing", "dept_health"),
    ("m_medical_institution", "dept_health"),
    ("m_hr_service", "dept_hr"),
    ("m_labor_dispatch", "dept_hr"),
    ("m_training", "dept_education"),
    ("m_parking", "dept_traffic"),
)
"""Number 1 is the first; beside each the department that usually decides it, which a code then leaves out."""

DEPARTMENT_NUMBERS = {department: number for number, department in enumerate(DEPARTMENTS, 1)}
MATTER_NUMBERS = {matter: number for number, (matter, _) in enumerate(MATTERS, 1)}
USUAL_DEPARTMENT = dict(MATTERS)
