"""What happens to caseloads and timeliness when a possible future arrives."""
