"""What to tell people: findings, figures, one page, a workbook."""
