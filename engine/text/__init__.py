"""Text as people write and read it: places in files, what is wrong there, and how it is shown."""
