"""Optimizers that torch lacks, one file each. Each imports torch and the standard library only."""
