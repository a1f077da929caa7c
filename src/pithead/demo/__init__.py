"""A made-up mine with two quarters of life, built through the same actions users use."""
