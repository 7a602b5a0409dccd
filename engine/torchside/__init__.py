"""Calls in torch: names resolved, layers made, expressions computed, devices picked. Imports nothing itself."""
