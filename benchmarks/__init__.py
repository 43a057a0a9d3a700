"""Speed, measured: every figure beside a reference taken in the same run, so that a noisy machine misleads nobody."""
