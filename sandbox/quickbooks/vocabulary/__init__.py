"""Every entity as one table of fields, and the readers of what clients write in them."""
