"""One complete environment, as infra/app.yaml gives it to every function."""

from __future__ import annotations

ENVIRONMENT = {
    "STAGE": "test",
    "TABLE": "aftersales-test",
    "BUS": "aftersales-test",
    "PAYMENT_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/payment-commands",
    "WEBHOOK_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/webhooks",
    "LOGISTICS_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/logistics-commands",
    "LOGISTICS_URL": "https://carriers.example.com",
    "LOGISTICS_SECRET": "aftersales/test/logistics",
    "TRACKING_SECRET": "aftersales/test/tracking",
    "LIVE_TABLE": "aftersales-test-live",
    "LIVE_URL": "wss://abc123.execute-api.eu-west-1.amazonaws.com/live",
    "EVIDENCE_BUCKET": "aftersales-test-evidence",
    "REFUND_FLOW_ARN": "arn:aws:states:eu-west-1:123456789012:stateMachine:aftersales-test-refund-flow",
    "RETURN_FLOW_ARN": "arn:aws:states:eu-west-1:123456789012:stateMachine:aftersales-test-return-flow",
    "EXCHANGE_FLOW_ARN": "arn:aws:states:eu-west-1:123456789012:stateMachine:aftersales-test-exchange-flow",
    "REPAIR_FLOW_ARN": "arn:aws:states:eu-west-1:123456789012:stateMachine:aftersales-test-repair-flow",
    "DISPUTE_FLOW_ARN": "arn:aws:states:eu-west-1:123456789012:stateMachine:aftersales-test-dispute-flow",
    "PAYMENT_URL": "https://payments.example.com",
    "NOTICE_SECRET": "aftersales/test/notices",
    "BILL_SECRET": "aftersales/test/bills",
    "PAYMENT_SECRET": "aftersales/test/payment",
    "WEBHOOK_SECRET": "aftersales/test/webhook",
    "ISSUER": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc",
    "JWKS_URL": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc/.well-known/jwks.json",
    "CLIENT_ID": "client-1",
}
