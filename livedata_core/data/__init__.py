"""Results as they arrived, kept for whoever looks.

`service` holds what came in, `buffers` bounds it, `streams` and `extractors` give it
out as scipp data arrays; nothing else here is imported with numpy or scipp.
"""
