"""Testing livedata plugins: a pytest plugin with fixtures, and what they return.

The fixtures come with the package: `livedata_plugins`, `livedata_dashboard` and
`livedata_check`. Nothing heavy is imported before one of them is used.
"""
