"""`make replay`: a real retailer's cancellations become refunds on the deployed template, to the penny."""
