"""What is said between a database sink and its server: requests, answers, and what these mean for each line."""
