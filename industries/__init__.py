"""What is required: catalogue versions, conditions, questions, and the one-time notice compiled from them."""
