"""What is wrong with instructions, told before anyone pays for rollouts."""
