"""What every app stands on: periods, rounding, audit, files, encryption, database differences. Knows no mine."""
