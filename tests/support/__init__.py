"""What tests share: a database server of their own, workspaces, the rule about skips."""
