"""The contract with producers: topics, envelopes, payloads; and the consumer that listens."""
