"""The pages on which a case is filed, by the applicant or at the window: task list, form, materials, letter, check."""
