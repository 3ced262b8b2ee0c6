"""What was settled otherwise than before: 补报 and 追回."""
