"""Message decoders and encoders of the livedata wire protocol."""
