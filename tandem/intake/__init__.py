"""What is known of a case: facts told and measured, questions, and the read-back the customer confirms."""
