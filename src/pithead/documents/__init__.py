"""Official documents (.docx) and printable workbooks (.xlsx); every figure in them comes from a result."""
