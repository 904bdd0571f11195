"""The table: one codec for every noun, one table of keys, one read and one transaction per request."""

from chalicelib.adapters.dynamodb.listings import DynamoListings as DynamoListings
from chalicelib.adapters.dynamodb.policies import DynamoPolicies as DynamoPolicies
from chalicelib.adapters.dynamodb.records import DynamoRecords as DynamoRecords
from chalicelib.adapters.dynamodb.streams import read_change as read_change
