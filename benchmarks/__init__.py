"""What the system costs: CPU, round trips, dollars, cold starts and throughput. `make benchmark` prints all of it."""
