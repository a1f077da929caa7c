"""Policy documents and their clauses: number, issuer, in force from; everything else points at them."""
