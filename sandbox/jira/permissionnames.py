"""The permissions there are, those of the site and those in a project, with what they are called."""

from __future__ import annotations

SITE = {
    "ADMINISTER": "Administer Jira",
    "SYSTEM_ADMIN": "Jira System Administrators",
    "CREATE_SHARED_OBJECTS": "Share dashboards and filters",
    "MANAGE_GROUP_FILTER_SUBSCRIPTIONS": "Manage group filter subscriptions",
    "BULK_CHANGE": "Make bulk changes",
    "USER_PICKER": "Browse users and groups",
    "CREATE_PROJECT": "Create team-managed projects",
}
PROJECT = {
    "ADMINISTER_PROJECTS": "Administer Projects",
    "BROWSE_PROJECTS": "Browse Projects",
    "MANAGE_SPRINTS_PERMISSION": "Manage sprints",
    "VIEW_READONLY_WORKFLOW": "View Read-Only Workflow",
    "VIEW_DEV_TOOLS": "View Development Tools",
    "CREATE_ISSUES": "Create Issues",
    "EDIT_ISSUES": "Edit Issues",
    "DELETE_ISSUES": "Delete Issues",
    "MOVE_ISSUES": "Move Issues",
    "ASSIGN_ISSUES": "Assign Issues",
    "ASSIGNABLE_USER": "Assignable User",
    "RESOLVE_ISSUES": "Resolve Issues",
    "CLOSE_ISSUES": "Close Issues",
    "TRANSITION_ISSUES": "Transition Issues",
    "SCHEDULE_ISSUES": "Schedule Issues",
    "LINK_ISSUES": "Link Issues",
    "MODIFY_REPORTER": "Modify Reporter",
    "SET_ISSUE_SECURITY": "Set Issue Security",
    "VIEW_VOTERS_AND_WATCHERS": "View Voters and Watchers",
    "MANAGE_WATCHERS": "Manage Watchers",
    "ADD_COMMENTS": "Add Comments",
    "EDIT_ALL_COMMENTS": "Edit All Comments",
    "EDIT_OWN_COMMENTS": "Edit Own Comments",
    "DELETE_ALL_COMMENTS": "Delete All Comments",
    "DELETE_OWN_COMMENTS": "Delete Own Comments",
    "CREATE_ATTACHMENTS": "Create Attachments",
    "DELETE_ALL_ATTACHMENTS": "Delete All Attachments",
    "DELETE_OWN_ATTACHMENTS": "Delete Own Attachments",
    "WORK_ON_ISSUES": "Work On Issues",
    "EDIT_ALL_WORKLOGS": "Edit All Worklogs",
    "EDIT_OWN_WORKLOGS": "Edit Own Worklogs",
    "DELETE_ALL_WORKLOGS": "Delete All Worklogs",
    "DELETE_OWN_WORKLOGS": "Delete Own Worklogs",
}
EVERY = SITE | PROJECT
