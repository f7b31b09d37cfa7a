"""Kafka as a transport of livedata, by confluent-kafka."""
