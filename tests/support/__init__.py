"""What several tests share: recorded traffic, requirements, running parts."""
