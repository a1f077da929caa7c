"""Whatever is found is assigned, done, checked and closed, or it climbs: one engine, one declared workflow per kind."""
