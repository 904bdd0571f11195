"""The engines that are too real to imitate: DynamoDB Local and OpenSearch, started from Maven artifacts."""
