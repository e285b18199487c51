"""What knows nothing of CRM: settings, database, context, errors, ids, files, jobs."""
