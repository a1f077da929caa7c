"""Standards, cycles, score sheets, results, ranking: a month's scores in, ranked units with reasons out."""
