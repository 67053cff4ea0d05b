"""Statements of SQL as they are sent: exact texts with parameters, one dialect each.

The texts are our own. SQLAlchemy Core was tried, and gets in the way: SQLite is to work with nothing installed;
Core connects to MySQL so that a count of rows says how many are there, and not how many were written; it casts the
parameters of PostgreSQL; and it takes 70 to 90 ms for the text of 1,000 rows of four columns, where these take one.
"""
