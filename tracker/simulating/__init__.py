"""Simulated races made, played, fed to a broker, and measured."""
