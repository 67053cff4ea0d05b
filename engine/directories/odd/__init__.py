"""What real versions refuse in a project, and is harmless here, where that takes more than a look."""
