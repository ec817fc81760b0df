"""The films most worth fetching: what people search for and we lack, and what is done about it."""
