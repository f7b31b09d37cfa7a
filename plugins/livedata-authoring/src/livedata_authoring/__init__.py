"""For authors of livedata plugins: a scaffold, a compliance check, a gallery."""
