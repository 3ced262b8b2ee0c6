"""Care near home: family-doctor contracts and health checks."""
