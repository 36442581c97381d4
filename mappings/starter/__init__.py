"""First contract files: what two connected systems hold, made into a file that a person then decides on. Pure."""
