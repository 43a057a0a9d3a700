"""The schedule of many loans at once: numpy columns of integer cents, every cell equal to the Decimal one."""
