"""Speed, as ratios in one run with seconds beside. Nothing here decides whether a test passes."""
