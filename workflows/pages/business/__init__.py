"""Pages of the business: applying, answering, waiting, holding permits."""
