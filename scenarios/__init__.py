"""What we ask: scenarios as plain, checked, sourced data."""
