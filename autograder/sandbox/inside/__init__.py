"""What runs inside the sandbox, before any code of a learner; it imports nothing of the course."""
