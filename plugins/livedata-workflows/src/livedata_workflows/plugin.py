"""What this distribution registers: nothing by itself.

Instrument packages register its workflows, made by `livedata_workflows.specs`.
"""
