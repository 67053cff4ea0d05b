"""What a scenario says of databases: read into its project, and checked."""
