"""Live race tracking: laps and incidents in over MQTT, the running order and verdicts out."""

__version__ = "0.1.0"
