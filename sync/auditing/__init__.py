"""The audit read by people: is it whole, what does it say of a document, and how an auditor takes it away."""
