"""What a superior's system holds already comes in once, counted for the branch's chair, and never twice."""
