"""What this distribution registers: nothing yet.

The embedded system makes a `livedata_worker.worker.Worker` itself.
"""
