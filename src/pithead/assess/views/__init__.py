"""Pages of assessment: results, score sheets, cycles, scores from Excel, standards."""
