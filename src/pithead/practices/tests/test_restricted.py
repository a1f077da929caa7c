"""What was answered in confidence lies nowhere in clear, and what is private lies nowhere at all."""
