"""What is owed to the people in the files: their requests with deadlines and decisions, and how long anything is kept."""
