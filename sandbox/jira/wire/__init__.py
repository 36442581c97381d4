"""Jira's REST surface by who asks for what; each handler is a function of a Visit.

`http` is a request in context, `ticket` issues, `planning` boards and sprints, `forms` fields and screens; then
`administration`, `people`, `views` (filters, dashboards), `desk`, and `service`, the site itself.
"""
