"""How long a case may take by agreement: clocks of service levels, by calendars and policies, explained line by line."""
