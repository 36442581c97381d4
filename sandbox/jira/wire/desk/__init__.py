"""The API of service desks: desks, customers' requests, and the organizations they belong to."""
