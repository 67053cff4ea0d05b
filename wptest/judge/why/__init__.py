"""Why it came so, and what to do about it, as far as the books and the project say."""
