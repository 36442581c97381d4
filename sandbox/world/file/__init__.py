"""World files: what the two services are told to be before they are served."""
