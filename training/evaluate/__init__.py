"""``make evaluate``: every dev set that is there, against the baselines in the same run."""
