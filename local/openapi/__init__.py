"""The contract as a document: OpenAPI 3.1 made from the schemas, the access table and the table of errors."""
